"""Events that say the same of the same object are one; what differs in more than numbers and generated names is not."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.domains.events import compiled, rank, read
from quarterdeck.catalog.event_pattern import mark_of, pattern_of
from quarterdeck.catalog.events import COLUMNS, Event, project
from quarterdeck.model.events import EventGroup, EventOrder, EventReason, EventsQuestion
from quarterdeck.model.kinds import EVENTS
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Row
from tests.unit.catalog.memory import MemoryStore

A = Key("a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Back-off 1m20s restarting failed container=app", "Back-off 2m40s restarting failed container=app"),
        ("0/3 nodes are available: 3 Insufficient cpu", "0/12 nodes are available: 12 Insufficient cpu"),
        ("Created pod: web-6d4b7c9f8-x7x2k", "Created pod: web-6d4b7c9f8-bq5vt"),
        ("dial tcp 10.0.3.17:8080: connect: refused", "dial tcp 10.0.12.4:8080: connect: refused"),
        ("pod 0f3c1a5e-8d2b-4f6e-9a7c-1b2c3d4e5f60 gone", "pod 7e57c0de-0000-4111-8222-333344445555 gone"),
        ("pulled in 1.2s (1.3s waiting)", "pulled in 210ms (3m0s waiting)"),
    ],
)
def test_numbers_durations_addresses_and_generated_names_make_no_other_message(one: str, other: str) -> None:
    assert pattern_of(one) == pattern_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Failed to pull image nginx", "Failed to pull image redis"),
        ("Readiness probe failed", "Liveness probe failed"),
        ("container web died", "container db died"),
    ],
)
def test_other_words_make_another_message(one: str, other: str) -> None:
    assert pattern_of(one) != pattern_of(other)


@given(st.text(max_size=60), st.integers(0, 10**12), st.integers(0, 10**12))
def test_one_number_for_another_changes_nothing(text: str, one: int, other: int) -> None:
    assert mark_of(("w",), f"{text} {one} of it") == mark_of(("w",), f"{text} {other} of it")


def row(name: str, at: int, **more: object) -> Row:
    found = {
        "metadata": {"name": name, "uid": f"u-{name}", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": "shop", "uid": "p1", "apiVersion": "v1"},
        "type": "Warning",
        "reason": "BackOff",
        "message": f"Back-off {at}s",
        "count": 1,
        **more,
    }
    event = msgspec.json.decode(msgspec.json.encode(found), type=Event)
    return {**project(event), "first_seen": at, "last_seen": at}


def kept(*rows: Row) -> MemoryStore:
    store = MemoryStore()
    store.keep(EVENTS, COLUMNS)
    for one in rows:
        store.put(str(one["name"]), "shop", EVENTS, dict(one))
    return store


def resource_of(api: str, kind: str) -> str:
    return f"core/{api}/{kind.lower()}s"


async def answer(store: MemoryStore, **question: object) -> tuple[list[EventGroup], int, dict[str, int], list[str]]:
    found = await read(store, A, compiled(EventsQuestion(**question)), resource_of)  # type: ignore[arg-type]
    return found.groups, found.total, found.types, [f"{r.reason} {r.groups}" for r in found.reasons]


@pytest.mark.anyio
async def test_a_group_has_the_sum_the_span_the_rate_and_the_newest_words() -> None:
    store = kept(row("a", 1000, count=3), row("b", 4600, count=4), row("c", 2000, type="Normal", reason="Pulled"))
    [warning, normal], total, types, reasons = await answer(store)
    assert (warning.count, warning.objects, warning.first_seen, warning.last_seen) == (7, 2, 1000, 4600)
    assert (warning.message, warning.per_hour) == ("Back-off 4600s", 6.0)
    assert (warning.resource, warning.namespace, warning.name) == ("core/v1/pods", "shop", "web")
    assert (normal.type, normal.per_hour, total) == ("Normal", None, 2)
    assert (types, reasons) == ({"Warning": 1, "Normal": 1}, ["BackOff 1", "Pulled 1"])


@pytest.mark.anyio
async def test_a_reason_says_of_how_many_objects_how_often_and_when_the_last_was() -> None:
    other = {"kind": "Pod", "name": "db", "namespace": "shop", "uid": "p2", "apiVersion": "v1"}
    store = kept(
        row("a", 10, count=3), row("b", 30, involvedObject=other), row("c", 20, message="Back-off pulling the image")
    )
    found = await read(store, A, compiled(EventsQuestion()), resource_of)
    assert found.reasons == [EventReason("BackOff", "Warning", groups=3, count=5, objects=2, last_seen=30)]


@pytest.mark.anyio
async def test_questions_narrow_and_each_choice_still_says_what_the_others_would_find() -> None:
    other = {"kind": "Pod", "name": "db", "namespace": "shop", "uid": "p2", "apiVersion": "v1"}
    store = kept(
        row("a", 10), row("b", 20, involvedObject=other), row("c", 30, type="Normal", reason="Pulled", message="pulled")
    )
    groups, total, types, reasons = await answer(store, types=("Normal",))
    assert ([g.reason for g in groups], total, types) == (["Pulled"], 1, {"Warning": 2, "Normal": 1})
    assert reasons == ["Pulled 1"]
    groups, total, _, reasons = await answer(store, reasons=("BackOff",), limit=1)
    assert ([g.name for g in groups], total, reasons) == (["db"], 2, ["BackOff 2", "Pulled 1"])
    groups, total, _, _ = await answer(store, filter="pulled", namespaces=("shop",))
    assert ([g.reason for g in groups], total) == (["Pulled"], 1)
    assert (await answer(store, namespaces=("elsewhere",)))[:2] == ([], 0)


@pytest.mark.anyio
@pytest.mark.parametrize("order", get_args(EventOrder))
async def test_one_clusters_order_is_the_one_by_which_clusters_are_merged(order: EventOrder) -> None:
    rows = [
        row(f"e{n}", 100 + n % 7, count=n % 5, type="Warning" if n % 3 else "Normal", reason=f"R{n}") for n in range(40)
    ]
    groups, _, _, _ = await answer(kept(*rows), order=order)
    assert len(groups) == 40
    ranks = [rank(order)(group) for group in groups]
    assert ranks == sorted(ranks)


@pytest.mark.anyio
async def test_rows_of_an_older_version_are_no_events_and_no_error() -> None:
    store = MemoryStore()
    store.keep(EVENTS, tuple(column for column in COLUMNS if column.name != "alike"))
    assert await answer(store) == ([], 0, {}, [])
