"""Many clusters that open at once: the first rows of each come before the rest of any.

What is held up waits for work of this process: a cluster counts from the head of its first answer on, and half a second
at most, so that one that hangs holds up nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quarterdeck.kubeclient.turns import Turns

FEW = 8
NEAR_S = 0.25
"""A page alone costs a round trip until all is there: so few clusters that open at once stream at once, unless they are
so near that connecting took no longer than this."""
LONGEST_S = 1.0
"""After this the rest of a cluster starts, however many are still about to show."""
SPACING_S = 0.02
"""Between the starts of two that waited: each begins some eight connections."""


class Crowd:
    """Shared by the runtimes of a process."""

    def __init__(self) -> None:
        self._turns = Turns(1, spacing=SPACING_S)
        self._arriving = 0
        self._shown = asyncio.Event()

    def enter(self) -> Callable[[], None]:
        """A first page comes. Returns how to tell that its rows are there, or that they never will be."""
        self._arriving += 1
        inside = True

        def leave() -> None:
            nonlocal inside
            if inside:
                inside = False
                self._arriving -= 1
                if not self._arriving:
                    shown, self._shown = self._shown, asyncio.Event()
                    shown.set()

        return leave

    async def passed(self) -> None:
        """Until nobody else is about to show, LONGEST_S at most, and it is the caller's turn."""
        try:
            async with asyncio.timeout(LONGEST_S):
                while self._arriving:
                    await self._shown.wait()
        except TimeoutError:
            pass
        await self._turns.take()
