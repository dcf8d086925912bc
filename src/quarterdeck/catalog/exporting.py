"""Every row of a question as it is at one moment in each cluster, in batches: however many there are, few are held."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple

import msgspec

from quarterdeck.catalog.ordering import sort_key
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.source import Source, SourceFailedError, Values
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.exports import ExportQuestion
from quarterdeck.model.kinds import Column
from quarterdeck.model.target import Key
from quarterdeck.model.windows import ClusterPart, WindowSpec
from quarterdeck.stores.protocol import Frozen

READ = 200
"""Rows that are read at once, in a reader's thread."""
BATCH = 50
"""Rows that are handed on at once: what becomes of them takes 1 to 2 ms of the loop."""
HELD = 4000
"""Rows of many clusters that wait for their place in the order, together; ten of each at least."""
EVERY_ROW = 2**62
_AMONG = '"uid" IN (SELECT value FROM json_each(?))'
"""The IDs are one parameter, for SQLite takes no more than some thirty thousand."""


class Exported(NamedTuple):
    """`values` in the order of Export.columns; there may be more of them."""

    key: Key
    values: Values


class Feed(NamedTuple):
    """One cluster's rows."""

    key: Key
    place: int
    frozen: Frozen


class Export:
    """Made by `freeze`; `release` ends it. `parts` say how each cluster stood at that moment, one that gives no rows
    too."""

    def __init__(
        self, columns: tuple[Column, ...], parts: list[ClusterPart], feeds: Sequence[Feed], query: Query
    ) -> None:
        self.columns = columns
        self.parts = parts
        self.rows = sum(feed.frozen.rows for feed in feeds)
        self._feeds = feeds
        self._order = query.order
        names = _read(columns, query)
        self._ranked = [names.index(column) for column, _ in query.order]

    async def batches(self) -> AsyncGenerator[list[Exported]]:
        """Once. Raises RefusedError where a cluster is closed, or its rows are begun anew, before all are read: what
        came so far is not all then."""
        try:
            if len(self._feeds) == 1:
                async for batch in self._of_one(self._feeds[0]):
                    yield batch
            else:
                async for batch in self._of_many():
                    yield batch
        finally:
            self.release()

    def release(self) -> None:
        """At any time, again too."""
        for feed in self._feeds:
            feed.frozen.release()

    async def _of_one(self, feed: Feed) -> AsyncGenerator[list[Exported]]:
        for start in range(0, feed.frozen.rows, READ):
            found = await feed.frozen.read(start, READ)
            for at in range(0, len(found), BATCH):
                yield [Exported(feed.key, values) for values in found[at : at + BATCH]]

    async def _of_many(self) -> AsyncGenerator[list[Exported]]:
        rank, many = sort_key(self._order), _held_of_each(len(self._feeds))

        def ranked(at: int, values: Values) -> tuple[tuple[object, ...], int, int, Values]:
            return rank([values[i] for i in self._ranked]), self._feeds[at].place, at, values

        starts = [0] * len(self._feeds)
        held: list[list[Values]] = [[] for _ in self._feeds]
        ahead: list[tuple[tuple[object, ...], int, int, Values]] = []

        async def following(at: int) -> Values | None:
            """The next row of that feed."""
            if not held[at]:
                found = await self._feeds[at].frozen.read(starts[at], many)
                starts[at] += len(found)
                held[at] = found[::-1]
            return held[at].pop() if held[at] else None

        for at in range(len(self._feeds)):
            if (values := await following(at)) is not None:
                ahead.append(ranked(at, values))
        heapq.heapify(ahead)
        batch: list[Exported] = []
        while ahead:
            _, _, at, values = ahead[0]
            batch.append(Exported(self._feeds[at].key, values))
            if (after := await following(at)) is not None:
                heapq.heapreplace(ahead, ranked(at, after))
            else:
                heapq.heappop(ahead)
            if len(batch) == BATCH or not ahead:
                yield batch
                batch = []


def spec_of(question: ExportQuestion) -> WindowSpec:
    """Its window, with room for every row."""
    return WindowSpec(
        question.clusters,
        question.resource,
        question.filter,
        question.namespaces,
        question.sort,
        limit=EVERY_ROW,
        matches_first=question.matches_first,
    )


def columns_of(question: ExportQuestion, query: Query) -> tuple[Column, ...]:
    """Raises InvalidRequestError for one that its kind has not."""
    known = {column.name: column for column in query.columns}
    for name in question.columns:
        if name not in known:
            raise InvalidRequestError(f'There is no column "{name}".')
    return tuple(known[name] for name in dict.fromkeys(question.columns)) or query.columns


async def freeze(
    sources: Sequence[Source], query: Query, columns: tuple[Column, ...], question: ExportQuestion
) -> tuple[list[Feed], dict[int, str]]:
    """All clusters together, so that their moments lie close; of those that cannot be read (by place) why not."""
    only, excluding = _by_cluster(question.only), _by_cluster(question.excluding)
    asked = [s for s in sources if only is None or query.keys[s.place] in only]
    failures: dict[int, str] = {}
    feeds: list[Feed] = []

    async def one(source: Source) -> None:
        key = query.keys[source.place]
        chosen = _chosen(query, None if only is None else only[key], (excluding or {}).get(key, []))
        try:
            frozen = await source.freeze(chosen, _read(columns, query))
        except SourceFailedError as error:
            failures[source.place] = error.message
        else:
            feeds.append(Feed(key, source.place, frozen))

    try:
        async with asyncio.TaskGroup() as group:
            for source in asked:
                group.create_task(one(source))
    except BaseException:
        for feed in feeds:
            feed.frozen.release()
        raise
    return sorted(feeds, key=lambda feed: feed.place), failures


def _read(columns: tuple[Column, ...], query: Query) -> tuple[str, ...]:
    """What is written, and what orders it."""
    return tuple(dict.fromkeys([*(column.name for column in columns), *(column for column, _ in query.order)]))


def _chosen(query: Query, only: list[str] | None, excluding: list[str]) -> Query:
    for where, uids in ((_AMONG, only), (f"NOT {_AMONG}", excluding or None)):
        if uids is not None:
            query = msgspec.structs.replace(
                query,
                where=f"{query.where} AND {where}" if query.where else where,
                params=(*query.params, msgspec.json.encode(uids).decode()),
            )
    return query


def _by_cluster(ids: list[str] | None) -> dict[str, list[str]] | None:
    """Of `key/uid`."""
    if ids is None:
        return None
    found: dict[str, list[str]] = {}
    for one in ids:
        key, _, uid = one.partition("/")
        found.setdefault(key, []).append(uid)
    return found


def _held_of_each(clusters: int) -> int:
    return max(10, min(READ, HELD // max(1, clusters)))
