"""Rows of several clusters in one order, at any depth, without reading what stands before them (catalog.seeking).

Any cluster might fill the page alone, but each is asked at first for its share and half as much again: where rows are
mixed, that is all. Whose last row is on the page by then is asked for what the page may lack still.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice

import msgspec

from quarterdeck.catalog.ordering import sort_key
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.seeking import seek
from quarterdeck.catalog.source import Source, SourceFailedError, Values, read_all

SPARE = 8
"""Rows more than its share that are asked of each cluster: some have a few more on a page than others."""


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

    return dict(found for found in await read_all(one(s) for s in sources) if found is not None)


def merge(parts: Iterable[tuple[int, list[Values]]], query: Query, limit: int) -> list[Found]:
    """The first `limit` rows of these, which are in order already, by place."""
    at = [query.read.index(column) for column, _ in query.order]
    rank = sort_key(query.order)
    rows = ([Found(place, row) for row in part] for place, part in parts)
    merged = heapq.merge(*rows, key=lambda found: (rank([found.values[i] for i in at]), found.place))
    return list(islice(merged, limit))


async def _select(sources: Sequence[Source], query: Query) -> list[Found]:
    if not sources:
        return []
    if len(sources) == 1:
        only = sources[0]
        rows = await only.page(query, query.read, query.offset, query.limit)
        return [Found(only.place, row) for row in rows]
    starts = await seek(sources, query)
    skip = query.offset - sum(starts)
    need = skip + query.limit
    share = min(need, need * 3 // (2 * len(sources)) + SPARE)
    pages = await read_all(s.page(query, query.read, at, share) for s, at in zip(sources, starts, strict=True))
    parts = {source.place: page for source, page in zip(sources, pages, strict=True)}
    found = merge(parts.items(), query, need)
    whole = {source.place for source in sources if len(parts[source.place]) < share or share == need}
    while short := _short(found, parts, whole):
        await read_all(_more(source, query, parts[source.place], need) for source in sources if source.place in short)
        found, whole = merge(parts.items(), query, need), whole | short
    return found[skip:]


def _short(found: Sequence[Found], parts: Mapping[int, list[Values]], whole: Set[int]) -> set[int]:
    """Of the clusters that have more rows than were read, those whose last one is on the page. Where one of them ends
    early on it, only that one: it may well fill what the others seem to."""
    counts = Counter[int]()
    ended: list[tuple[int, int]] = []
    for at, one in enumerate(found):
        counts[one.place] += 1
        if counts[one.place] == len(parts[one.place]) and one.place not in whole:
            ended.append((at, one.place))
    if ended and ended[0][0] < len(found) // 2:
        return {ended[0][1]}
    return {place for _, place in ended}


async def _more(source: Source, query: Query, rows: list[Values], need: int) -> None:
    """Behind the last of these rows, which is where it was, whatever has come or gone since. Those that were moved
    behind it stand where they were read first: as many more are read as that may be."""
    uid = query.read.index("uid")
    here = {row[uid] for row in rows}
    last = tuple(rows[-1][query.read.index(column)] for column, _ in query.order)
    behind = await source.page(query, query.read, 0, need, last)
    rows += [row for row in behind if row[uid] not in here]
