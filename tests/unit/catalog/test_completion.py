"""Ways on from a half typed filter: where the cursor is, what is offered there, and that what is offered holds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.catalog.completing import Completing
from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.filter_place import place_of
from quarterdeck.catalog.filter_terms import cut, terms
from quarterdeck.catalog.kinds import as_json
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.quantity import as_quantity, quantity
from quarterdeck.catalog.windows import PartState, Windows
from quarterdeck.model.completion import Completion, CompletionAnswer
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import PODS
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores import paging
from quarterdeck.stores.protocol import PageQuery, Value
from tests.examples import examples

from .memory import TABLES, MemoryStore

pytestmark = [pytest.mark.anyio]

EU, US = Key("eu"), Key("us")
NAMES = {EU: "prod-eu", US: "prod us"}
PODS_OF: dict[Key, list[tuple[str, str, dict[str, Value]]]] = {
    EU: [
        ("pay-1", "payments", {"status": "Running", "restarts": 0, "node": "ip-10-0-0-1", "labels": '{"app":"pay"}'}),
        ("pay-2", "payments", {"status": "CrashLoopBackOff", "restarts": 7, "memory_request": 2**31}),
        ("web", "shop", {"status": "Running", "restarts": 12, "labels": '{"app":"web","k8s.io/name":"w"}'}),
    ],
    US: [
        ("web", "shop", {"status": "Error", "restarts": 7, "message": 'said "no", and left*', "cpu_request": 0.25}),
        ("db", "data", {"status": "Running", "restarts": 0, "labels": '{"app":"db","tier":"data"}'}),
    ],
}


class Visible:
    def __init__(self, store: MemoryStore) -> None:
        self.epoch = 1
        self.store = store


def completing(rows: dict[Key, list[tuple[str, str, dict[str, Value]]]]) -> tuple[Completing, dict[Key, MemoryStore]]:
    windows = Windows([POD_KIND], lambda key, resource: PartState("ready"))
    stores: dict[Key, MemoryStore] = {}
    for key, pods in rows.items():
        store = stores[key] = MemoryStore()
        for name, namespace, cells in pods:
            store.put(name, namespace, cells=cells)
        store.live()
        windows.prepare(ClusterId(f"config:{key}"), key, Visible(store)).commit()
    return Completing(windows.members, windows.shapes, lambda key, resource: (NAMES[key],)), stores


async def ask(text: str, keys: tuple[Key, ...] = (EU, US)) -> CompletionAnswer:
    """`|` is the cursor."""
    made, _ = completing(PODS_OF)
    spec = WindowSpec(list(keys), PODS.path, text.replace("|", "", 1))
    return await made.complete(spec, text.index("|"))


def applied(text: str, answer: CompletionAnswer, one: Completion) -> str:
    return text[: answer.start] + one.text + text[answer.end :]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("|", "ns:"),
        ("stat|", "status:"),
        ("-stat|", "-status:"),
        ("namesp|", "ns:"),
        ("Node|", "node:"),
        ("memo|", "memory_request:"),
        ("web stat|", "web status:"),
        ("sta|tus:Running", "status:Running"),
        ("crash|", "status:CrashLoopBackOff"),
        ("status:|", "status:Running"),
        ("status:cr|", "status:CrashLoopBackOff"),
        ("status:loop|", "status:CrashLoopBackOff"),
        ("status:Cr|anky ns:payments", "status:CrashLoopBackOff ns:payments"),
        ("-status:Err|", "-status:Error"),
        ("status:Running,|", "status:Running,CrashLoopBackOff"),
        ("status:|,Running", "status:CrashLoopBackOff,Running"),
        ("ns:payments status:|", "ns:payments status:CrashLoopBackOff"),
        ("ns:s|", "ns:shop"),
        ("name:web cluster:|", 'name:web cluster:"prod us"'),
        ("cluster:prod-|", "cluster:prod-eu"),
        ('cluster:"prod u|', 'cluster:"prod us"'),
        ('status:"Cr| ns:payments', "status:CrashLoopBackOff ns:payments"),
        ("message:|", 'message:"said \\"no\\", and left*"'),
        ("restarts:|", "restarts:>"),
        ("restarts:=|", "restarts:=0"),
        ("restarts:>|", "restarts:>="),
        ("memory:2|", "memory:2Gi"),
        ("cpu:=|", "cpu:=250m"),
        ("age:<1|", "age:<10m"),
        ("last_restart:*|", "last_restart:*"),
        ("label:|", "label:app="),
        ("label:ap|", "label:app="),
        ("label:!ap|", "label:!app"),
        ("label:app=|", "label:app=db"),
        ("label:app!=p|", "label:app!=pay"),
        ('label:"app in (pay,w|"', 'label:"app in (pay,web)"'),
        ('label:"app in (pay,w|),tier"', 'label:"app in (pay,web),tier"'),
        ('label:"app=web,k8s|', 'label:"app=web,k8s.io/name="'),
        ("label:k8s.io/name=|", "label:k8s.io/name=w"),
    ],
)
async def test_the_best_way_on(text: str, first: str) -> None:
    answer = await ask(text)
    assert [applied(text.replace("|", ""), answer, one) for one in answer.completions[:1]] == [first]


@pytest.mark.parametrize(
    "text", ["nosuch:|", '"web|', "status:zzz|", "label:app in (|", "web,|", "name:x,web,web|", "label:app=zz|"]
)
async def test_nothing_is_offered_where_nothing_fits(text: str) -> None:
    assert (await ask(text)).completions == []


async def test_values_are_counted_over_clusters_among_the_rows_that_the_rest_leaves() -> None:
    def rows(answer: CompletionAnswer) -> list[tuple[str, int | None]]:
        return [(one.label, one.rows) for one in answer.completions]

    assert rows(await ask("status:|")) == [("Running", 3), ("CrashLoopBackOff", 1), ("Error", 1)]
    assert rows(await ask("status:| -ns:payments")) == [("Running", 2), ("Error", 1)]
    assert rows(await ask("status:| cluster:prod-eu")) == [("Running", 2), ("CrashLoopBackOff", 1)]
    assert rows(await ask("status:| restarts:oops")) == rows(await ask("status:|"))
    assert rows(await ask("restarts:7|")) == [("7", 2)]


async def test_a_field_is_told_with_its_words() -> None:
    (one,) = [one for one in (await ask("last_r|")).completions if one.label == "last_restart"]
    assert one.kind == "field"
    assert one.detail == "Last restart · time"


async def test_terms_are_told_with_those_that_are_wrong() -> None:
    answer = await ask('ns:shop  staus:x -web,db "open|')
    assert [(one.start, one.end, one.wrong) for one in answer.terms] == [
        (0, 7, False), (9, 16, True), (17, 24, False), (25, 30, True)
    ]  # fmt: skip


async def test_a_cluster_that_cannot_be_read_makes_the_values_a_part() -> None:
    made, stores = completing(PODS_OF)
    stores[US].error = InvalidRequestError("It took too long.")
    answer = await made.complete(WindowSpec([EU, US], PODS.path, "status:"), 7)
    assert [one.label for one in answer.completions] == ["Running", "CrashLoopBackOff"]
    assert not answer.whole
    assert (await ask("status:|")).whole


_cell = st.text('aB1 ",*\\:-_%é\n', min_size=1, max_size=6)
_labels = st.from_regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,4}[A-Za-z0-9])?", fullmatch=True)


def _cells(status: str, node: str, restarts: int, cpu: float, label: str) -> dict[str, Value]:
    labels = as_json({"app": label})
    return {"status": status, "node": node, "restarts": restarts, "cpu_request": cpu, "labels": labels}


_cpus = st.floats(0, 2**50) | st.sampled_from([0.1, 0.75, 2.0**31])
_rows = st.lists(st.builds(_cells, _cell, _cell, st.integers(-3, 2**40), _cpus, _labels), min_size=1, max_size=5)
_half = st.sampled_from([
    "status:", "status:a", 'status:"', 'status:"a', "node:", "no:zz,", "restarts:", "restarts:=", "cpu:", "label:app=",
    'label:"app in (x,', "a", "aB",
])  # fmt: skip
_around = st.sampled_from(["", "ns:shop", "age:>1s", "-name:nothing", "name:*", "label:app"])


@settings(max_examples=examples(150))
@given(rows=_rows, before=_around, half=_half, behind=_around)
async def test_a_value_that_is_offered_makes_a_filter_that_finds_rows(
    rows: list[dict[str, Value]], before: str, half: str, behind: str
) -> None:
    made, stores = completing({EU: [(f"p{n}", "shop", cells) for n, cells in enumerate(rows)]})
    start = f"{before} {half}" if before else half
    text = f"{start} {behind}" if behind else start
    answer = await made.complete(WindowSpec([EU], PODS.path, text), len(start))
    for one in answer.completions:
        if one.kind != "value":
            continue
        whole = applied(text, answer, one)
        found = compile_filter(whole, POD_KIND)
        page = paging.page(stores[EU].db, TABLES[PODS], PageQuery(("name",), found.where, found.params))
        assert len(page) >= 1, whole
        assert one.rows is None or one.rows <= len(page)


@given(st.text('ab: ",\\-*()=!<>é\n\t', max_size=30), st.integers(-2, 40))
def test_the_cursor_has_a_place_in_any_text(text: str, cursor: int) -> None:
    place = place_of(text, cursor)
    assert 0 <= place.start <= place.end <= len(text)
    assert place.start <= max(0, min(cursor, len(text)))
    found = list(cut(text))
    assert all(a.end <= b.start for (a, _), (b, _) in pairwise(found))
    assert "".join("".join(text[term.start : term.end] for term, _ in found).split()) == "".join(text.split())
    if all(wrong is None for _, wrong in found):
        assert terms(text) == [term for term, _ in found]
    else:
        with pytest.raises(InvalidRequestError):
            terms(text)


@given(st.floats(-(2**60), 2**60) | st.integers(-(2**53), 2**53))
def test_a_number_is_written_so_that_it_is_read_as_it_was(value: float) -> None:
    assert quantity(as_quantity(float(value))) == float(value)


async def test_a_filter_that_is_too_long_is_not_completed_but_said_to_be() -> None:
    with pytest.raises(InvalidRequestError, match=r"at most 4,096 characters: this one has 4,100"):
        await ask("x" * 4099 + " |")
