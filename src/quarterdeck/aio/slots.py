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
    """A counting semaphore, first come first served, whose cap can grow and shrink while it is used."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._used = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

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

    @asynccontextmanager
    async def hold(self) -> AsyncGenerator[None]:
        if self._used < self._cap and not self._waiting:
            self._used += 1
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._release()
                elif turn in self._waiting:  # Else it was passed over already, as a slot fell free in the same turn.
                    self._waiting.remove(turn)
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
            turn = self._waiting.popleft()
            if not turn.done():
                self._used += 1
                turn.set_result(None)
