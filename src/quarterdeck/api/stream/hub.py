"""What changed, by number: the one place that gives out `seq`.

No delta is kept. For each thing that can change (a cluster, a record, the tabs, the sources) only the number of its
last change is kept; a delta is read from the console when a connection is ready to send it. So a browser that is slow,
or that was away, gets each thing once, as it is now, and what waits for it is no larger than what exists.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from itertools import groupby

from quarterdeck.api.ports import Console, ConsoleNews, ContextEntry
from quarterdeck.api.views import Views
from quarterdeck.api.wire import (
    ChangeDelta,
    ClustersDelta,
    ClusterView,
    SavedNews,
    ServerMessage,
    Snapshot,
    TabsDelta,
    Vitals,
)
from quarterdeck.model.target import Key
from quarterdeck.selection.protocol import News

MOST_THINGS = 2000
"""Changes remembered by number; a browser that is behind the oldest of them is resynchronized."""
MOST_RECORDS = 200
KNOWN_EVERY_S = 0.25
"""Counts change with each watch event; four times a second is as fast as a person reads them."""
RECORDS_EVERY_S = 0.5
"""The record of fifty openings is 70 kB and grows with each of their phases: till it is whole, it is told so often."""
VITALS_EVERY_S = 1.0
_VIEWS_A_MESSAGE = 200


class _Kind(IntEnum):
    CLUSTERS = 0
    """A cluster, or (with no key) the sources."""
    CHANGE = 1
    TABS = 2
    SAVED = 3


_Thing = tuple[_Kind, Key | int | None]
Wake = Callable[[], None]


class Hub:
    """One per server. `start` and `close` are called on the loop, by whoever made it."""

    def __init__(self, console: Console, views: Views) -> None:
        self.session = secrets.token_hex(8)
        self.seq = 0
        self.vitals: Vitals | None = None
        self._console = console
        self._views = views
        self._floor = 0
        self._last: OrderedDict[_Thing, int] = OrderedDict()
        self._entries: Mapping[Key, ContextEntry] = {}
        self._known: set[Key] = set()
        self._growing: set[int] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._wakes: set[Wake] = set()
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        self._entries = dict(self._console.contexts().entries)
        self._stops = [self._console.selection.subscribe(self._on_selection), self._console.subscribe(self._on_console)]

    def close(self) -> None:
        for stop in self._stops:
            stop()
        self._stops.clear()
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def attach(self, wake: Wake) -> Callable[[], None]:
        """`wake` is called when there is something to send. Vitals are read only while somebody is attached."""
        self._wakes.add(wake)
        if "vitals" not in self._timers:
            self._read_vitals()

        def detach() -> None:
            self._wakes.discard(wake)
            if not self._wakes and (timer := self._timers.pop("vitals", None)) is not None:
                timer.cancel()

        return detach

    def resumes(self, session: str | None, seq: int) -> bool:
        """Whether one that saw everything up to `seq` can go on with deltas."""
        return session == self.session and self._floor <= seq <= self.seq

    def snapshot(self, reason: str) -> Snapshot:
        return Snapshot(
            seq=self.seq,
            generation=self._console.selection.generation,
            contexts=self._views.contexts(),
            tabs=self._console.tabs,
            changes=list(self._console.selection.records()[-MOST_RECORDS:]),
            reason=reason,
        )

    def since(self, seq: int) -> list[ServerMessage]:
        """All that changed after `seq`, each as it is now; a snapshot where that reaches too far back.

        Whoever has applied a message, and those before it, is current up to its `seq`.
        """
        if seq < self._floor:
            return [self.snapshot("resync")]
        things: list[tuple[_Thing, int]] = []
        for thing, number in reversed(self._last.items()):
            if number <= seq:
                break
            things.append((thing, number))
        things.reverse()
        return [message for run in _runs(things) for message in self._messages(run)]

    def _messages(self, run: list[tuple[_Thing, int]]) -> Iterator[ServerMessage]:
        seq = run[-1][1]
        match run[0][0][0]:
            case _Kind.CLUSTERS:
                yield self._clusters(seq, [thing[1] for thing, _ in run])
            case _Kind.CHANGE:
                for (_, generation), number in run:
                    record = self._console.selection.record(generation) if isinstance(generation, int) else None
                    if record is not None:
                        yield ChangeDelta(number, record)
            case _Kind.TABS:
                yield TabsDelta(seq, self._console.tabs)
            case _Kind.SAVED:
                yield SavedNews(seq)

    def _clusters(self, seq: int, keys: list[Key | int | None]) -> ClustersDelta:
        upserted: list[ClusterView] = []
        removed: list[str] = []
        for key in keys:
            if isinstance(key, str):
                view = self._views.cluster(key)
                if view is None:
                    removed.append(key)
                else:
                    upserted.append(view)
        sources = list(self._console.contexts().sources) if None in keys else None
        return ClustersDelta(seq, self._console.selection.generation, upserted, removed, sources)

    def _on_selection(self, news: News) -> None:
        self._touch([(_Kind.CLUSTERS, key) for key in sorted(news.clusters)])
        growing = {generation for generation in news.changes if self._grows(generation)}
        self._touch([(_Kind.CHANGE, generation) for generation in sorted(news.changes - growing)])
        self._growing |= growing
        if growing and "records" not in self._timers:
            self._timers["records"] = asyncio.get_running_loop().call_later(RECORDS_EVERY_S, self._flush_records)

    def _grows(self, generation: int) -> bool:
        """It was told before and is not whole yet: what is new of it can wait."""
        record = self._console.selection.record(generation)
        return record is not None and record.settled_ms is None and (_Kind.CHANGE, generation) in self._last

    def _flush_records(self) -> None:
        self._timers.pop("records", None)
        growing, self._growing = self._growing, set()
        self._touch([(_Kind.CHANGE, generation) for generation in sorted(growing)])

    def _on_console(self, news: ConsoleNews) -> None:
        if news.contexts:
            now = self._console.contexts().entries
            changed = [key for key, entry in now.items() if self._entries.get(key) != entry]
            gone = [key for key in self._entries if key not in now]
            self._entries = dict(now)
            self._touch([(_Kind.CLUSTERS, None), *((_Kind.CLUSTERS, key) for key in (*changed, *gone))])
        if news.tabs:
            self._touch([(_Kind.TABS, None)])
        if news.saved:
            self._touch([(_Kind.SAVED, None)])
        if news.known:
            self._known |= news.known
            if "known" not in self._timers:
                self._timers["known"] = asyncio.get_running_loop().call_later(KNOWN_EVERY_S, self._flush_known)

    def _flush_known(self) -> None:
        self._timers.pop("known", None)
        known, self._known = self._known, set()
        self._touch([(_Kind.CLUSTERS, key) for key in sorted(known)])

    def _touch(self, things: Iterable[_Thing]) -> None:
        for thing in things:
            self.seq += 1
            self._last[thing] = self.seq
            self._last.move_to_end(thing)
        while len(self._last) > MOST_THINGS:
            _, self._floor = self._last.popitem(last=False)
        self._wake()

    def _read_vitals(self) -> None:
        self.vitals = self._console.vitals()
        self._timers["vitals"] = asyncio.get_running_loop().call_later(VITALS_EVERY_S, self._read_vitals)
        self._wake()

    def _wake(self) -> None:
        for wake in tuple(self._wakes):
            wake()


def _runs(things: list[tuple[_Thing, int]]) -> Iterator[list[tuple[_Thing, int]]]:
    """Neighbours of one kind, at most 200 together: a message must not skip what another kind did in between, or a
    browser that leaves between the two would resume past it."""
    for _, group in groupby(things, key=lambda item: item[0][0]):
        run = list(group)
        for start in range(0, len(run), _VIEWS_A_MESSAGE):
            yield run[start : start + _VIEWS_A_MESSAGE]
