"""One live window: re-run when its kinds change, and only what changed is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog import delta as deltas
from quarterdeck.catalog import merge, parts, totals
from quarterdeck.catalog.members import Member, Members
from quarterdeck.catalog.merge import Found
from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.query import Query
from quarterdeck.catalog.shapes import Shapes, compile_by_now
from quarterdeck.catalog.source import Source
from quarterdeck.catalog.totals import Totals
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import ClusterPart, WindowDelta, WindowPage, WindowRow, WindowSpec

CLOCK_SECONDS = 1.0
"""How often a filter such as `age:<1h` is asked anew though nothing was written."""


Want = Callable[[Key, Resource], Callable[[], None]]
"""Keeps rows of a kind current in a cluster, open now or later; what it returns says that they are no longer needed."""


class Sink(Protocol):
    """Where pages go. Called on the loop, synchronously; must not block and may not raise. Deltas are relative to what
    was delivered before; the first delivery is a page."""

    def page(self, page: WindowPage) -> None: ...

    def delta(self, delta: WindowDelta) -> None: ...

    def failed(self, message: str, position: int | None = None) -> None:
        """The query makes no sense for the columns that are known by now; nothing more comes."""
        ...


class Window:
    """Keeps what the page was last shown, one page of rows, and nothing more: a busy page that dropped deltas asks by
    `refresh`, so nothing ever queues here."""

    def __init__(
        self,
        spec: WindowSpec,
        sink: Sink,
        members: Members,
        shapes: Shapes,
        part_state: parts.PartStateOf,
        want: Want,
        bag: TaskBag,
        ended: Callable[[Window], None],
    ) -> None:
        self._spec = spec
        self._shapes = shapes
        self.query = compile_by_now(spec, shapes)
        self._want = want
        self._holds: dict[tuple[Key, Resource], Callable[[], None]] = {}
        self._sink = sink
        self._members = members
        self._part_state = part_state
        self._ended = ended
        self._paced = Paced(bag, "window", self._run)
        self._rows: list[WindowRow] = []
        self._totals: dict[Key, int] = {}
        self._matching: dict[Key, int] = {}
        self._failures: dict[Key, str] = {}
        self._sent: tuple[tuple[int | None, int | None, bool], list[ClusterPart]] | None = None
        self._hurried = False
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None

    def refresh(self) -> None:
        """A whole page comes soon instead of a delta."""
        self._sent = None
        self._paced.poke(urgent=True)

    def close(self) -> None:
        """No call reaches the sink after this."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._paced.close()
        for release in self._holds.values():
            release()
        self._holds.clear()
        self._ended(self)

    def touched(self, key: Key, resource: Resource | None = None) -> None:
        """Something changed there: rows of `resource`, or (None) the state of the cluster."""
        if key in self.query.keys and resource in (None, *self.query.resources):
            self._paced.poke(urgent=resource is None, at_once=self._has_first_rows(key))

    def _has_first_rows(self, key: Key) -> bool:
        """Whether rows came to a table that shows none yet: somebody looks at it and waits. Once."""
        if self._rows or self._hurried or self.query.where or self.query.offset:
            return False
        self._hurried = parts.kind_status(self._members.get(key), self.query.resource).rows > 0
        return self._hurried

    def drop(self, key: Key) -> None:
        """The cluster left the snapshot: its rows go now, whatever is being read."""
        if key not in self.query.keys or self._closed:
            return
        self._totals.pop(key, None)
        self._matching.pop(key, None)
        self._failures.pop(key, None)
        if self._sent is not None:
            self._deliver([row for row in self._rows if row.cluster != key], closed=key)
        else:
            self._rows = [row for row in self._rows if row.cluster != key]
        self._paced.poke(urgent=True)

    def _follow_shape(self) -> bool:
        """Columns come to be known, and change; a new page follows. False where the query makes no sense with them."""
        try:
            query = compile_by_now(self._spec, self._shapes)
        except InvalidRequestError as error:
            self.close()
            self._sink.failed(error.message, error.position)
            return False
        if query != self.query:
            self.query, self._sent = query, None
            self._matching.clear()
        return True

    def _hold(self) -> None:
        """Rows are wanted of all clusters that the query asks."""
        wanted = {(key, kind) for key in self.query.keys if self._admits(key) for kind in self.query.resources}
        for held in wanted - self._holds.keys():
            self._holds[held] = self._want(*held)
        for held in self._holds.keys() - wanted:
            self._holds.pop(held)()

    async def _run(self) -> None:
        if not self._follow_shape():
            return
        self._hold()
        if self.query.by_clock:
            self._ask_again()
        members = {
            place: member
            for place, key in enumerate(self.query.keys)
            if (member := self._members.get(key)) is not None and self._admits(key)
        }
        query = self.query
        sources = [
            Source(place, m.store, may_match=query.may_match(self._names(m.key)))
            for place, m in members.items()
            if m.store is not None and m.store.columns(query.resource)
        ]
        found, failures = await merge.select(sources, query)
        self._failures = {self.query.keys[place]: why for place, why in failures.items() if self._is(members[place])}
        self._totals = {key: n for key, n in self._totals.items() if self._members.get(key) is not None}
        self._matching = {key: n for key, n in self._matching.items() if self._members.get(key) is not None}
        readable = [s for s in sources if s.place not in failures]
        told = totals.known(query, readable, found, from_start=query.offset == 0)
        self._count(told, members)
        self._deliver(self._rows_of(found, members))
        if not told.whole:
            self._count(await totals.counted(query, readable, told), members)
            self._deliver([row for row in self._rows if self._members.get(Key(row.cluster)) is not None])

    def _ask_again(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(CLOCK_SECONDS, self._paced.poke)

    def _count(self, told: Totals, members: dict[int, Member]) -> None:
        for kept, counts in ((self._totals, told.rows), (self._matching, told.matching)):
            kept |= {self.query.keys[place]: n for place, n in (counts or {}).items() if self._is(members[place])}

    def _is(self, member: Member) -> bool:
        """Whether it is still the one that was read."""
        return self._members.get(member.key) is member

    def _rows_of(self, found: Iterable[Found], members: dict[int, Member]) -> list[WindowRow]:
        still = {place for place, member in members.items() if self._is(member)}
        return [row_of(self.query, one) for one in found if one.place in still]

    def _deliver(self, rows: list[WindowRow], closed: Key | None = None) -> None:
        if self._closed:
            return
        before, self._rows = self._rows, rows
        shares = [
            ClusterPart(key, "closed", 0, False) if key == closed else self._part(key)
            for key in self.query.keys
            if key == closed or self._admits(key)
        ]
        total = self._sum(self._totals)
        matching = self._sum(self._matching) if self.query.first is not None else None
        complete = all(share.complete for share in shares)
        sent, self._sent = self._sent, ((total, matching, complete), shares)
        if sent is None:
            columns, offset = list(self.query.columns), self.query.offset
            self._sink.page(WindowPage(columns, rows, offset, total, complete, shares, matching=matching))
            return
        steps = deltas.diff(before, rows)
        alike = len(shares) == len(sent[1]) and all(map(parts.same, shares, sent[1]))
        unchanged = alike and (total, matching, complete) == sent[0]
        if not (unchanged and deltas.is_empty(steps)):
            news = msgspec.structs.replace(steps, total=total, complete=complete, parts=shares, matching=matching)
            self._sink.delta(news)

    def _sum(self, counts: Mapping[Key, int]) -> int | None:
        """None where one is missing."""
        expected = [
            key
            for key in self.query.keys
            if (member := self._members.get(key)) is not None
            and member.store is not None
            and member.store.columns(self.query.resource)
            and self._admits(key)
        ]
        if any(key not in counts and key not in self._failures for key in expected):
            return None
        return sum(counts.get(key, 0) for key in expected)

    def _part(self, key: Key) -> ClusterPart:
        member = self._members.get(key)
        kept = parts.kind_status(member, self.query.resource)
        told = self._part_state(key, self.query.resource)
        return parts.part(key, told, member, kept, self._totals.get(key), self._failures.get(key, ""))

    def _admits(self, key: Key) -> bool:
        return not self.query.clusters or self.query.admits(self._names(key))

    def _names(self, key: Key) -> tuple[str, ...]:
        return (key, *self._part_state(key, self.query.resource).names) if self.query.clusters else ()


def row_of(query: Query, found: Found) -> WindowRow:
    key, uid = query.keys[found.place], found.values[query.names.index("uid")]
    return WindowRow(f"{key}/{uid}", key, list(found.values[: len(query.columns)]), totals.other(query, found))
