"""How many rows a window is of, and how many of them match: told at once where the page tells it, else counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from quarterdeck.catalog import merge
from quarterdeck.catalog.merge import Found
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.source import Source

ByPlace = Mapping[int, int]


class Totals(msgspec.Struct, frozen=True):
    """Of each cluster; None: not known without counting. `matching` is of those that come first; where nothing does,
    there are none."""

    rows: ByPlace | None
    matching: ByPlace | None

    @property
    def whole(self) -> bool:
        return self.rows is not None and self.matching is not None


def known(query: Query, sources: Sequence[Source], found: Sequence[Found], *, from_start: bool) -> Totals:
    """What a page says by itself. `from_start`: nothing stands before it."""
    short = from_start and len(found) < query.limit
    rows: ByPlace | None = None
    if not query.where:
        rows = {source.place: source.rows(query) for source in sources}
    elif short:
        # All of them are here: counting would read every row again.
        rows = {source.place: sum(f.place == source.place for f in found) for source in sources}
    matching: ByPlace | None = {}
    if query.first is not None:
        # So are all that match, where one stands here that does not.
        seen = short or (from_start and bool(found) and other(query, found[-1]))
        here = [f for f in found if not other(query, f)]
        matching = {s.place: sum(f.place == s.place for f in here) for s in sources} if seen else None
    return Totals(rows, matching)


async def counted(query: Query, sources: Sequence[Source], so_far: Totals) -> Totals:
    """What is not known yet; sources that cannot be read are left out."""
    rows, matching = so_far.rows, so_far.matching
    if rows is None:
        rows = await merge.count(sources, query)
    if matching is None:
        never = {source.place: 0 for source in sources if not source.may_match}
        asked = [source for source in sources if source.may_match]
        matching = {**never, **await merge.count(asked, query.matches())}
    return Totals(rows, matching)


def other(query: Query, found: Found) -> bool:
    """Whether it is not among those that come first."""
    return query.first is not None and not found.values[-1]
