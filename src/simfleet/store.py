"""One kind of one cluster: its objects in etcd's order and a bounded history of changes.

The history serves watches from a resourceVersion, and lists at an older one: pages of one list are all of the same
version, as the API server's are.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator

import msgspec

from simfleet.kinds import Kind
from simfleet.objects import Stored, key_of


class Revision:
    """The cluster's resourceVersion: one counter for all kinds, as etcd's revision is."""

    def __init__(self, start: int = 1) -> None:
        self.current = start

    def next(self) -> int:
        self.current += 1
        return self.current


class Change(msgspec.Struct, frozen=True):
    """`new` is None for a deletion; `old` is None for a creation. A deletion's object is `last`."""

    version: int
    key: str
    new: Stored | None
    old: Stored | None
    last: Stored | None = None


class TooOldError(Exception):
    """The history no longer reaches back to `wanted`; `oldest` is the first version it can serve."""

    def __init__(self, wanted: int, oldest: int) -> None:
        super().__init__(f"{wanted} ({oldest})")
        self.wanted = wanted
        self.oldest = oldest


class KindStore:
    """`history`: how many changes are kept at least; twice as many at most."""

    def __init__(self, kind: Kind, revision: Revision, history: int) -> None:
        self.kind = kind
        self._revision = revision
        self._history = history
        self._objects: dict[str, Stored] = {}
        self._keys: list[str] = []
        self._changes: list[Change] = []
        self._floor = 0
        self._waiters: set[asyncio.Future[None]] = set()
        self._followers: list[Callable[[Change], None]] = []

    def __len__(self) -> int:
        return len(self._objects)

    @property
    def revision(self) -> int:
        """The cluster's newest version, which is what a list is stamped with."""
        return self._revision.current

    def get(self, namespace: str, name: str) -> Stored | None:
        return self._objects.get(key_of(namespace, name))

    def seed(self, objects: list[Stored]) -> None:
        """Sets the first content, without history. Ends with `settle`."""
        for stored in objects:
            self._objects[key_of(stored.namespace, stored.name)] = stored
        self._keys = sorted(self._objects)

    def settle(self) -> None:
        """Nothing before now can be watched."""
        self._changes.clear()
        self._floor = self._revision.current

    def put(self, stored: Stored) -> Stored:
        """Adds or replaces; `stored` gets the next version. Returns it as stored."""
        stored = stored.at(self._revision.next())
        key = key_of(stored.namespace, stored.name)
        old = self._objects.get(key)
        self._objects[key] = stored
        if old is None:
            insort(self._keys, key)
        self._append(Change(stored.version, key, stored, old))
        return stored

    def remove(self, namespace: str, name: str) -> Stored | None:
        """The last state, stamped with the version of its deletion; None if there was none."""
        key = key_of(namespace, name)
        old = self._objects.pop(key, None)
        if old is None:
            return None
        del self._keys[bisect_left(self._keys, key)]
        last = old.at(self._revision.next())
        self._append(Change(last.version, key, None, old, last))
        return last

    def follow(self, follower: Callable[[Change], None]) -> None:
        """Calls `follower` with each change from now on, in whose midst it changes nothing itself."""
        self._followers.append(follower)

    def expire_history(self) -> None:
        """As etcd's compaction: every older version is too old from now on."""
        self.settle()
        self._wake()

    def _append(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) > 2 * self._history:
            kept = len(self._changes) - self._history
            self._floor = self._changes[kept - 1].version
            del self._changes[:kept]
        self._wake()
        for follower in self._followers:
            follower(change)

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def changed(self) -> None:
        """Returns at the next change."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    def since(self, version: int) -> list[Change]:
        """Changes after `version`, oldest first. Raises TooOldError."""
        if version < self._floor:
            raise TooOldError(version, self._floor)
        return self._changes[bisect_right(self._changes, version, key=lambda c: c.version) :]

    def _range(self, namespace: str) -> tuple[int, int]:
        if not namespace:
            return 0, len(self._keys)
        return bisect_left(self._keys, f"{namespace}/"), bisect_left(self._keys, f"{namespace}0")

    def count(self, namespace: str) -> int:
        low, high = self._range(namespace)
        return high - low

    def snapshot(self, namespace: str = "", *, start: str = "", version: int | None = None) -> list[Stored]:
        """The objects of a namespace (empty: all) from key `start` on, as of `version` (None: now).

        Raises TooOldError.
        """
        low, high = self._range(namespace)
        low = max(low, bisect_left(self._keys, start)) if start else low
        objects = self._objects
        if version is None or version >= self._revision.current:
            return [objects[key] for key in self._keys[low:high]]
        earlier: dict[str, Stored | None] = {}
        for change in reversed(self.since(version)):
            earlier[change.key] = change.old
        if not earlier:
            return [objects[key] for key in self._keys[low:high]]
        prefix = f"{namespace}/" if namespace else ""
        found = {key: objects[key] for key in self._keys[low:high]}
        for key, stored in earlier.items():
            if key < start or not key.startswith(prefix):
                continue
            if stored is None:
                found.pop(key, None)
            else:
                found[key] = stored
        return [found[key] for key in sorted(found)]

    def values(self) -> Iterator[Stored]:
        return iter(list(self._objects.values()))
