"""Totals of each cluster's kinds, counted anew when rows change, at most every second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.stays import Stay, Stays
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0
SHARE = 0.05

Sums = Mapping[str, int]
"""A kind's aggregates by name, and `total`."""


class _Counted(Stay):
    """What is to be counted again, and what was found."""

    def __init__(self, counts: Counts, key: Key, store: Store) -> None:
        self.sums: dict[Resource, Sums] = {}
        self.dirty = {*counts.kinds, *store.resources()}
        super().__init__(
            store,
            Paced(counts.bag, f"counts {key}", lambda: counts.count(key), interval=INTERVAL_S, share=SHARE),
        )
        self.paced.poke()

    def changed(self, resource: Resource) -> None:
        self.dirty.add(resource)
        self.paced.poke(urgent=resource not in self.sums)


class Counts(Stays[_Counted]):
    """`kinds` are those with a projection of ours; of all others rows are counted. `told(key)` after each change of a
    cluster's figures."""

    def __init__(self, kinds: Iterable[KindSpec[Any]], told: Callable[[Key], None]) -> None:
        super().__init__("counts")
        self.kinds = {kind.resource: kind for kind in kinds}
        self._told = told

    def begin(self, key: Key, store: Store) -> _Counted:
        return _Counted(self, key, store)

    def of(self, key: Key) -> Mapping[Resource, Sums]:
        """What is counted so far; empty where the cluster is not shown."""
        counted = self.stay(key)
        return counted.sums if counted is not None else {}

    async def count(self, key: Key) -> None:
        counted = self.stay(key)
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
        if news and self.stay(key) is counted:
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
