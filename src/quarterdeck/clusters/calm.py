"""Whether clusters are being opened in this process: what can wait, waits for that to be over."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

AFTER_SECONDS = 1.0
"""How long it must have been calm: clusters are opened one click after another."""


class Calm:
    """Counts the openings that run, and who reads at leisure."""

    def __init__(self) -> None:
        self._opening = 0
        self._still = asyncio.Event()
        self._still.set()
        self.readers = 0

    @property
    def openings(self) -> int:
        """That run now."""
        return self._opening

    @contextmanager
    def opening(self) -> Generator[None]:
        self._opening += 1
        self._still.clear()
        try:
            yield
        finally:
            self._opening -= 1
            if not self._opening:
                self._still.set()

    @contextmanager
    def reading(self) -> Generator[None]:
        self.readers += 1
        try:
            yield
        finally:
            self.readers -= 1

    async def wait(self) -> None:
        """Until no cluster has been opening for a moment."""
        while not self._still.is_set():
            await self._still.wait()
            await asyncio.sleep(AFTER_SECONDS)
