"""Which kinds somebody looks at in which cluster, whether it is open yet or not: each runtime is told at its commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from quarterdeck.catalog.members import Admission, Shown
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key

Release = Callable[[], None]


class _Wanting(Protocol):
    def want(self, resource: Resource) -> Release: ...


class Wanted:
    """A commit participant. `runtime_of(epoch)` gives a runtime, None where there is none."""

    def __init__(self, runtime_of: Callable[[int], _Wanting | None]) -> None:
        self._runtime_of = runtime_of
        self._looked_at: dict[Key, Counter[Resource]] = {}
        self._held: dict[Key, dict[Resource, Release]] = {}
        self._epochs: dict[Key, int] = {}

    def want(self, key: Key, resource: Resource) -> Release:
        """Satisfies catalog.window.Want. What it returns may be called again, without effect."""
        wanted = self._looked_at.setdefault(key, Counter())
        wanted[resource] += 1
        self._hold(key, resource)
        released = False

        def release() -> None:
            nonlocal released
            if not released:
                released = True
                self._release(key, resource)

        return release

    def prepare(self, cluster: ClusterId, key: Key, visible: Shown) -> Admission:
        del cluster
        return Admission(lambda: self._moved(key, visible.epoch))

    def removed(self, cluster: ClusterId, key: Key) -> None:
        """Its runtime ends what it reads by itself."""
        del cluster
        self._epochs.pop(key, None)
        self._held.pop(key, None)

    def _moved(self, key: Key, epoch: int) -> None:
        if self._epochs.get(key) == epoch:
            return
        self._epochs[key] = epoch
        self._held.pop(key, None)
        for resource in self._looked_at.get(key, ()):
            self._hold(key, resource)

    def _hold(self, key: Key, resource: Resource) -> None:
        held = self._held.setdefault(key, {})
        runtime = self._runtime_of(self._epochs.get(key, 0))
        if runtime is not None and resource not in held:
            held[resource] = runtime.want(resource)

    def _release(self, key: Key, resource: Resource) -> None:
        wanted = self._looked_at[key]
        wanted[resource] -= 1
        if wanted[resource]:
            return
        del wanted[resource]
        if not wanted:
            del self._looked_at[key]
        release = self._held.get(key, {}).pop(resource, None)
        if release is not None:
            release()
