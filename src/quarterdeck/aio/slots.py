"""Slots: how many jobs may compute or stream at once.

Waiting for a connection, a name, a person, a timer or back-off must hold none (DESIGN, "Slots"): that is how 300 hung
clusters do not delay the next one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Slots:
    """A counting semaphore, first come first served but for those that are hurried, whose cap can grow and shrink while
    it is used."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._used = 0
        self._waiting: deque[tuple[str, asyncio.Future[None]]] = deque()
        self._hurried: set[str] = set()

    @property
    def cap(self) -> int:
        return self._cap

    @property
    def used(self) -> int:
        return self._used

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def resize(self, cap: int) -> None:
        self._cap = max(1, cap)
        self._admit()

    def hurry(self, key: str) -> None:
        """Those that wait under this key go next. Nothing while none does."""
        if any(waits == key for waits, _ in self._waiting):
            self._hurried.add(key)

    @asynccontextmanager
    async def hold(self, key: str = "") -> AsyncGenerator[None]:
        if self._used < self._cap and not self._waiting:
            self._used += 1
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            mine = (key, turn)
            self._waiting.append(mine)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._release()
                elif mine in self._waiting:  # Else it was passed over already, as a slot fell free in the same turn.
                    self._waiting.remove(mine)
                raise
        try:
            yield
        finally:
            self._release()

    def _release(self) -> None:
        self._used -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._used < self._cap:
            turn = self._next()
            if not turn.done():
                self._used += 1
                turn.set_result(None)

    def _next(self) -> asyncio.Future[None]:
        chosen = next((one for one in self._waiting if one[0] in self._hurried), None) if self._hurried else None
        if chosen is None:
            chosen = self._waiting[0]
        self._waiting.remove(chosen)
        if self._hurried:
            self._hurried &= {key for key, _ in self._waiting}
        return chosen[1]
