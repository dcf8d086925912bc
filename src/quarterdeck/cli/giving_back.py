"""Memory that is free is given back to the system, once it no longer grows.

What lists were decoded in is free when they are over, and glibc keeps it for a next time: of 57 MB that a quarter of a
million pods cost, 27. `malloc_trim` (malloc(3)) gives it back in some milliseconds, in a thread of its own. Other C
libraries have no such call, and Windows and macOS do without.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager

import psutil

from quarterdeck.aio.tasks import TaskBag

EVERY_SECONDS = 1.0
WORTH_BYTES = 8 << 20
STEADY_BYTES = 1 << 20
_CLOSE_SECONDS = 1.0


class Plan:
    """`due` is told what is resident each time one looks, `done` what is left after giving back."""

    def __init__(self, resident: int) -> None:
        self._least = self._last = resident

    def due(self, resident: int) -> bool:
        """Whether enough has come since to be worth it, and nothing more has come since the last look."""
        steady = abs(resident - self._last) <= STEADY_BYTES
        self._least, self._last = min(self._least, resident), resident
        return steady and resident - self._least >= WORTH_BYTES

    def done(self, resident: int) -> None:
        self._least = self._last = resident


def trimmer() -> Callable[[], object] | None:
    """glibc's call; None where there is no such."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return lambda: trim(0)


@asynccontextmanager
async def giving_back(
    resident: Callable[[], int] | None = None, trim: Callable[[], object] | None = None
) -> AsyncGenerator[None]:
    """While it is open, memory is given back where the C library can. Both are for tests."""
    give = trim or trimmer()
    if give is None:
        yield
        return
    bag = TaskBag("memory")
    thread = ThreadPoolExecutor(1, "memory")
    bag.spawn(_give_back(resident or _resident, give, thread), "giving back")
    try:
        yield
    finally:
        await bag.close(_CLOSE_SECONDS)
        thread.shutdown(wait=False)


def _resident() -> int:
    return psutil.Process().memory_info().rss


async def _give_back(resident: Callable[[], int], give: Callable[[], object], thread: Executor) -> None:
    loop, plan = asyncio.get_running_loop(), Plan(resident())
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if plan.due(resident()):
            await loop.run_in_executor(thread, give)
            plan.done(resident())
