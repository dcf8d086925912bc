"""Where a page begins that lies deep in the rows of many clusters: how many rows of each stand before it.

Each round guesses a row of one cluster that stands a little before the page, and counts what the others have before
that row: where the clusters' rows are mixed the first guess is near enough, for what is left is read and skipped. Where
they are not, every second round halves what is left, so that some dozen counts find a place among millions.
"""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.catalog.ordering import sort_key
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.source import Source, read_all

STRETCH = 250
"""Rows that may be read in vain; below it, another round of counting costs more."""
MOST_ROUNDS = 64
"""Rows change between two counts, so that the search might not end; the page is then a little off until the next."""
_GUESSES = 2
"""Rounds before every second one halves."""


async def seek(sources: Sequence[Source], query: Query) -> list[int]:
    """By source, how many of its rows stand before a row at `query.offset` or up to STRETCH before it."""
    low = [0] * len(sources)
    if query.offset <= STRETCH:
        return low
    high = await _sizes(sources, query)
    columns = tuple(column for column, _ in query.order)
    rank, start = sort_key(query.order), None
    for turn in range(MOST_ROUNDS):
        spans = [h - a for h, a in zip(high, low, strict=True)]
        widest = max(range(len(sources)), key=lambda i: spans[i])
        if query.offset - sum(low) <= STRETCH or sum(spans) <= STRETCH or spans[widest] < 2:
            break
        middle = low[widest] + _step(turn, query.offset - sum(low), sum(spans), spans[widest])
        probe = await sources[widest].page(query, columns, middle, 1)
        if not probe:
            high[widest] = middle
            continue
        if start is not None and not rank(start) < rank(probe[0]):
            break  # rows went meanwhile
        # What stands before `start` is counted already.
        more = await read_all(s.count(query, probe[0], start) for s in sources if s is not sources[widest])
        more.insert(widest, middle - low[widest])
        counts = [a + n for a, n in zip(low, more, strict=True)]
        if sum(counts) <= query.offset:
            low, start = counts, probe[0]
        else:
            high = [min(a, b) for a, b in zip(high, counts, strict=True)]
        high = [max(a, b) for a, b in zip(low, high, strict=True)]
    return low


def _step(turn: int, wanted: int, all_rows: int, rows: int) -> int:
    """How far into the `rows` of one cluster, 1 at least, to look next: they are a part of `all_rows`, of which so many
    are wanted before the page. A guess is aimed at the middle of what may be read in vain."""
    if turn >= _GUESSES and turn % 2:
        return rows // 2
    return min(rows - 1, max(1, rows * (wanted - STRETCH // 2) // all_rows))


async def _sizes(sources: Sequence[Source], query: Query) -> list[int]:
    """Rows of each that the query is of."""
    if not query.where:
        return [source.rows(query) for source in sources]
    return await read_all(source.count(query) for source in sources)
