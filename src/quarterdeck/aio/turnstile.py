"""One at a time: first come, first served, but for those that are hurried."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turnstile:
    """Belongs to one loop. A key may wait more than once; hurrying it hurries all its waits of now."""

    def __init__(self) -> None:
        self._busy = False
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._hurried: set[str] = set()

    def hurry(self, key: str) -> None:
        """Those that wait under this key go next. Nothing while none does."""
        if any(waits == key for waits, _ in self._waiting):
            self._hurried.add(key)

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncGenerator[None]:
        """Held for the block. Cancelling a wait passes its turn on."""
        if self._busy:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((key, mine))
            try:
                await mine
            except asyncio.CancelledError:
                if mine.done() and not mine.cancelled():
                    self._pass_on()
                raise
        self._busy = True
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        """It stays busy for whoever is next."""
        self._waiting = [(key, waits) for key, waits in self._waiting if not waits.done()]
        if not self._waiting:
            self._busy = False
            self._hurried.clear()
            return
        at = next((at for at, (key, _) in enumerate(self._waiting) if key in self._hurried), 0)
        _, following = self._waiting.pop(at)
        self._hurried &= {key for key, _ in self._waiting}
        following.set_result(None)
