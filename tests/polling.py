"""The one way in which tests wait for what tells nobody: a file that another process writes, what a server answers, a
descriptor that the kernel takes back. All else is waited for by its event."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

EVERY_S = 0.02
"""Real time: shorter than anything that is waited for, long enough that asking costs nothing."""


async def asked_until(holds: Callable[[], Awaitable[bool] | bool], *, within: float = 10) -> None:
    """Asks again and again until it holds; raises TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(EVERY_S)
