"""Turns of the loop, shared fairly by all clients of the process: so that fifty clusters do not stack up their work."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from weakref import WeakKeyDictionary

DECODE_SECONDS = 0.002
"""What one batch may take of a turn (DESIGN, "Data plane")."""


class Turns:
    """Lets at most `each` askers through per turn, first come first served, but for those who go `ahead`.

    `spacing` seconds stand between two turns in which someone had to wait: a turn of an idle loop is far shorter than
    the work that it lets through (the answer to a TLS hello costs more than the hello).
    """

    def __init__(self, each: int = 1, *, spacing: float = 0.0) -> None:
        self._each = each
        self._spacing = spacing
        self._used = 0
        self._ahead: deque[asyncio.Future[None]] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self, *, ahead: bool = False) -> None:
        """Returns when it is the caller's turn; nothing is held afterwards. A cancelled wait passes its turn on.

        `ahead` is for what each asker does once (what a screen shows first): done often, it would starve the others.
        """
        loop = asyncio.get_running_loop()
        if self._used < self._each and not self._waiting and not self._ahead:
            self._use(loop)
            return
        waiter: asyncio.Future[None] = loop.create_future()
        (self._ahead if ahead else self._waiting).append(waiter)
        await waiter

    @property
    def crowded(self) -> bool:
        """Whether somebody waits for a turn now."""
        return any(not waiter.done() for queue in (self._ahead, self._waiting) for waiter in queue)

    def _use(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._used == 0:
            if self._spacing:
                loop.call_later(self._spacing, self._next, loop)
            else:
                loop.call_soon(self._next, loop)
        self._used += 1

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._used = 0
        while (self._ahead or self._waiting) and self._used < self._each:
            waiter = (self._ahead or self._waiting).popleft()
            if not waiter.done():
                self._use(loop)
                waiter.set_result(None)


class Budget:
    """How much of a turn is left for decoding."""

    def __init__(self, seconds: float = DECODE_SECONDS) -> None:
        self._until = time.perf_counter() + seconds

    @property
    def spent(self) -> bool:
        return time.perf_counter() >= self._until


class Pace:
    """What the clients on one loop share."""

    def __init__(self) -> None:
        self.handshakes = Turns(4, spacing=0.005)
        self.decoding = Turns(1)
        """Shared by decoding and by making rows of what was decoded: 2 ms of either a turn."""
        self.unwritten = 0
        """Events that watches have given out and whose readers have not asked for more."""


_paces: WeakKeyDictionary[asyncio.AbstractEventLoop, Pace] = WeakKeyDictionary()


def pace_of_loop() -> Pace:
    """The one of the running loop."""
    loop = asyncio.get_running_loop()
    pace = _paces.get(loop)
    if pace is None:
        pace = _paces[loop] = Pace()
    return pace
