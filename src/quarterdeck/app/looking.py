"""Kinds that are kept current because somebody looks at a page made of many: held a while beyond each look."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key

HELD_S = 60.0
"""Longer than a page takes to look again."""
Want = Callable[[Key, Resource], Callable[[], None]]


class Looking:
    """Satisfied by app.wanted.Wanted.want: a cluster that is opened meanwhile is told at its commit."""

    def __init__(self, want: Want, resources: Iterable[Resource]) -> None:
        self._want = want
        self.resources = tuple(resources)
        self._held: dict[Key, tuple[list[Callable[[], None]], asyncio.TimerHandle]] = {}

    def look(self, keys: Iterable[Key]) -> None:
        """From now on, and for HELD_S at least, rows of these kinds are kept current there."""
        for key in keys:
            held = self._held.get(key)
            if held is None:
                releases = [self._want(key, resource) for resource in self.resources]
            else:
                releases, timer = held
                timer.cancel()
            self._held[key] = (releases, asyncio.get_running_loop().call_later(HELD_S, self._let_go, key))

    @property
    def looked_at(self) -> frozenset[Key]:
        return frozenset(self._held)

    def close(self) -> None:
        for key in tuple(self._held):
            self._let_go(key)

    def _let_go(self, key: Key) -> None:
        releases, timer = self._held.pop(key)
        timer.cancel()
        for release in releases:
            release()
