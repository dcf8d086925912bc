"""What is wrong in each shown cluster: the rules of a kind are asked again when its rows change, and by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import merge
from typing import Protocol

import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.attention.reading import Found, read
from quarterdeck.catalog.attention.rule import Rule
from quarterdeck.catalog.pace import Paced
from quarterdeck.model.attention import AttentionMark, Finding, Severity
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.stores.protocol import Store

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0
SHARE = 0.05
CLOCK_S = 30.0
"""How often rules that go by the clock are asked although nothing was written."""
MOST_OF_A_CLUSTER = 500
"""Findings, the worst of all."""
_RANK = {severity: place for place, severity in enumerate(Severity)}
KindName = Callable[[Key, Resource], str]
"""`Pod`, for people: of a kind as its cluster calls it."""


class _Visible(Protocol):
    @property
    def store(self) -> Store | None: ...


class _Share:
    def __init__(self, commit: Callable[[], None]) -> None:
        self.commit = commit

    def abort(self) -> None:
        """Nothing was begun."""


class _Watched:
    """One stay of one cluster: what is to be asked again, and what was found."""

    def __init__(self, board: Attention, key: Key, store: Store) -> None:
        self.store = store
        self.key = key
        self.found: dict[Resource, Mapping[str, Found]] = {}
        self.ranked: tuple[Finding, ...] = ()
        self.connection: tuple[Finding, ...] = ()
        self.more = 0
        self.mark = AttentionMark()
        self.dirty = set(store.resources())
        self.paced = Paced(board.bag, f"attention {key}", lambda: board.ask(key), interval=INTERVAL_S, share=SHARE)
        self._board = board
        self._stop = store.subscribe(self._changed)
        self._timer: asyncio.TimerHandle | None = None
        self.paced.poke()
        self._wind()

    def end(self) -> None:
        self._stop()
        self.paced.close()
        if self._timer is not None:
            self._timer.cancel()

    def _changed(self, resource: Resource) -> None:
        self.dirty |= {resource, *self._board.askers(resource)}
        self.paced.poke(urgent=resource not in self.found)

    def _wind(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(CLOCK_S, self._tick)

    def _tick(self) -> None:
        self.dirty |= {resource for resource in self.store.resources() if self._board.timely(resource)}
        self.paced.poke()
        self._wind()


class Attention:
    """A commit participant: a closed cluster's findings go in its commit. `told(key)` after each change of a cluster's
    findings; they are asked for in the reader threads of its store. `connection(key)`: what is wrong with the way to a
    cluster, from memory."""

    def __init__(
        self,
        rules: Sequence[Rule],
        kind_name: KindName,
        told: Callable[[Key], None],
        connection: Callable[[Key], tuple[Finding, ...]] = lambda key: (),
    ) -> None:
        self.bag = TaskBag("attention")
        self._rules = tuple(rules)
        self._place = {rule.id: place for place, rule in enumerate(rules)}
        self._kind_name = kind_name
        self._told = told
        self._connection = connection
        self._clusters: dict[Key, _Watched] = {}

    def ranked(self, keys: Iterable[Key]) -> Iterable[Finding]:
        """Of these clusters, worst first: severity, the place of its rule, then the newest. Lazily."""
        shown = [watched.ranked for key in keys if (watched := self._clusters.get(key)) is not None]
        return merge(*shown, key=self._worse)

    def more(self, key: Key) -> int:
        """Findings that are left out."""
        watched = self._clusters.get(key)
        return watched.more if watched is not None else 0

    def mark(self, key: Key) -> AttentionMark:
        watched = self._clusters.get(key)
        return watched.mark if watched is not None else AttentionMark()

    def was_asked(self, key: Key, resource: Resource) -> bool:
        """Whether its rules were asked since the cluster is shown."""
        watched = self._clusters.get(key)
        return watched is not None and resource in watched.found

    def askers(self, resource: Resource) -> set[Resource]:
        """The kinds whose rules look into this one as well."""
        return {other for rule in self._rules if resource in rule.also for other in rule.resources}

    def timely(self, resource: Resource) -> bool:
        return any(rule.timely and rule.reads(resource) for rule in self._rules)

    # --- the commit -------------------------------------------------------------------------------------------------

    def prepare(self, cluster: ClusterId, key: Key, visible: _Visible) -> _Share:
        del cluster
        store = visible.store
        return _Share(lambda: self._show(key, store))

    def removed(self, cluster: ClusterId, key: Key) -> None:
        del cluster
        watched = self._clusters.pop(key, None)
        if watched is not None:
            watched.end()

    async def close(self) -> None:
        for key in tuple(self._clusters):
            self.removed(ClusterId(""), key)
        await self.bag.close(2)

    def _show(self, key: Key, store: Store | None) -> None:
        watched = self._clusters.get(key)
        if watched is not None and watched.store is store:
            return
        self.removed(ClusterId(""), key)
        if store is not None:
            self._clusters[key] = _Watched(self, key, store)

    # --- asking -----------------------------------------------------------------------------------------------------

    async def ask(self, key: Key) -> None:
        """Of what changed since it was last asked."""
        watched = self._clusters.get(key)
        if watched is None:
            return
        dirty, watched.dirty = watched.dirty, set()
        connection = self._connection(key)
        news = connection != watched.connection
        watched.connection = connection
        for resource in sorted(dirty):
            rules = [rule for rule in self._rules if rule.reads(resource)]
            status = watched.store.status(resource)
            if not rules or (status.rows == 0 and not status.complete):
                continue  # never listed: that nothing is wrong there is not known
            try:
                found = await read(watched.store, key, resource, self._kind_name(key, resource), rules)
            except (RequestError, InternalError) as error:
                log.debug("rules were not asked", kind=resource.path, reason=error.message)
                continue
            news |= watched.found.get(resource) != found
            watched.found[resource] = found
        if news and self._clusters.get(key) is watched:
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
