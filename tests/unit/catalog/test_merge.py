from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.catalog import merge, seeking
from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.ordering import before, between, compile_sort, sort_key
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.query import Query, compile_query
from quarterdeck.catalog.source import Source
from quarterdeck.model.errors import InternalError, InvalidRequestError
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores import paging, reading
from quarterdeck.stores.protocol import PageQuery, Value
from quarterdeck.stores.schema import never_null
from tests.examples import examples

from .memory import TABLES, MemoryStore

KINDS = {kind.resource: kind for kind in core_kinds()}
SORTS: tuple[list[str], ...] = (
    ["name"],
    ["-name"],
    ["-status"],
    ["status", "restarts"],
    ["status", "-restarts"],
    ["message"],
    ["-message", "ip"],
    [],
)


def query(clusters: int, **fields: object) -> Query:
    keys = [f"k{i}" for i in range(clusters)]
    spec = WindowSpec(keys, "core/v1/pods", **fields)  # pyright: ignore[reportArgumentType] - test
    return compile_query(spec, lambda resource, _: KINDS[resource])


_text = st.none() | st.sampled_from(["", "a", "B", "é", "\U0001f600", "\uffff"])
_row = st.fixed_dictionaries(
    {"message": _text, "ip": _text, "status": st.sampled_from("ab"), "restarts": st.integers(0, 3)}
)


def filled(rows: list[dict[str, Value]], first: int = 0) -> MemoryStore:
    store = MemoryStore()
    for index, row in enumerate(rows):
        store.put(f"n{first + index:04}", cells={**row, "uid": f"u{index}"})
    return store


@given(st.lists(_row, max_size=12), st.sampled_from(SORTS))
def test_rows_are_ordered_as_sqlite_orders_them(rows: list[dict[str, Value]], sort: list[str]) -> None:
    store = filled(rows)
    order = compile_sort(sort, POD_KIND)
    columns = tuple(c for c, _ in order)
    found = paging.page(store.db, TABLES[PODS], PageQuery(columns, order=order))
    assert found == sorted(found, key=sort_key(order))
    for index, values in enumerate(found):
        where, params = before(order, values)
        assert reading.select(store.db, TABLES[PODS], "count(*)", where, params) == (index,)
        assert reading.select(store.db, TABLES[PODS], "count(*)", f"NOT {where}", params) == (len(found) - index,)
        where, params = before(order, values, never_null(TABLES[PODS].columns))
        assert reading.select(store.db, TABLES[PODS], "count(*)", where, params) == (index,)
        for known in (frozenset[str](), never_null(TABLES[PODS].columns)):
            assert reading.count(store.db, TABLES[PODS], "", (), among=between(order, None, values, known)) == index
            for earlier, start in enumerate(found[:index]):
                among = between(order, start, values, known)
                assert reading.count(store.db, TABLES[PODS], "", (), among=among) == index - earlier
    store.db.close()


@given(st.lists(st.lists(_row, max_size=25), min_size=2, max_size=4), st.sampled_from(SORTS), st.integers(0, 60))
@settings(max_examples=examples(60))
def test_any_place_in_many_clusters_shows_the_same_rows_as_all_of_them_sorted(
    clusters: list[list[dict[str, Value]]], sort: list[str], offset: int
) -> None:
    sources = [Source(place, filled(rows)) for place, rows in enumerate(clusters)]

    async def both() -> None:
        everything, _ = await merge.select(sources, query(len(clusters), sort=sort, limit=1000))
        page, failures = await merge.select(sources, query(len(clusters), sort=sort, offset=offset, limit=7))
        assert page == everything[offset : offset + 7]
        assert not failures

    stretch, seeking.STRETCH = seeking.STRETCH, 3
    try:
        asyncio.run(both())
    finally:
        seeking.STRETCH = stretch


_FILTERS = (
    "status:a",
    "restarts:>1",
    "ip:a,b message:*",
    "-message:b",
    "nothing-has-this",
    "ns:shop",
    "cluster:k1 status:b",
)


@given(
    st.lists(st.lists(_row, max_size=25), min_size=1, max_size=3),
    st.sampled_from([*SORTS, ["-name", "ip"], ["namespace"]]),
    st.sampled_from(_FILTERS),
    st.integers(0, 60),
)
@settings(max_examples=examples(150))
def test_matches_come_first_at_any_place_by_whatever_plan(
    clusters: list[list[dict[str, Value]]], sort: list[str], text: str, offset: int
) -> None:
    stores = [filled(rows) for rows in clusters]
    asked = query(len(clusters), sort=sort, filter=text, matches_first=True, limit=1000)
    sources = [Source(p, s, may_match=asked.may_match((f"k{p}",))) for p, s in enumerate(stores)]

    async def both() -> None:
        matching, _ = await merge.select([s for s in sources if s.may_match], asked.matches())
        plain, _ = await merge.select(sources, query(len(clusters), sort=sort, limit=1000))
        names = query(1).names
        uid = names.index("uid")
        ids = {(found.place, found.values[uid]) for found in matching}
        rest = [found for found in plain if (found.place, found.values[uid]) not in ids]
        everything, failures = await merge.select(sources, asked)
        assert not failures
        assert [(f.place, f.values[:-1], f.values[-1]) for f in everything] == [
            *((f.place, f.values, 1) for f in matching),
            *((f.place, f.values, 0) for f in rest),
        ]
        page, _ = await merge.select(sources, msgspec.structs.replace(asked, offset=offset, limit=7))
        assert page == everything[offset : offset + 7]
        for source in sources:
            mine = [f for f in everything if f.place == source.place]
            for at, found in enumerate(mine):
                order = tuple(found.values[asked.read.index(column)] for column, _ in asked.order)
                assert await source.count(asked, order) == at
                behind = Source(source.place, stores[source.place], order, may_match=source.may_match)
                assert await behind.page(asked, asked.read, 0, 5) == [f.values for f in mine[at + 1 : at + 6]]
                again = Source(source.place, stores[source.place], order, inclusive=True, may_match=source.may_match)
                assert await again.page(asked, asked.read, 0, 2) == [f.values for f in mine[at : at + 2]]

    stretch, seeking.STRETCH = seeking.STRETCH, 3
    near, paging.NEAR = paging.NEAR, 6
    try:
        asyncio.run(both())
    finally:
        seeking.STRETCH, paging.NEAR = stretch, near


pytestmark = pytest.mark.anyio


async def test_a_deep_place_is_found_without_reading_what_stands_before_it() -> None:
    stores = [filled([{} for _ in range(3000)], first) for first in (0, 1500)]
    sources = [Source(place, store) for place, store in enumerate(stores)]
    page, _ = await merge.select(sources, query(2, sort=["name"], offset=4000, limit=10))
    assert len(page) == 10
    read = sum(asked.limit for store in stores for asked in store.pages)
    assert read < 2500


def names_of(page: list[merge.Found]) -> list[Value]:
    return [found.values[query(1).names.index("name")] for found in page]


async def test_clusters_whose_rows_are_mixed_are_read_once_for_their_share() -> None:
    stores = [MemoryStore() for _ in range(4)]
    for number in range(400):
        stores[number % 4].put(f"n{number:04}")
    asked = query(4, sort=["name"], offset=40, limit=80)
    page, _ = await merge.select([Source(place, store) for place, store in enumerate(stores)], asked)
    assert names_of(page) == [f"n{number:04}" for number in range(40, 120)]
    assert [[read.limit for read in store.pages] for store in stores] == [[53]] * 4


async def test_a_cluster_that_fills_the_page_alone_is_read_twice() -> None:
    stores = [filled([{} for _ in range(500)], first) for first in (0, 500, 1000)]
    page, _ = await merge.select([Source(p, s) for p, s in enumerate(stores)], query(3, sort=["name"], limit=100))
    assert names_of(page) == [f"n{number:04}" for number in range(100)]
    assert [[read.limit for read in store.pages] for store in stores] == [[58, 100], [58], [58]]


class Changing(MemoryStore):
    """Loses its first row as soon as it was read once, gets another before it, and its second moves on."""

    async def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        found = await super().page(resource, query)
        if len(self.pages) == 1:
            self.take("n0000")
            self.put("m0000", cells={"restarts": 0})
            self.put("n0001", cells={"restarts": 90})
        return found


async def test_rows_that_come_go_and_move_between_two_reads_leave_no_gap_and_stand_once() -> None:
    changing = Changing()
    for number in range(120):
        changing.put(f"n{number:04}", cells={"restarts": number})
    sources = [Source(0, changing), Source(1, filled([{"restarts": 1000}], 5000))]
    page, _ = await merge.select(sources, query(2, sort=["restarts"], limit=100))
    assert names_of(page) == [f"n{number:04}" for number in range(100)]
    assert len(changing.pages) == 2


async def test_a_cluster_that_cannot_be_read_is_named_and_the_others_are_shown() -> None:
    good, bad = filled([{}]), filled([{}])
    bad.error = InternalError("store", "The disk is gone.")
    page, failures = await merge.select([Source(0, good), Source(1, bad)], query(2))
    assert [found.place for found in page] == [0]
    assert failures == {1: "The disk is gone."}
    assert await merge.count([Source(0, good), Source(1, bad)], query(2)) == {0: 1}


@pytest.mark.parametrize(
    "fields", [{"sort": ["nothing"]}, {"sort": ["labels"]}, {"limit": 0}, {"offset": -1}, {"filter": "x:y"}]
)
def test_what_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        query(1, **fields)


@pytest.mark.parametrize("path", ["pods", "a/b/c/d"])
def test_what_names_no_kind_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequestError):
        compile_query(WindowSpec(["k"], path), lambda resource, _: KINDS[resource])
