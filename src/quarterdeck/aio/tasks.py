"""Tasks with an owner that outlives them, cancels them and waits.

The one place where tasks are created outside a TaskGroup, so that "torn down" means that nothing still runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class TaskBag:
    """The tasks of one owner. A task that ends with an error is logged here: an owner that must react to the error
    awaits the task itself. `close` is how a bag ends; it may be called again."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Runs `coro` as a task of this owner. A closed bag refuses it: RuntimeError, and `coro` never runs."""
        if self._closed:
            coro.close()
            raise RuntimeError(f"{self._owner} has ended: {name} cannot start")
        task = asyncio.get_running_loop().create_task(coro, name=f"{self._owner}/{name}")
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def cancel(self) -> None:
        """Asks every task to end and refuses new ones; synchronous. `close` waits."""
        self._closed = True
        for task in self._tasks:
            task.cancel()

    async def close(self, timeout: float) -> list[str]:
        """Cancels all and waits at most `timeout` seconds. Returns the names of those that would not stop."""
        self.cancel()
        current = asyncio.current_task()
        waiting = {t for t in self._tasks if t is not current}
        if waiting:
            await asyncio.wait(waiting, timeout=timeout)
        return sorted(t.get_name() for t in self._tasks if t is not current)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task failed", task=task.get_name(), exc_info=error)
