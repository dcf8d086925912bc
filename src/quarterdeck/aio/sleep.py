"""Notices that the machine slept: wall clock and loop clock then disagree about how much time has passed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LOOK_S = 2.0
JUMP_S = 10.0
"""A smaller jump is somebody setting the clock, or a busy machine."""


class SleepWatch:
    """Calls `woke(seconds)` after each sleep. From `start` to `stop`; holds a timer, no task.

    CLOCK_MONOTONIC, the loop's, stands still while Linux and macOS sleep; `wall` does not.
    """

    def __init__(self, woke: Callable[[float], None], wall: Callable[[], float] = time.time) -> None:
        self._woke = woke
        self._wall = wall
        self._timer: asyncio.TimerHandle | None = None
        self._seen = (0.0, 0.0)

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._seen = (self._wall(), loop.time())
        self._timer = loop.call_later(LOOK_S, self._look)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        wall, tick = self._seen
        now = self._wall()
        slept = (now - wall) - (asyncio.get_running_loop().time() - tick)
        self.start()
        if slept > JUMP_S:
            self._woke(slept)
