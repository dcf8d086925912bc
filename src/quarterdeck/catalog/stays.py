"""A stay of each shown cluster: what a commit participant keeps of it, from the commit that shows its store to the one
that shows another, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.members import Admission, Shown
from quarterdeck.catalog.pace import Paced
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.stores.protocol import Store


class Stay(ABC):
    """`paced` is the work that follows the writes to `store`; both end with it."""

    def __init__(self, store: Store, paced: Paced) -> None:
        self.store = store
        self.paced = paced
        self._stop = store.subscribe(self.changed)

    @abstractmethod
    def changed(self, resource: Resource) -> None:
        """Rows of `resource` were written, or their status changed."""

    def end(self) -> None:
        self._stop()
        self.paced.close()


StayT = TypeVar("StayT", bound=Stay)


class Stays(ABC, Generic[StayT]):
    """A commit participant (selection.commit.Participant). The same store at another epoch is the same stay."""

    def __init__(self, owner: str) -> None:
        self.bag = TaskBag(owner)
        self._stays: dict[Key, StayT] = {}

    @abstractmethod
    def begin(self, key: Key, store: Store) -> StayT:
        """Called within the commit, where nothing may fail."""

    def stay(self, key: Key) -> StayT | None:
        """None where the cluster is not shown, or nothing is kept of it. Another stay is another object: what was read
        for one is never told of another."""
        return self._stays.get(key)

    def stays(self) -> Iterable[StayT]:
        return self._stays.values()

    def prepare(self, cluster: ClusterId, key: Key, visible: Shown) -> Admission:
        del cluster
        store = visible.store
        return Admission(lambda: self._show(key, store))

    def removed(self, cluster: ClusterId, key: Key) -> None:
        del cluster
        self._end(key)

    async def close(self) -> None:
        for key in tuple(self._stays):
            self._end(key)
        await self.bag.close(2)

    def _show(self, key: Key, store: Store | None) -> None:
        stay = self._stays.get(key)
        if stay is not None and stay.store is store:
            return
        self._end(key)
        if store is not None:
            self._stays[key] = self.begin(key, store)

    def _end(self, key: Key) -> None:
        stay = self._stays.pop(key, None)
        if stay is not None:
            stay.end()
