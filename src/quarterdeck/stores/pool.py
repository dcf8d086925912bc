"""The threads in which SQLite runs: a few for all stores of the process, so that hundreds of clusters cost no more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from quarterdeck.stores.checkpoints import Checkpoints

T = TypeVar("T")

WRITERS = 1
"""Two write no faster, for what is not SQLite needs the interpreter's lock; and each takes it from the loop."""
READERS = 4


class StorePool:
    """Writers and readers apart: a page never queues behind an upsert. Owned by the app; closed last."""

    def __init__(self, writers: int = WRITERS, readers: int = READERS) -> None:
        self.writers = ThreadPoolExecutor(writers, "store-writer")
        self.readers = ThreadPoolExecutor(readers, "store-reader")
        self.checkpoints = Checkpoints()

    def close(self) -> None:
        """Waits for what runs; blocks for as long as one write, or one copy of a log, takes."""
        self.writers.shutdown(cancel_futures=True)
        self.readers.shutdown(cancel_futures=True)
        self.checkpoints.close()


class WriteLane:
    """One store's place at the writers: one job at a time, in order; after each, the thread serves another store.

    Used on the loop only. A cancelled waiter does not stop its job.
    """

    def __init__(self, pool: StorePool) -> None:
        self._pool = pool
        self._queue: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._running: asyncio.Future[Any] | None = None

    def submit(self, work: Callable[[], T]) -> asyncio.Future[T]:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append((work, done))
        self._next()
        return done

    def drop(self, answer: Any) -> None:
        """Jobs that have not begun never will; who waits for one gets `answer`."""
        while self._queue:
            _, done = self._queue.popleft()
            if not done.done():
                done.set_result(answer)

    def _next(self) -> None:
        if self._running is None and self._queue:
            work, done = self._queue.popleft()
            self._running = asyncio.get_running_loop().run_in_executor(self._pool.writers, work)
            self._running.add_done_callback(lambda ran: self._ran(ran, done))

    def _ran(self, ran: asyncio.Future[Any], done: asyncio.Future[Any]) -> None:
        self._running = None
        error = None if ran.cancelled() else ran.exception()
        if not done.done():
            if ran.cancelled():
                done.cancel()
            elif error is not None:
                done.set_exception(error)
            else:
                done.set_result(ran.result())
        self._next()
