"""What is wrong in each shown cluster: the rules of a kind are asked again when its rows change, and by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import merge

import structlog

from quarterdeck.catalog.attention.reading import Found, read
from quarterdeck.catalog.attention.rule import Rule
from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.stays import Stay, Stays
from quarterdeck.model.attention import AttentionMark, Finding, Severity
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0
SHARE = 0.05
CLOCK_S = 30.0
"""How often rules that go by the clock are asked although nothing was written."""
MOST_OF_A_CLUSTER = 500
"""Findings, the worst of all."""
_RANK = {severity: place for place, severity in enumerate(Severity)}
KindNames = Callable[[Key, Resource], tuple[str, str]]
"""`Pod` and `Pods`, for people: of a kind as its cluster calls it."""


class _Watched(Stay):
    """What is to be asked again, and what was found."""

    def __init__(self, board: Attention, key: Key, store: Store) -> None:
        self.found: dict[Resource, Mapping[str, Found]] = {}
        self.ranked: tuple[Finding, ...] = ()
        self.connection: tuple[Finding, ...] = ()
        self.more = 0
        self.mark = AttentionMark()
        self.dirty = set(store.resources())
        self._board = board
        super().__init__(
            store, Paced(board.bag, f"attention {key}", lambda: board.ask(key), interval=INTERVAL_S, share=SHARE)
        )
        self._timer: asyncio.TimerHandle | None = None
        self.paced.poke()
        self._wind()

    def end(self) -> None:
        super().end()
        if self._timer is not None:
            self._timer.cancel()

    def changed(self, resource: Resource) -> None:
        self.dirty |= {resource, *self._board.askers(resource)}
        self.paced.poke(urgent=resource not in self.found)

    def _wind(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(CLOCK_S, self._tick)

    def _tick(self) -> None:
        self.dirty |= {resource for resource in self.store.resources() if self._board.timely(resource)}
        self.paced.poke()
        self._wind()


class Attention(Stays[_Watched]):
    """A closed cluster's findings go in its commit. `told(key)` after each change of a cluster's findings; they are
    asked for in the reader threads of its store. `connection(key)`: what is wrong with the way to a cluster, from
    memory."""

    def __init__(
        self,
        rules: Sequence[Rule],
        kind_names: KindNames,
        told: Callable[[Key], None],
        connection: Callable[[Key], tuple[Finding, ...]] = lambda key: (),
    ) -> None:
        super().__init__("attention")
        self._rules = tuple(rules)
        self._place = {rule.id: place for place, rule in enumerate(rules)}
        self._kind_names = kind_names
        self._told = told
        self._connection = connection

    def begin(self, key: Key, store: Store) -> _Watched:
        return _Watched(self, key, store)

    def ranked(self, keys: Iterable[Key]) -> Iterable[Finding]:
        """Of these clusters, worst first: severity, the place of its rule, then the newest. Lazily."""
        shown = [watched.ranked for key in keys if (watched := self.stay(key)) is not None]
        return merge(*shown, key=self._worse)

    def more(self, key: Key) -> int:
        """Findings that are left out."""
        watched = self.stay(key)
        return watched.more if watched is not None else 0

    def mark(self, key: Key) -> AttentionMark:
        watched = self.stay(key)
        return watched.mark if watched is not None else AttentionMark()

    def was_asked(self, key: Key, resource: Resource) -> bool:
        """Whether its rules were asked since the cluster is shown."""
        watched = self.stay(key)
        return watched is not None and resource in watched.found

    def askers(self, resource: Resource) -> set[Resource]:
        """The kinds whose rules look into this one as well."""
        return {other for rule in self._rules if resource in rule.also for other in rule.resources}

    def timely(self, resource: Resource) -> bool:
        return any(rule.timely and rule.reads(resource) for rule in self._rules)

    async def ask(self, key: Key) -> None:
        """Of what changed since it was last asked."""
        watched = self.stay(key)
        if watched is None:
            return
        dirty, watched.dirty = watched.dirty, set()
        connection = self._connection(key)
        news = connection != watched.connection
        watched.connection = connection
        for resource in sorted(dirty):
            rules = [rule for rule in self._rules if rule.reads(resource)]
            status = watched.store.status(resource)
            if not rules or not status.complete:
                continue  # what is wrong in the rest is not known, and each part that comes would be asked anew
            try:
                found = await read(watched.store, key, resource, self._kind_names(key, resource), rules)
            except (RequestError, InternalError) as error:
                log.debug("rules were not asked", kind=resource.path, reason=error.message)
                continue
            news |= watched.found.get(resource) != found
            watched.found[resource] = found
        if news and self.stay(key) is watched:
            self._rank(watched)
            self._told(key)

    def _rank(self, watched: _Watched) -> None:
        every = [one for of_kind in watched.found.values() for one in of_kind.values()]
        of_rows = (finding for one in every for finding in one.findings)
        findings = sorted((*watched.connection, *of_rows), key=self._worse)
        left = sum(one.more for one in every)
        counts = dict.fromkeys(Severity, 0)
        for finding in findings:
            counts[finding.severity] += 1
        for of_kind in watched.found.values():
            for rule in self._rules:
                counts[rule.severity] += of_kind[rule.id].more if rule.id in of_kind else 0
        watched.ranked = tuple(findings[:MOST_OF_A_CLUSTER])
        watched.more = left + len(findings) - len(watched.ranked)
        watched.mark = AttentionMark(
            watched.mark.version + 1,
            counts[Severity.CRITICAL],
            counts[Severity.WARNING],
            counts[Severity.NOTICE],
        )

    def _worse(self, finding: Finding) -> tuple[int, int, int, str]:
        # The way to a cluster comes before what is in it.
        return (_RANK[finding.severity], self._place.get(finding.rule, -1), -(finding.since or 0), finding.id)
