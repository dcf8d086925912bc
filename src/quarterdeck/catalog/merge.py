"""Rows of several clusters in one order, at any depth, without reading what stands before them.

A page deep in the rows of many clusters needs to know how many rows of each stand before it. Each round probes the
middle of one cluster's possible range and counts what the others have before that row, so a few dozen counts find a
place among millions; only a short stretch of each cluster is then read.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from quarterdeck.catalog.ordering import before, sort_key
from quarterdeck.catalog.query import Query
from quarterdeck.stores.protocol import PageQuery, Store, Value

STRETCH = 1000
"""Rows that may be read in vain; below it, another round of counting costs more."""
MOST_ROUNDS = 64
"""Rows change between two counts, so that the search might not end; the page is then a little off until the next."""
Values = tuple[Value, ...]
T = TypeVar("T")


class Source(msgspec.Struct, frozen=True):
    """One cluster's rows; `place` among all that are asked decides between rows that are equal otherwise."""

    place: int
    store: Store


class Found(msgspec.Struct, frozen=True):
    """A row's values, in the order of Query.columns, and whose it is."""

    place: int
    values: Values


async def select(sources: Sequence[Source], query: Query) -> list[Found]:
    """`query.limit` rows from `query.offset` on. Raises what Store.page raises: RefusedError, InvalidRequestError,
    InternalError; callers ask each source alone to learn whose error it is."""
    if not sources:
        return []
    if len(sources) == 1:
        only = sources[0]
        rows = await _page(only.store, query, query.offset, query.limit)
        return [Found(only.place, row) for row in rows]
    starts, reach = [0] * len(sources), query.offset + query.limit
    if query.offset > STRETCH:
        starts, reach = await _seek(sources, query)
        reach += query.limit
    pages = await _all(_page(s.store, query, at, reach) for s, at in zip(sources, starts, strict=True))
    skip = max(0, query.offset - sum(starts))
    return merge(zip((s.place for s in sources), pages, strict=True), query, skip)


def merge(pages: Iterable[tuple[int, list[Values]]], query: Query, skip: int = 0) -> list[Found]:
    """`query.limit` rows after the first `skip`, each page being in order already."""
    names = query.names
    at = [names.index(column) for column, _ in query.order]
    rank = sort_key(query.order)
    rows = ([Found(place, row) for row in page] for place, page in pages)
    merged = heapq.merge(*rows, key=lambda found: (rank([found.values[i] for i in at]), found.place))
    return list(islice(merged, skip, skip + query.limit))


async def _seek(sources: Sequence[Source], query: Query) -> tuple[list[int], int]:
    """From which row to read each source, and how many rows before the page's first that may bring at most."""
    low = [0] * len(sources)
    high = await _all(s.store.count(query.resource, query.where, query.params) for s in sources)
    for _ in range(MOST_ROUNDS):
        widest = max(range(len(sources)), key=lambda i: high[i] - low[i])
        if sum(high) - sum(low) <= STRETCH or high[widest] - low[widest] < 2:
            break
        middle = (low[widest] + high[widest]) // 2
        columns = tuple(column for column, _ in query.order)
        probe = await sources[widest].store.page(query.resource, _read(query, columns, middle, 1))
        if not probe:
            high[widest] = middle
            continue
        ahead, values = before(query.order, probe[0])
        where = f"{query.where} AND {ahead}" if query.where else ahead
        counts = await _all(s.store.count(query.resource, where, (*query.params, *values)) for s in sources)
        counts[widest] = middle
        if sum(counts) <= query.offset:
            low = [max(a, b) for a, b in zip(low, counts, strict=True)]
        else:
            high = [min(a, b) for a, b in zip(high, counts, strict=True)]
        high = [max(a, b) for a, b in zip(low, high, strict=True)]
    return low, max(h - a for a, h in zip(low, high, strict=True))


async def _page(store: Store, query: Query, offset: int, limit: int) -> list[Values]:
    return await store.page(query.resource, _read(query, query.names, offset, limit))


def _read(query: Query, columns: tuple[str, ...], offset: int, limit: int) -> PageQuery:
    return PageQuery(columns, query.where, query.params, query.order, limit, offset)


async def _all(work: Iterable[Awaitable[T]]) -> list[T]:
    """Together; the first error cancels the rest and is raised as it is."""
    tasks = [asyncio.ensure_future(w) for w in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
