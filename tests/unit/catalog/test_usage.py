"""Usage beside pods and nodes: there where it is measured and current, sorted and filtered by, and else nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from quarterdeck.catalog.completing import Completing
from quarterdeck.catalog.deriving import expressions
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND
from quarterdeck.catalog.usage.metrics import NODE_METRICS, NODE_METRICS_KIND, POD_METRICS, POD_METRICS_KIND
from quarterdeck.model.kinds import NODES, Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowPage, WindowSpec
from quarterdeck.stores import paging
from quarterdeck.stores.protocol import PageQuery, Row, Value

from .memory import MemoryStore
from .scene import Page, scene, settle

pytestmark = pytest.mark.anyio
MI = 2**20


def measured(kind: Any, **rest: object) -> Row:
    found = {"metadata": {"name": "x", "namespace": "shop"}, "timestamp": "2026-01-01T00:00:00Z", **rest}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def store(*pods: str, **usage: tuple[float, int]) -> MemoryStore:
    """Pods that ask for half a core and 100 MiB and may use a core; `usage` by name, where it is measured."""
    made = MemoryStore()
    for name in pods:
        asked: Row = {"cpu_request": 0.5, "cpu_limit": 1.0, "memory_request": 100 * MI, "memory_limit": 0}
        made.put(name, cells=asked)
    made.live()
    if usage:
        made.keep(POD_METRICS, POD_METRICS_KIND.columns)
        for name, (cpu, memory) in usage.items():
            made.put(name, resource=POD_METRICS, cells={"cpu": cpu, "memory": memory, "measured": 7})
        made.live(POD_METRICS)
    return made


def cells(page: WindowPage, name: str) -> dict[str, Value]:
    row = next(r for r in page.rows if r.values[2] == name)
    return dict(zip((c.name for c in page.columns), row.values, strict=True))


def _no_names(key: Key, resource: Resource) -> tuple[str, ...]:
    del key, resource
    return ()


def shown(page: WindowPage) -> set[str]:
    return {c.name for c in page.columns if not c.detail}


def test_what_a_pod_uses_is_the_sum_of_its_containers() -> None:
    used = [{"name": "a", "usage": {"cpu": "1500000n", "memory": "10Mi"}}, {"name": "b", "usage": {"cpu": "250m"}}]
    row = measured(POD_METRICS_KIND, containers=used)
    assert (row["cpu"], row["memory"], row["measured"]) == (pytest.approx(0.2515), 10 * MI, 1767225600)
    assert row["uid"] == "measured shop/x"
    assert measured(NODE_METRICS_KIND, usage={"cpu": "2"})["cpu"] == 2


async def test_usage_stands_beside_pods_with_its_part_of_request_and_limit() -> None:
    async with scene() as s:
        s.show("a", store("web", "db", web=(0.25, 150 * MI)))
        page = await s.windows.page(s.spec("a"))
        web, db = cells(page, "web"), cells(page, "db")
        names = ("cpu_usage", "memory_usage", "cpu_of_request", "cpu_of_limit", "memory_of_request", "memory_of_limit")
        assert [web[n] for n in names] == [0.25, 150 * MI, 50.0, 25.0, 150.0, None]
        assert [db[n] for n in names] == [None] * 6
        assert {"cpu_usage", "memory_usage"} <= shown(page)


async def test_values_are_offered_among_the_pods_that_use_so_much() -> None:
    async with scene() as s:
        s.show("a", store("web", "db", web=(0.25, 150 * MI)))
        shapes = s.windows._shapes  # pyright: ignore[reportPrivateUsage] - what its own windows read by
        completing = Completing(s.windows.members, shapes, _no_names)
        text = "cpu_usage:>0.1 name:"
        found = await completing.complete(s.spec("a", text), len(text))
        assert [one.text for one in found.completions] == ["web"]


async def test_where_nobody_measures_nothing_is_shown_and_filters_and_orders_stay_valid() -> None:
    async with scene() as s:
        s.show("a", store("web"))
        page = await s.windows.page(s.spec("a"))
        assert not shown(page) & {"cpu_usage", "memory_usage", "cpu_of_limit"}
        assert cells(page, "web")["cpu_usage"] is None
        spec = msgspec.structs.replace(s.spec("a", "cpu_usage:>1"), sort=["-memory_usage"])
        assert (await s.windows.page(spec)).rows == []


async def test_pods_are_filtered_and_sorted_by_what_they_use_over_clusters_of_which_one_measures() -> None:
    async with scene() as s:
        s.show("a", store("a1", "a2", "a3", a1=(0.1, MI), a2=(0.9, 3 * MI), a3=(0.5, 2 * MI)))
        s.show("b", store("b1"))
        spec = msgspec.structs.replace(s.spec("a b"), sort=["-cpu_usage", "name"])
        assert [r.values[2] for r in (await s.windows.page(spec)).rows] == ["a2", "a3", "a1", "b1"]
        assert [r.values[2] for r in (await s.windows.page(s.spec("a b", "cpu_of_request:>=100"))).rows] == ["a2", "a3"]
        assert (await s.windows.page(s.spec("a b", "memory_usage:<2Mi"))).total == 1
        first = await s.windows.page(msgspec.structs.replace(spec, limit=2))
        rest = await s.windows.page(msgspec.structs.replace(spec, limit=2), first.next)
        assert [r.values[2] for r in rest.rows] == ["a1", "b1"]


@pytest.mark.parametrize("text", ["", "name:*3,*5,*7", "cpu_usage:<0.3", "nothing"])
@pytest.mark.parametrize("sort", ["-cpu_usage", "cpu_usage", "-memory_usage", "-cpu_of_request"])
async def test_those_that_use_most_are_found_among_what_is_measured(
    text: str, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"p{number}" for number in range(12)]
    used = {name: (number % 4 / 10, number % 5 * MI) for number, name in enumerate(names) if number % 3}
    async with scene() as s:
        s.show("a", store(*names, **used))
        for first in (False, True):
            asked = WindowSpec(["a"], "core/v1/pods", text, sort=[sort], limit=100, matches_first=first)
            whole = await s.windows.page(asked)
            monkeypatch.setattr(paging, "NEAR", 5)
            for offset in range(9):
                page = await s.windows.page(msgspec.structs.replace(asked, limit=2, offset=offset))
                assert page.rows == whole.rows[offset : offset + 2]
            monkeypatch.undo()
        plain = await s.windows.page(WindowSpec(["a"], "core/v1/pods", sort=[sort], limit=100))
        at = next(place for place, column in enumerate(plain.columns) if column.name == sort.removeprefix("-"))
        values = [row.values[at] for row in plain.rows]
        ranked = sorted((value for value in values if isinstance(value, int | float)), reverse=sort.startswith("-"))
        nothing = [None] * (len(values) - len(ranked))
        assert values == ([*ranked, *nothing] if sort.startswith("-") else [*nothing, *ranked])


async def test_a_live_window_follows_what_is_measured_and_shows_nothing_of_before() -> None:
    async with scene() as s:
        a = store("web")
        s.show("a", a)
        page = s.open("a")
        await settle()
        at = [c.name for c in page.columns].index("cpu_usage")
        assert page.columns[at].detail
        a.keep(POD_METRICS, POD_METRICS_KIND.columns)
        a.put("web", resource=POD_METRICS, cells={"cpu": 0.25, "memory": MI})
        a.live(POD_METRICS)
        await settle()
        assert (page.log, page.rows[0].values[at], page.columns[at].detail) == (["page", "page"], 0.25, False)
        a.put("web", resource=POD_METRICS, cells={"cpu": 0.75, "memory": MI})
        await settle()
        assert (page.log[-1], page.rows[0].values[at]) == ("delta", 0.75)
        a.live(POD_METRICS, live=False)
        await settle()
        assert (page.log[-1], page.rows[0].values[at], page.columns[at].detail) == ("page", None, True)


async def test_nodes_show_the_part_of_what_they_may_give() -> None:
    async with scene() as s:
        a = store()
        a.put("n1", "", NODES, {"cpu": 4.0, "memory": 8 * MI})
        a.live(NODES)
        a.keep(NODE_METRICS, NODE_METRICS_KIND.columns)
        a.put("n1", "", NODE_METRICS, {"cpu": 1.0, "memory": 6 * MI})
        a.live(NODE_METRICS)
        s.show("a", a)
        n1 = cells(await s.windows.page(WindowSpec(["a"], NODES.path)), "n1")
        assert (n1["cpu_of_allocatable"], n1["memory_of_allocatable"], n1["cpu"]) == (25.0, 75.0, 4.0)


async def test_pods_are_measured_while_somebody_looks_at_pods() -> None:
    async with scene() as s:
        wanted: list[tuple[str, str]] = []

        def want(key: Key, resource: Resource) -> Callable[[], None]:
            wanted.append((key, resource.path))
            return lambda: wanted.remove((key, resource.path))

        s.windows._want = want  # pyright: ignore[reportPrivateUsage] - as the app gives it
        s.show("a", store("web"))
        window = s.windows.open(s.spec("a"), Page())
        await settle()
        assert sorted(wanted) == [("a", "core/v1/pods"), ("a", POD_METRICS.path)]
        window.close()
        assert wanted == []


@pytest.mark.parametrize(
    ("marked", "default"),
    [
        ({}, None),
        ({"a": 5}, "a"),
        ({"a": 5, "b": 9}, "b"),
        ({"b": 9, "a": 9, "c": 1}, "a"),
    ],
)
async def test_the_newest_class_that_is_marked_is_the_default(marked: dict[str, int], default: str | None) -> None:
    made, resource = MemoryStore(), STORAGECLASS_KIND.resource
    made.keep(resource, STORAGECLASS_KIND.columns)
    for name in "abcd":
        mark = "true" if name in marked else ""
        made.put(name, "", resource, {"created": marked.get(name, 99), "marked_default": mark})
    derived = expressions(made, resource, STORAGECLASS_KIND.derived)
    asked = PageQuery(("name", "default"), absent=("name", "default"), derived=derived)
    rows = await made.page(resource, asked)
    assert [name for name, is_default in rows if is_default] == ([default] if default else [])
