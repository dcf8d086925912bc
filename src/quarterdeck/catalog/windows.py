"""Live windows over the clusters of the committed snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog import cursor as cursors
from quarterdeck.catalog import exporting, merge, parts, totals
from quarterdeck.catalog.exporting import Export
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Admission, Member, Members, Shown
from quarterdeck.catalog.parts import PartState as PartState
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.seen import namespaces_seen
from quarterdeck.catalog.shapes import Shapes, compile_by_now
from quarterdeck.catalog.source import Source
from quarterdeck.catalog.window import Sink, Want, Window, row_of
from quarterdeck.model.exports import ExportQuestion
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.model.windows import WindowPage, WindowSpec
from quarterdeck.stores.protocol import KindStatus

CLOSE_SECONDS = 2.0
READ_SECONDS = 5.0
"""How long one page waits for the first list of a kind."""


def unwanted(key: Key, resource: Resource) -> Callable[[], None]:
    """Nothing keeps rows current on demand."""
    del key, resource
    return lambda: None


class Windows:
    """A commit participant: windows show rows of committed clusters only, and drop a closed one's within its commit.

    When what `part_state` would say of a cluster changes, call `changed`. `kinds` are those with a projection of ours;
    `want` is asked to keep a kind's rows current for as long as something here shows them. Satisfies api.ports.Windows.
    """

    def __init__(self, kinds: Iterable[KindSpec[Any]], part_state: parts.PartStateOf, want: Want = unwanted) -> None:
        self._part_state = part_state
        self._want = want
        self._members = Members(lambda key: self.changed((key,)), self._gone, self._wrote)
        self._shapes = Shapes(kinds, self._members)
        self._news = asyncio.Event()
        self._windows: set[Window] = set()
        self._bag = TaskBag("windows")

    def __len__(self) -> int:
        return len(self._windows)

    # --- the commit -------------------------------------------------------------------------------------------------

    def prepare(self, cluster: ClusterId, key: Key, visible: Shown) -> Admission:
        return self._members.prepare(cluster, key, visible)

    def removed(self, cluster: ClusterId, key: Key) -> None:
        self._members.removed(cluster, key)

    def changed(self, keys: Iterable[Key]) -> None:
        """The state of these clusters changed: windows tell it at their next turn."""
        for key in keys:
            for window in tuple(self._windows):
                window.touched(key)
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _gone(self, key: Key) -> None:
        for window in tuple(self._windows):
            window.drop(key)

    def _wrote(self, key: Key, resource: Resource) -> None:
        self._wake()
        for window in tuple(self._windows):
            window.touched(key, resource)

    @property
    def members(self) -> Members:
        """To be read only."""
        return self._members

    @property
    def shapes(self) -> Shapes:
        return self._shapes

    # --- questions --------------------------------------------------------------------------------------------------

    def open(self, spec: WindowSpec, sink: Sink) -> Window:
        """A live window; its first page comes within the next turns of the loop. Raises InvalidRequestError (with the
        position, if a character is to blame)."""
        window = Window(
            spec, sink, self._members, self._shapes, self._part_state, self._want, self._bag, self._windows.discard
        )
        self._windows.add(window)
        window.refresh()
        return window

    async def page(self, spec: WindowSpec, cursor: str | None = None) -> WindowPage:
        """One page; `cursor` is an earlier page's `next`, and then `spec.offset` does not count. Raises as `open`."""
        query = compile_by_now(spec, self._shapes)
        asked = [key for key in query.keys if self._admits(query, key)]
        releases = [self._want(key, kind) for key in asked for kind in query.resources]
        try:
            await self._read(query)
            return await self._page(compile_by_now(spec, self._shapes), cursor)
        finally:
            for release in releases:
                release()

    async def export(self, question: ExportQuestion) -> Export:
        """All rows, as they are once their first lists are there, or after a few seconds. Whoever asks releases it.
        Raises as `open`, and InvalidRequestError for a column that is not there."""
        spec = exporting.spec_of(question)
        query = compile_by_now(spec, self._shapes)
        asked = [key for key in query.keys if self._admits(query, key)]
        releases = [self._want(key, kind) for key in asked for kind in query.resources]
        try:
            await self._read(query)
            query = compile_by_now(spec, self._shapes)
            columns = exporting.columns_of(question, query)
            # As they stand before: a list that ends while rows are frozen does not make these whole.
            stood = self._standing(query)
            feeds, failures = await exporting.freeze(self._sources(query, None), query, columns, question)
            rows = {feed.place: feed.frozen.rows for feed in feeds}
            shares = [
                parts.part(key, told, member, kept, rows.get(place, 0), failures.get(place, ""))
                for place, key, told, member, kept in stood
            ]
            return Export(columns, shares, feeds, query)
        finally:
            for release in releases:
                release()

    async def _read(self, query: Query) -> None:
        """Waits, for a few seconds at most, until there is something to say of a kind that nobody looked at before."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                while any(self._unread(query, key) for key in query.keys):
                    await self._news.wait()
        except TimeoutError:
            return  # it is said in the parts

    def _unread(self, query: Query, key: Key) -> bool:
        member = self._members.get(key)
        if member is None or member.store is None or not self._admits(query, key):
            return False
        kept = member.store.status(query.resource)
        if kept.complete or kept.rows >= query.offset + query.limit:
            return False
        return self._part_state(key, query.resource).status == "partial"

    def _standing(self, query: Query) -> list[tuple[int, Key, parts.PartState, Member | None, KindStatus]]:
        """What is to be said of each cluster that is asked, but for its rows."""
        return [
            (place, key, self._part_state(key, query.resource), member, parts.kind_status(member, query.resource))
            for place, key in enumerate(query.keys)
            if self._admits(query, key)
            for member in [self._members.get(key)]
        ]

    async def _page(self, query: Query, cursor: str | None) -> WindowPage:
        sources = self._sources(query, cursor)
        asked = msgspec.structs.replace(query, limit=query.limit + 1, offset=0 if cursor else query.offset)
        members = {source.place: self._members.get(query.keys[source.place]) for source in sources}
        found, failures = await merge.select(sources, asked)
        readable = [source for source in sources if source.place not in failures]
        told = totals.known(asked, readable, found, from_start=asked.offset == 0 and cursor is None)
        told = told if told.whole else await totals.counted(query, readable, told)
        # A cluster that was closed meanwhile shows nothing.
        gone = {place for place, member in members.items() if self._members.get(query.keys[place]) is not member}
        more, found = len(found) > query.limit, found[: query.limit]
        shown = [f for f in found if f.place not in gone]
        rows = {**(told.rows or {}), **dict.fromkeys(gone, 0)}
        shares = [
            parts.part(key, state, member, kept, rows.get(place), failures.get(place, ""))
            for place, key, state, member, kept in self._standing(query)
        ]
        total, matching = (
            sum(rows for place, rows in (counts or {}).items() if place not in gone)
            for counts in (told.rows, told.matching)
        )
        complete = all(share.complete for share in shares)
        following = cursors.encode(query, found[-1]) if more else None
        return WindowPage(
            list(query.columns),
            [row_of(query, one) for one in shown],
            asked.offset,
            total,
            complete,
            shares,
            following,
            matching if query.first is not None else None,
        )

    def _sources(self, query: Query, cursor: str | None) -> list[Source]:
        last = cursors.decode(cursor, query) if cursor else None
        ended = query.keys.index(Key(last.key)) if last is not None else 0
        return [
            # Of equal rows those of later clusters are still to come.
            Source(
                place,
                member.store,
                last.values if last is not None else None,
                inclusive=place > ended,
                may_match=query.may_match(self._names(query, key)),
            )
            for place, key in enumerate(query.keys)
            if (member := self._members.get(key)) is not None
            and member.store is not None
            and member.store.columns(query.resource)
            and self._admits(query, key)
        ]

    def _admits(self, query: Query, key: Key) -> bool:
        return not query.clusters or query.admits(self._names(query, key))

    def _names(self, query: Query, key: Key) -> tuple[str, ...]:
        return (key, *self._part_state(key, query.resource).names) if query.clusters else ()

    async def namespaces(self, key: Key) -> list[str]:
        """Those that rows of an open cluster were seen in, by name; there may be more."""
        member = self._members.get(key)
        found = await namespaces_seen(member.store) if member is not None and member.store is not None else []
        return found if self._members.get(key) is member else []

    async def aclose(self) -> list[str]:
        """Ends all windows. Returns the names of tasks that would not stop."""
        for window in tuple(self._windows):
            window.close()
        self._members.close()
        return await self._bag.close(CLOSE_SECONDS)
