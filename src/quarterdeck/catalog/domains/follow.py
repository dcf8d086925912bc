"""When another answer may be had of a view: its kinds were written to. A commit participant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.pace import Paced
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.stores.protocol import Store

INTERVAL_S = 1.0
"""A page asks again no more often than this."""


class _Visible(Protocol):
    @property
    def store(self) -> Store | None: ...


class _Share:
    def __init__(self, commit: Callable[[], None]) -> None:
        self.commit = commit

    def abort(self) -> None:
        """Nothing was begun."""


class _Stay:
    """One stay of one cluster."""

    def __init__(self, followed: Followed, key: Key, store: Store) -> None:
        self.store = store
        self.versions: Counter[str] = Counter()
        self.news: set[str] = set()
        self._followed = followed
        self._key = key
        self.paced = Paced(followed.bag, f"views of {key}", self._tell, interval=INTERVAL_S, share=1)
        self.stop = store.subscribe(self._wrote)

    def _wrote(self, resource: Resource) -> None:
        for view in self._followed.views_of(resource):
            self.changed(view)

    def changed(self, view: str) -> None:
        self.versions[view] += 1
        if self._followed.looked_at(view, self._key):
            self.news.add(view)
            self.paced.poke()

    async def _tell(self) -> None:
        if self.news:
            self.news.clear()
            self._followed.told(self._key)


class Followed:
    """`kinds`: those that each view is made of, by its name. Nobody is told of a view that nobody looks at
    (`looked_at(view, key)`), but its version grows."""

    def __init__(
        self,
        kinds: Mapping[str, Iterable[Resource]],
        looked_at: Callable[[str, Key], bool],
        told: Callable[[Key], None],
    ) -> None:
        self.bag = TaskBag("views")
        self.looked_at = looked_at
        self.told = told
        self._views: dict[Resource, list[str]] = {}
        for view, resources in kinds.items():
            for resource in resources:
                self._views.setdefault(resource, []).append(view)
        self._stays: dict[Key, _Stay] = {}

    def views_of(self, resource: Resource) -> Iterable[str]:
        return self._views.get(resource, ())

    def versions(self, key: Key) -> dict[str, int]:
        """By the name of the view; each grows with each write to one of its kinds, in one stay of a cluster."""
        stay = self._stays.get(key)
        return dict(stay.versions) if stay is not None else {}

    def touch(self, view: str, key: Key) -> None:
        """What else a view of a cluster is made of changed."""
        stay = self._stays.get(key)
        if stay is not None:
            stay.changed(view)

    def prepare(self, cluster: ClusterId, key: Key, visible: _Visible) -> _Share:
        del cluster
        store = visible.store
        return _Share(lambda: self._show(key, store))

    def removed(self, cluster: ClusterId, key: Key) -> None:
        del cluster
        stay = self._stays.pop(key, None)
        if stay is not None:
            stay.stop()
            stay.paced.close()

    async def close(self) -> None:
        for key in tuple(self._stays):
            self.removed(ClusterId(""), key)
        await self.bag.close(2)

    def _show(self, key: Key, store: Store | None) -> None:
        stay = self._stays.get(key)
        if stay is not None and stay.store is store:
            return
        self.removed(ClusterId(""), key)
        if store is not None:
            self._stays[key] = _Stay(self, key, store)
