"""Rows of closed clusters on disk: within their cap at the start, and again after clusters were closed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from pathlib import Path

import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.model.target import Key
from quarterdeck.settings.model import StoreSettings
from quarterdeck.stores.keeping import evict

log = structlog.get_logger(__name__)

AFTER_S = 5.0
"""A closing is whole by then, its log folded into its file; several that follow each other are looked at once."""


class Keeping:
    """`wanted` are the clusters whose rows are in use, or soon: it is asked on the loop. `writers` must be the one
    thread in which stores are opened, so that none is opened while its file goes."""

    def __init__(
        self,
        folder: Path,
        limits: StoreSettings,
        writers: Executor,
        wanted: Callable[[], Collection[Key]],
        after: float = AFTER_S,
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._writers = writers
        self._wanted = wanted
        self._after = after
        self._bag = TaskBag("keeping")
        self._waits = False

    async def evict(self) -> None:
        """At the start, before anything is opened."""
        wanted = frozenset(self._wanted())
        gone = await asyncio.get_running_loop().run_in_executor(self._writers, self._evict, wanted)
        if gone:
            log.info("rows of closed clusters were removed", files=gone)

    def closed(self) -> None:
        """Something was closed: what is kept may be too much by now."""
        if not self._waits:
            self._waits = True
            self._bag.spawn(self._later(), "evict")

    async def close(self) -> None:
        """What is closed from now on is for the next start."""
        self._waits = True
        await self._bag.close(1)

    async def _later(self) -> None:
        await asyncio.sleep(self._after)
        self._waits = False
        await self.evict()

    def _evict(self, wanted: Collection[Key]) -> int:
        limits = self._limits
        return len(
            evict(
                self._folder,
                most_bytes=limits.most_bytes,
                days_kept=limits.days_kept,
                now=time.time(),
                wanted=wanted,
            )
        )
