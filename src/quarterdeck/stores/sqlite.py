"""A store as the loop sees it: one writer at a time in order, readers beside it, statuses and news on the loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec

from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Target
from quarterdeck.stores.file import StoreFile, remove
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import KindStatus, PageQuery, Row, Value
from quarterdeck.stores.schema import Kinds

T = TypeVar("T")
_Write = Callable[[StoreFile], KindStatus | None]

CHUNK = 1000
"""Rows a transaction at most, about 10 ms: so that a page of another kind is never long behind a list."""


class ClusterStore:
    """Made by `open_store` on the loop that uses it; `close` ends it. Implements stores.protocol.Store."""

    def __init__(self, file: StoreFile, pool: StorePool, statuses: dict[Resource, KindStatus], now: Clock) -> None:
        self.path = file.path
        self._file = file
        self._pool = pool
        self._statuses = statuses
        self._now = now
        self._lease = 0
        self._listeners: list[Callable[[Resource], None]] = []
        self._changed: set[Resource] = set()
        self._queue: deque[tuple[_Write, asyncio.Future[bool]]] = deque()
        self._writing: asyncio.Future[KindStatus | None] | None = None
        self._reading = asyncio.Lock()
        self._closed = False

    def lease(self, epoch: int) -> LeasedWriter:
        self._lease += 1
        return LeasedWriter(self, self._lease, epoch)

    def status(self, resource: Resource) -> KindStatus:
        return self._statuses.get(resource) or KindStatus(resource)

    def subscribe(self, listener: Callable[[Resource], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        return await self._read(lambda: self._file.page(resource, query))

    async def count(self, resource: Resource, where: str = "", params: tuple[Value, ...] = ()) -> int:
        found = await self._read(lambda: self._file.select(resource, "count(*)", where, params))
        return int(found[0] or 0)

    async def aggregate(
        self, resource: Resource, expressions: tuple[str, ...], where: str = "", params: tuple[Value, ...] = ()
    ) -> tuple[Value, ...]:
        return await self._read(lambda: self._file.select(resource, ", ".join(expressions), where, params))

    async def verify(self, uid: str) -> bool:
        same = True

        def compare(file: StoreFile) -> None:
            nonlocal same
            same = file.verify(uid)

        await self.write(self._lease, compare)
        if not same:
            for resource in tuple(self._statuses):
                await self.write(self._lease, lambda file, r=resource: self._restate(file, r, 0, recount=True))
        return same

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._lease += 1
        for _, future in self._queue:
            if not future.done():
                future.set_result(False)
        self._queue.clear()
        self._file.interrupt()
        if self._writing is not None:
            await asyncio.wait({self._writing})
        async with self._reading:
            await asyncio.get_running_loop().run_in_executor(self._pool.writers, self._file.close)

    # --- writing ------------------------------------------------------------------------------------------------------

    async def write(self, lease: int, job: _Write) -> bool:
        """Queues one write; False where the lease is no longer the newest. Lands whole or not at all."""
        if self._closed or lease != self._lease:
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((lambda file: job(file) if lease == self._lease else None, future))
        self._next()
        return await future

    def _next(self) -> None:
        if self._writing is not None or not self._queue:
            return
        job, future = self._queue.popleft()
        writing = asyncio.get_running_loop().run_in_executor(self._pool.writers, self._run, job)
        self._writing = writing
        writing.add_done_callback(lambda done: self._written(done, future))

    def _run(self, job: _Write) -> KindStatus | None:
        status: KindStatus | None = None
        with self._file.transaction():
            status = job(self._file)
            if status is not None:
                self._file.put_status(status)
        return status

    def _written(self, done: asyncio.Future[KindStatus | None], future: asyncio.Future[bool]) -> None:
        self._writing = None
        error = done.exception()
        status: KindStatus | None = done.result() if error is None else None
        if status is not None:
            self._statuses[status.resource] = status
            self._tell(status.resource)
        if not future.done():
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(True)
        self._next()

    def _tell(self, resource: Resource) -> None:
        """Once a turn of the loop for each kind."""
        if not self._changed:
            asyncio.get_running_loop().call_soon(self._tell_all)
        self._changed.add(resource)

    def _tell_all(self) -> None:
        changed, self._changed = self._changed, set()
        for resource in changed:
            for listener in tuple(self._listeners):
                listener(resource)

    def restate(self, file: StoreFile, resource: Resource, more: int, **fields: object) -> KindStatus:
        """The kind's next status, in the writer's thread: the only one that follows the writes in order."""
        return self._restate(file, resource, more, recount=False, **fields)

    def _restate(
        self, file: StoreFile, resource: Resource, more: int, *, recount: bool, **fields: object
    ) -> KindStatus:
        status = self.status(resource)
        rows = file.count_all(resource) if recount else status.rows + more
        return msgspec.structs.replace(status, rows=rows, **fields)

    def now(self) -> float:
        return self._now()

    # --- reading ------------------------------------------------------------------------------------------------------

    async def _read(self, job: Callable[[], T]) -> T:
        async with self._reading:
            if self._closed:
                raise InvalidRequestError("This cluster was closed.")
            reading = asyncio.get_running_loop().run_in_executor(self._pool.readers, job)
            try:
                return await asyncio.shield(reading)
            except asyncio.CancelledError:
                self._file.interrupt()
                await asyncio.wait({reading})
                if not reading.cancelled():
                    reading.exception()
                raise
            except apsw.InterruptError as error:
                raise InvalidRequestError("This query takes too long. Narrow it by a namespace or a word.") from error


Clock = Callable[[], float]


class LeasedWriter:
    """Implements stores.protocol.RowWriter for one lease."""

    def __init__(self, store: ClusterStore, lease: int, epoch: int) -> None:
        self._store = store
        self._lease = lease
        self.epoch = epoch

    async def begin(self, resource: Resource) -> bool:
        def job(file: StoreFile) -> KindStatus:
            file.begin(resource)
            return self._store.restate(file, resource, 0, complete=False)

        return await self._store.write(self._lease, job)

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool:
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]

            def job(file: StoreFile, chunk: Sequence[Row] = chunk) -> KindStatus:
                return self._store.restate(file, resource, file.upsert(resource, chunk))

            if not await self._store.write(self._lease, job):
                return False
        return True

    async def delete(self, resource: Resource, uids: Sequence[str]) -> bool:
        return await self._store.write(
            self._lease, lambda file: self._store.restate(file, resource, -file.delete(resource, uids))
        )

    async def finish(self, resource: Resource, resource_version: str) -> bool:
        def job(file: StoreFile) -> KindStatus:
            gone = file.sweep(resource)
            return self._store.restate(
                file,
                resource,
                -gone,
                complete=True,
                synced_at=self._store.now(),
                resource_version=resource_version,
            )

        return await self._store.write(self._lease, job)

    async def touch(self, resource: Resource, resource_version: str) -> bool:
        return await self._store.write(
            self._lease,
            lambda file: self._store.restate(
                file, resource, 0, synced_at=self._store.now(), resource_version=resource_version
            ),
        )

    async def stale(self, resource: Resource) -> bool:
        return await self._store.write(self._lease, lambda file: self._store.restate(file, resource, 0))


async def open_store(
    folder: Path, target: Target, kinds: Kinds, pool: StorePool, now: Clock = time.time
) -> ClusterStore:
    """The store of a target: `KEY-FINGERPRINT.db`. Files of the same cluster with another fingerprint are removed."""
    path = folder / f"{target.key}-{target.store_fingerprint()}.db"

    def make() -> tuple[StoreFile, dict[Resource, KindStatus]]:
        for other in folder.glob(f"{target.key}-*.db"):
            if other != path:
                remove(other)
        file = StoreFile(path, kinds)
        return file, file.statuses()

    opening = asyncio.get_running_loop().run_in_executor(pool.writers, make)
    try:
        file, statuses = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_abandon)
        raise
    return ClusterStore(file, pool, statuses, now)


def _abandon(opening: asyncio.Future[tuple[StoreFile, dict[Resource, KindStatus]]]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].close()
