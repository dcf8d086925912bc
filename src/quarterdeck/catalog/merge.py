"""Rows of several clusters in one order, at any depth, without reading what stands before them (catalog.seeking).

Any cluster might fill the page alone, but each is asked at first for its share and half as much again: where rows are
mixed, that is all. Whose last row is on the page by then is asked for what the page may lack still.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from quarterdeck.catalog.ordering import sort_key
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.seeking import seek
from quarterdeck.catalog.source import Source, SourceFailedError, Values, together

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

    return dict(found for found in await together(one(s) for s in sources) if found is not None)


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
    starts = await seek(sources, query) if query.offset else [0] * len(sources)
    skip = query.offset - sum(starts)
    need = skip + query.limit
    share = min(need, need * 3 // (2 * len(sources)) + SPARE)
    pages = await together(s.page(query, query.read, at, share) for s, at in zip(sources, starts, strict=True))
    parts = {source.place: page for source, page in zip(sources, pages, strict=True)}
    found = merge(parts.items(), query, need)
    shown = Counter(one.place for one in found)
    short = [s for s in sources if share == len(parts[s.place]) == shown[s.place] and share < need]
    if short:
        await together(_more(source, query, parts[source.place], need) for source in short)
        found = merge(parts.items(), query, need)
    return found[skip:]


async def _more(source: Source, query: Query, rows: list[Values], need: int) -> None:
    """Behind the last of these rows, which is where it was, whatever has come or gone since. Those that were moved
    behind it stand where they were read first: as many more are read as that may be."""
    uid = query.read.index("uid")
    here = {row[uid] for row in rows}
    last = tuple(rows[-1][query.read.index(column)] for column, _ in query.order)
    behind = await source.page(query, query.read, 0, need, last)
    rows += [row for row in behind if row[uid] not in here]
