"""Totals of each cluster's kinds, counted anew when rows change, at most every second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.pace import Paced
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.stores.protocol import Store

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0
SHARE = 0.05

Sums = Mapping[str, int]
"""A kind's aggregates by name, and `total`."""


class _Visible(Protocol):
    @property
    def store(self) -> Store | None: ...


class _Share:
    def __init__(self, commit: Callable[[], None]) -> None:
        self.commit = commit

    def abort(self) -> None:
        """Nothing was begun."""


class _Counted:
    """One cluster: its store, what is to be counted again, and what was found."""

    def __init__(self, counts: Counts, key: Key, store: Store) -> None:
        self.store = store
        self.sums: dict[Resource, Sums] = {}
        self.dirty = {*counts.kinds, *store.resources()}
        self.paced = Paced(counts.bag, f"counts {key}", lambda: counts.count(key), interval=INTERVAL_S, share=SHARE)
        self.stop = store.subscribe(self._changed)
        self.paced.poke()

    def _changed(self, resource: Resource) -> None:
        self.dirty.add(resource)
        self.paced.poke(urgent=resource not in self.sums)


class Counts:
    """A commit participant. `kinds` are those with a projection of ours; of all others rows are counted. `told(key)`
    after each change of a cluster's figures."""

    def __init__(self, kinds: Iterable[KindSpec[Any]], told: Callable[[Key], None]) -> None:
        self.kinds = {kind.resource: kind for kind in kinds}
        self.bag = TaskBag("counts")
        self._told = told
        self._clusters: dict[Key, _Counted] = {}

    def of(self, key: Key) -> Mapping[Resource, Sums]:
        """What is counted so far; empty where the cluster is not shown."""
        counted = self._clusters.get(key)
        return counted.sums if counted is not None else {}

    def prepare(self, cluster: ClusterId, key: Key, visible: _Visible) -> _Share:
        del cluster
        store = visible.store
        return _Share(lambda: self._show(key, store))

    def removed(self, cluster: ClusterId, key: Key) -> None:
        del cluster
        counted = self._clusters.pop(key, None)
        if counted is not None:
            counted.stop()
            counted.paced.close()

    async def close(self) -> None:
        for key in tuple(self._clusters):
            self.removed(ClusterId(""), key)
        await self.bag.close(2)

    def _show(self, key: Key, store: Store | None) -> None:
        counted = self._clusters.get(key)
        if counted is not None and counted.store is store:
            return
        self.removed(ClusterId(""), key)
        if store is not None:
            self._clusters[key] = _Counted(self, key, store)

    async def count(self, key: Key) -> None:
        counted = self._clusters.get(key)
        if counted is None:
            return
        dirty, counted.dirty = counted.dirty, set()
        news = False
        for resource in dirty:
            status = counted.store.status(resource)
            if status.rows == 0 and not status.complete:
                continue  # never listed: none is no figure of it
            try:
                sums = await self._sums(counted.store, resource)
            except (RequestError, InternalError) as error:
                log.debug("not counted", kind=resource.path, reason=error.message)
                continue
            # Bookmarks alone are no news.
            news |= counted.sums.get(resource) != sums
            counted.sums[resource] = sums
        if news and self._clusters.get(key) is counted:
            self._told(key)

    async def _sums(self, store: Store, resource: Resource) -> Sums:
        sums: dict[str, int] = {}
        kind = self.kinds.get(resource)
        # Rows of an older version of ours may lack a column until they are listed again.
        if kind is not None and kind.aggregates and store.columns(resource) == kind.columns:
            found = await store.aggregate(resource, tuple(kind.aggregates.values()))
            sums |= {name: int(value or 0) for name, value in zip(kind.aggregates, found, strict=True)}
        # After them: while a list comes in, a part is never more than the whole.
        return {"total": store.status(resource).rows, **sums}
