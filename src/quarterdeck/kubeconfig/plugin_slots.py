"""At most four plugins at once, and not all four behind one login that has not yet been seen to work."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Final

MAX_PLUGINS: Final = 4
UNPROVEN_LOGIN: Final = 2
"""So that two hanging plugins of one login leave room for others."""


class Slot:
    """A place to run in. Belongs to one flight, which releases it."""

    def __init__(self, slots: PluginSlots, login: Hashable) -> None:
        self._slots = slots
        self._login = login
        self._held = True
        self._parked = False

    def park(self) -> None:
        """It waits for a person, which costs nothing: other logins may run. This one may not, until it is over:
        one browser tab is enough."""
        if self._held and not self._parked:
            self._parked = True
            self._slots.parked[self._login] += 1
            self._slots.admit()

    def release(self) -> None:
        """May be called again."""
        if self._held:
            self._held = False
            self._slots.release(self._login, parked=self._parked)


class PluginSlots:
    """First come first served among the logins that may still run one."""

    def __init__(self, cap: int = MAX_PLUGINS) -> None:
        self._cap = cap
        self._running: Counter[Hashable] = Counter()
        self.parked: Counter[Hashable] = Counter()
        self._waiting: list[tuple[asyncio.Future[None], Hashable, Callable[[], int]]] = []

    @property
    def running(self) -> int:
        """Those that wait for a person are not counted."""
        return self._running.total() - self.parked.total()

    async def take(self, login: Hashable, limit: Callable[[], int]) -> Slot:
        """`limit` says how many of this login may run at the moment."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = (turn, login, limit)
        self._waiting.append(waiting)
        self.admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(login)
            else:
                self._waiting.remove(waiting)
            raise
        return Slot(self, login)

    def release(self, login: Hashable, *, parked: bool = False) -> None:
        """For Slot."""
        if parked:
            self.parked[login] -= 1
        self._running[login] -= 1
        if not self._running[login]:
            del self._running[login]
        self.admit()

    def admit(self) -> None:
        """For Slot: lets in who may run now."""
        for waiting in list(self._waiting):
            turn, login, limit = waiting
            if self.running >= self._cap:
                return
            if not turn.done() and not self.parked[login] and self._running[login] < limit():
                self._waiting.remove(waiting)
                self._running[login] += 1
                turn.set_result(None)
