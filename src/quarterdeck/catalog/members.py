"""The clusters whose rows may be shown: those in the committed snapshot, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.stores.protocol import Store


class Shown(Protocol):
    """What a commit makes visible (selection.commit.Visible): `epoch` 0 means rows from before, stale."""

    @property
    def epoch(self) -> int: ...

    @property
    def store(self) -> Store | None: ...


class Member:
    """One stay of one cluster in the snapshot. Another stay, of the same cluster too, is another member: what was read
    for one is never shown for another."""

    def __init__(self, key: Key, epoch: int, store: Store | None) -> None:
        self.key = key
        self.epoch = epoch
        self.store = store
        self.unsubscribe: Callable[[], None] = lambda: None


class Admission:
    """A cluster's share of a commit; satisfies selection.commit.Prepared."""

    def __init__(self, admit: Callable[[], None]) -> None:
        self._admit = admit

    def commit(self) -> None:
        self._admit()

    def abort(self) -> None:
        """Nothing was changed."""


class Members:
    """A commit participant (selection.commit.Participant). `came(key)` and `gone(key)` are called within the commit,
    `wrote(key, resource)` after each write that changed rows or their status."""

    def __init__(
        self, came: Callable[[Key], None], gone: Callable[[Key], None], wrote: Callable[[Key, Resource], None]
    ) -> None:
        self._came = came
        self._gone = gone
        self._wrote = wrote
        self._members: dict[Key, Member] = {}

    def get(self, key: Key) -> Member | None:
        return self._members.get(key)

    def __iter__(self) -> Iterator[Member]:
        return iter(tuple(self._members.values()))

    def prepare(self, cluster: ClusterId, key: Key, visible: Shown) -> Admission:
        member = Member(key, visible.epoch, visible.store)
        return Admission(lambda: self._admit(member))

    def removed(self, cluster: ClusterId, key: Key) -> None:
        member = self._members.pop(key, None)
        if member is not None:
            member.unsubscribe()
            self._gone(key)

    def close(self) -> None:
        for member in self._members.values():
            member.unsubscribe()
        self._members.clear()

    def _admit(self, member: Member) -> None:
        before = self._members.get(member.key)
        if before is not None:
            before.unsubscribe()
        self._members[member.key] = member
        if member.store is not None:
            member.unsubscribe = member.store.subscribe(lambda resource: self._wrote(member.key, resource))
        self._came(member.key)
