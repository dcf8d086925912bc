"""Rows of several clusters in one order, at any depth, without reading what stands before them.

A page deep in the rows of many clusters needs to know how many rows of each stand before it. Each round probes the
middle of one cluster's possible range and counts what the others have before that row, so a few dozen counts find a
place among millions; only a short stretch of each cluster is then read. What is read first is what rows are ordered by:
any cluster might fill the page alone, but whole rows are read only of those that are on it.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec

from quarterdeck.catalog.ordering import sort_key
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.source import Source, SourceFailedError, Values

STRETCH = 250
"""Rows that may be read in vain; below it, another round of counting costs more."""
MOST_READS = 3
"""Rows go between the reading of what orders them and of themselves; then the page is read again, and at last shown a
little short until the next."""
MOST_ROUNDS = 64
"""Rows change between two counts, so that the search might not end; the page is then a little off until the next."""
T = TypeVar("T")


class Found(msgspec.Struct, frozen=True):
    """A row's values, in the order of Query.read, and whose it is."""

    place: int
    values: Values


async def select(sources: Sequence[Source], query: Query) -> tuple[list[Found], dict[int, str]]:
    """`query.limit` rows from `query.offset` on, of all sources that can be read; of the others (by place) why not."""
    failures: dict[int, str] = {}
    while True:
        readable = [s for s in sources if s.place not in failures]
        try:
            return await _select(readable, query), failures
        except SourceFailedError as error:
            failures[error.place] = error.message


async def count(sources: Sequence[Source], query: Query) -> dict[int, int]:
    """All rows of each source that can be read, by place."""

    async def one(source: Source) -> tuple[int, int] | None:
        try:
            return source.place, await source.count(query)
        except SourceFailedError:
            return None

    return dict(found for found in await _all(one(s) for s in sources) if found is not None)


def merge(
    pages: Iterable[tuple[int, list[Values]]], query: Query, columns: Sequence[str], skip: int = 0
) -> list[Found]:
    """`query.limit` rows after the first `skip`, of pages of these columns that are in order already."""
    at = [columns.index(column) for column, _ in query.order]
    rank = sort_key(query.order)
    rows = ([Found(place, row) for row in page] for place, page in pages)
    merged = heapq.merge(*rows, key=lambda found: (rank([found.values[i] for i in at]), found.place))
    return list(islice(merged, skip, skip + query.limit))


async def _select(sources: Sequence[Source], query: Query) -> list[Found]:
    if not sources:
        return []
    if len(sources) == 1:
        only = sources[0]
        rows = await only.page(query, query.read, query.offset, query.limit)
        return [Found(only.place, row) for row in rows]
    found, whole = await _page(sources, query)
    for _ in range(MOST_READS - 1):
        if whole:
            break
        found, whole = await _page(sources, query)
    return found


async def _page(sources: Sequence[Source], query: Query) -> tuple[list[Found], bool]:
    """And whether all rows were there still when they were read."""
    columns = tuple(column for column, _ in query.order)
    starts, before = [0] * len(sources), [query.offset] * len(sources)
    if query.offset > STRETCH:
        starts, before = await _seek(sources, query)
    reach = [rows + query.limit for rows in before]
    pages = await _all(s.page(query, columns, at, rows) for s, at, rows in zip(sources, starts, reach, strict=True))
    skip = max(0, query.offset - sum(starts))
    places = [source.place for source in sources]
    # As many as are skipped of each, then as many as are shown.
    ordered = merge(zip(places, pages, strict=True), msgspec.structs.replace(query, limit=skip + query.limit), columns)
    skipped, shown = Counter(f.place for f in ordered[:skip]), Counter(f.place for f in ordered[skip:])
    parts = [(s, at + skipped[s.place]) for s, at in zip(sources, starts, strict=True) if shown[s.place]]
    rows = await _all(s.page(query, query.read, at, shown[s.place]) for s, at in parts)
    whole = sum(map(len, rows)) == shown.total()
    return merge(zip((s.place for s, _ in parts), rows, strict=True), query, query.read), whole


async def _seek(sources: Sequence[Source], query: Query) -> tuple[list[int], list[int]]:
    """From which row to read each source, and how many rows before the page's first each may still bring."""
    low = [0] * len(sources)
    high = await _all(s.count(query) for s in sources)
    columns = tuple(column for column, _ in query.order)
    for _ in range(MOST_ROUNDS):
        widest = max(range(len(sources)), key=lambda i: high[i] - low[i])
        if sum(high) - sum(low) <= STRETCH or high[widest] - low[widest] < 2:
            break
        middle = (low[widest] + high[widest]) // 2
        probe = await sources[widest].page(query, columns, middle, 1)
        if not probe:
            high[widest] = middle
            continue
        counts = await _all(s.count(query, probe[0]) for s in sources)
        counts[widest] = middle
        if sum(counts) <= query.offset:
            low = [max(a, b) for a, b in zip(low, counts, strict=True)]
        else:
            high = [min(a, b) for a, b in zip(high, counts, strict=True)]
        high = [max(a, b) for a, b in zip(low, high, strict=True)]
    return low, [h - a for a, h in zip(low, high, strict=True)]


async def _all(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Together; the first error ends the rest and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(w) for w in work]
    except* SourceFailedError as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
