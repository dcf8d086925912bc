"""Work that follows changes, but never runs them down: not too often, and only a share of the time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from quarterdeck.aio.tasks import TaskBag


class Paced:
    """`run` once after one or many `poke`s; the next starts at least `interval` seconds after this one did, and so late
    that runs take at most `share` of the time, but for what cannot wait so long. Holds a task only while there is
    something to do."""

    def __init__(
        self, bag: TaskBag, name: str, run: Callable[[], Awaitable[None]], *, interval: float = 0.1, share: float = 0.1
    ) -> None:
        self._bag = bag
        self._name = name
        self._run = run
        self._interval = interval
        self._share = share
        self._poked = False
        self._hurry = asyncio.Event()
        self._now = asyncio.Event()
        self._soonest = self._due = 0.0
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def poke(self, *, urgent: bool = False, at_once: bool = False) -> None:
        """Synchronous; while `run` runs it makes another run follow. `urgent`: after `interval`, whatever the share.
        `at_once`: after neither, for what happens once."""
        self._poked = True
        if urgent or at_once:
            self._hurry.set()
        if at_once:
            self._now.set()
        if self._task is None and not self._closed:
            self._task = self._bag.spawn(self._loop(), self._name)

    def close(self) -> None:
        """Synchronous: a running `run` is cancelled, none starts any more. The bag waits for its end."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()

    async def _loop(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while self._poked:
                await self._pause()
                self._poked = False
                self._hurry.clear()
                self._now.clear()
                started = clock()
                self._soonest = started + self._interval
                try:
                    await self._run()
                finally:
                    self._due = max(self._soonest, started + (clock() - started) / self._share)
        finally:
            self._task = None

    async def _pause(self) -> None:
        """Until it is due; or urgent, and soonest; or at once."""
        for until, sooner in ((self._due, self._hurry), (self._soonest, self._now)):
            try:
                async with asyncio.timeout_at(until):
                    await sooner.wait()
            except TimeoutError:
                return
