"""A store as the loop sees it: one writer at a time in order, readers beside it, statuses and news on the loop."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import apsw
import structlog

from quarterdeck.aio.together import together
from quarterdeck.model.errors import ClusterError, InternalError, InvalidRequestError, RequestError
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.target import Target
from quarterdeck.stores import freezing, grouping, heads, paging, reading, searching, tallying, walking
from quarterdeck.stores.connect import remove
from quarterdeck.stores.file import Alive, StoreFile
from quarterdeck.stores.head_writer import Change, HeadWriter
from quarterdeck.stores.pool import StorePool, WriteLane
from quarterdeck.stores.protocol import (
    Condition,
    Derivation,
    First,
    FoundObject,
    Groups,
    GroupsQuery,
    HeadsQuery,
    HeadStatus,
    KindStatus,
    PageQuery,
    Row,
    SearchQuery,
    SelectQuery,
    Tally,
    TallyQuery,
    Value,
)
from quarterdeck.stores.reading import DamagedError, Held, Readers
from quarterdeck.stores.schema import Kinds, Table

log = structlog.get_logger(__name__)
T = TypeVar("T")
Clock = Callable[[], float]
Write = Callable[[Alive], KindStatus | None]

CHUNK = 1000
"""Rows a transaction at most, about 10 ms: then other stores have their turn."""
CLOSE_SECONDS = 1.5
"""How long closing waits for the thread that reads or writes; what it was asked to end ends in microseconds."""


class ClusterStore:
    """Made by `open_store` on the loop that uses it; `close` ends it. Implements stores.protocol.Store."""

    def __init__(self, file: StoreFile, pool: StorePool) -> None:
        self.path = file.path
        self._file = file
        self._lane = WriteLane(pool)
        self._checkpoints = pool.checkpoints
        self._readers = Readers(file.path, pool.readers, lambda: file.generation)
        self._statuses = file.statuses()
        self._lease = 0
        self._indexed: set[Resource] = set()
        self._listeners: list[Callable[[Resource], None]] = []
        self._changed: set[Resource] = set()
        self._closed = False

    def lease(self, epoch: int) -> LeasedWriter:
        self._lease += 1
        if not self._closed:
            self._apply(self._lane.submit(self._file.leased))
        return LeasedWriter(self, self._lease, epoch)

    def status(self, resource: Resource) -> KindStatus:
        return self._statuses.get(resource) or KindStatus(resource)

    def columns(self, resource: Resource) -> tuple[Column, ...]:
        table = self._file.tables.get(resource)
        return table.columns if table is not None else ()

    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._file.tables.copy())

    def subscribe(self, listener: Callable[[Resource], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # --- reading ------------------------------------------------------------------------------------------------------

    async def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        table, parts = self._table(resource), walking.parts_of(self.status(resource).rows)
        found = await self._read(lambda db: paging.page_or_walk(db, table, query, walks=parts > 1))
        if not isinstance(found, paging.Walk):
            return found
        ids = await self._shared(table, parts, lambda db, part: walking.ids(db, found, part))
        return await self._read(lambda db: walking.rows(db, found, [one for some in ids for one in some]))

    async def freeze(self, resource: Resource, query: PageQuery) -> FrozenRows:
        table, held = self._table(resource), self._readers.hold()
        try:
            rows = await self.read_held(held, lambda db: freezing.freeze(db, table, query))
            return FrozenRows(self, table, query, held, rows)
        except BaseException:
            self.release(held)
            raise

    async def read_held(self, held: Held, work: Callable[[apsw.Connection], T]) -> T:
        """For FrozenRows."""
        return await self._read(work, held)

    def release(self, held: Held) -> None:
        """For FrozenRows."""
        self._readers.release(held)

    async def search(self, queries: Mapping[Resource, SearchQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        tables = [(self._table(resource), query) for resource, query in queries.items()]
        return await self._read(lambda db: searching.search(db, tables, limit))

    def heads(self) -> Mapping[Resource, HeadStatus]:
        return self._file.heads.copy()

    async def search_heads(self, queries: Sequence[HeadsQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        return await self._read(lambda db: heads.search(db, queries, limit))

    async def tally(self, resource: Resource, query: TallyQuery) -> Tally:
        table = self._table(resource)
        return await self._read(lambda db: tallying.tally(db, table, query))

    async def groups(self, resource: Resource, queries: Sequence[GroupsQuery]) -> list[Groups]:
        table = self._table(resource)
        return await self._read(lambda db: grouping.groups(db, table, queries))

    async def select(self, resource: Resource, queries: Sequence[SelectQuery]) -> list[list[tuple[Value, ...]]]:
        table = self._table(resource)
        return await self._read(lambda db: grouping.select(db, table, queries))

    async def count(
        self,
        resource: Resource,
        where: str = "",
        params: tuple[Value, ...] = (),
        absent: tuple[str, ...] = (),
        derived: tuple[Derivation, ...] = (),
        first: First | None = None,
        among: tuple[Condition, ...] | None = None,
    ) -> int:
        table = self._table(resource)
        parts = walking.parts_of(self.status(resource).rows) if where and among is None else 1

        def whole(db: apsw.Connection) -> int | None:
            asked = reading.selecting(table, "count(*)", where, params, absent, derived, first)
            if parts > 1 and paging.is_walk(db, *asked):
                return None
            return reading.count(db, table, where, params, absent, derived, first, among)

        def share(db: apsw.Connection, part: Condition) -> int:
            return reading.count(db, table, where, params, absent, derived, first, (part,))

        found = await self._read(whole)
        return sum(await self._shared(table, parts, share)) if found is None else found

    async def aggregate(
        self, resource: Resource, expressions: tuple[str, ...], where: str = "", params: tuple[Value, ...] = ()
    ) -> tuple[Value, ...]:
        table, wanted = self._table(resource), ", ".join(expressions)
        return await self._read(lambda db: reading.select(db, table, wanted, where, params))

    def _table(self, resource: Resource) -> Table:
        table = self._file.tables.get(resource)
        if table is None:
            raise InvalidRequestError(f"{resource.path} is not kept here.")
        return table

    async def _shared(self, table: Table, parts: int, work: Callable[[apsw.Connection, Condition], T]) -> list[T]:
        """Of each part of the table, read beside the others."""
        cut = await self._read(lambda db: walking.cut(db, table, parts))
        reads = (self._read(lambda db, p=part: work(db, p)) for part in cut)
        return await together(reads, RequestError, ClusterError)

    async def _read(self, work: Callable[[apsw.Connection], T], held: Held | None = None) -> T:
        try:
            return await self._readers.read(work, held)
        except DamagedError as error:
            if not self._closed:
                self._apply(self._lane.submit(partial(self._file.damaged, error.generation)))
            raise InternalError("store_reset", "The kept rows were damaged; they are read again.") from error

    # --- writing ------------------------------------------------------------------------------------------------------

    @property
    def file(self) -> StoreFile:
        """For the lease: its methods belong into `write`."""
        return self._file

    async def write(self, lease: int, work: Write) -> bool:
        """Queues one write; False where `lease` is not the newest by then. Lands whole or not at all."""
        if not self._holds(lease):
            return False
        status = await self._note(self._lane.submit(partial(work, lambda: self._holds(lease))))
        return status is not None

    async def write_heads(self, lease: int, change: Change) -> bool:
        """As `write`, into the catalog."""
        if not self._holds(lease):
            return False
        job = self._lane.submit(lambda: self._file.head(lambda: self._holds(lease), change))
        job.add_done_callback(_taken)
        return await asyncio.shield(job) is not None

    def remade(self, resource: Resource) -> None:
        """Its table may be another: its indexes are made again where they are missing."""
        self._indexed.discard(resource)

    def index(self, resource: Resource) -> None:
        """Makes the indexes that are missing, behind whatever is written next."""
        if resource in self._indexed or self._closed:
            return
        self._indexed.add(resource)
        for statement in self._file.tables[resource].indexes():
            job = partial(self._file.index, lambda: not self._closed, resource, statement)
            self._lane.submit(job).add_done_callback(_say_failure)

    async def verify(self, uid: str) -> bool:
        found = await self._lane.submit(partial(self._file.verify, lambda: not self._closed, uid))
        if found is None or found[0]:  # None: the store was closed first
            return True
        self._readers.release_all()  # what was frozen is of the other server
        self._put_all(found[1])
        return False

    async def close(self) -> None:
        """Within CLOSE_SECONDS; idempotent."""
        if self._closed:
            return
        self._closed = True
        self._lease += 1
        self._listeners.clear()
        self._lane.drop(None)
        self._file.interrupt()
        await self._readers.close(CLOSE_SECONDS / 2)
        closing = self._lane.submit(self._close_file)
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS / 2)
        if not closing.done():
            log.warning("a store is slow to close", file=self.path.name)

    def _close_file(self) -> None:
        self._readers.close_idle()
        self._file.close()
        self._checkpoints.settle(self.path)

    def _holds(self, lease: int) -> bool:
        return lease == self._lease and not self._closed

    # --- news ---------------------------------------------------------------------------------------------------------

    async def _note(self, write: asyncio.Future[KindStatus | None]) -> KindStatus | None:
        """A waiter that is cancelled does not take the news with it."""
        write.add_done_callback(self._written)
        return await asyncio.shield(write)

    def _written(self, write: asyncio.Future[KindStatus | None]) -> None:
        if write.cancelled():
            return
        if write.exception() is not None:
            self._put_all(self._file.statuses())  # a damaged file was begun anew
        elif (status := write.result()) is not None:
            self._put(status)

    def _apply(self, job: asyncio.Future[dict[Resource, KindStatus]]) -> None:
        def done(job: asyncio.Future[dict[Resource, KindStatus]]) -> None:
            if not job.cancelled() and job.exception() is None and job.result():
                self._put_all(job.result())

        job.add_done_callback(done)

    def _put_all(self, statuses: dict[Resource, KindStatus]) -> None:
        for status in statuses.values():
            if status != self._statuses.get(status.resource):
                self._put(status)

    def _put(self, status: KindStatus) -> None:
        """Listeners hear of it once a turn of the loop for each kind."""
        self._statuses[status.resource] = status
        if not self._changed:
            asyncio.get_running_loop().call_soon(self._tell)
        self._changed.add(status.resource)

    def _tell(self) -> None:
        changed, self._changed = self._changed, set()
        for resource in sorted(changed):
            for listener in tuple(self._listeners):
                listener(resource)


class FrozenRows:
    """Implements stores.protocol.Frozen."""

    def __init__(self, store: ClusterStore, table: Table, query: PageQuery, held: Held, rows: int) -> None:
        self.rows = rows
        self._store = store
        self._table = table
        self._query = query
        self._held = held

    async def read(self, start: int, limit: int) -> list[tuple[Value, ...]]:
        return await self._store.read_held(
            self._held, lambda db: freezing.read(db, self._table, self._query, start, limit)
        )

    def release(self) -> None:
        self._store.release(self._held)


class LeasedWriter:
    """Implements stores.protocol.RowWriter for one lease."""

    def __init__(self, store: ClusterStore, lease: int, epoch: int) -> None:
        self._store = store
        self._file = store.file
        self._lease = lease
        self.epoch = epoch

    async def keep(self, resource: Resource, columns: Sequence[Column]) -> bool:
        done = await self._store.write(self._lease, lambda alive: self._file.keep(alive, resource, columns))
        self._store.remade(resource)
        return done

    async def begin(self, resource: Resource) -> bool:
        return await self._store.write(self._lease, lambda alive: self._file.begin(alive, resource))

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool:
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            if not await self._store.write(self._lease, lambda alive, p=part: self._file.upsert(alive, resource, p)):
                return False
        return True

    async def delete(self, resource: Resource, uids: Sequence[str]) -> bool:
        return await self._store.write(self._lease, lambda alive: self._file.delete(alive, resource, uids))

    async def finish(self, resource: Resource, resource_version: str, left_out: str = "") -> bool:
        done = await self._store.write(
            self._lease, lambda alive: self._file.finish(alive, resource, resource_version, left_out)
        )
        if done:
            self._store.index(resource)
        return done

    async def touch(self, resource: Resource, resource_version: str) -> bool:
        return await self._store.write(self._lease, lambda alive: self._file.touch(alive, resource, resource_version))

    async def stale(self, resource: Resource) -> bool:
        return await self._store.write(self._lease, lambda alive: self._file.stale(alive, resource))

    def heads(self) -> HeadWriter:
        return HeadWriter(lambda change: self._store.write_heads(self._lease, change))


async def open_store(
    folder: Path, target: Target, kinds: Kinds, pool: StorePool, now: Clock = time.time
) -> ClusterStore:
    """The store of a target: `KEY-FINGERPRINT.db`. Files of the same cluster with another fingerprint are removed.
    Raises InternalError where no file can be kept."""
    path = folder / f"{target.key}-{target.store_fingerprint()}.db"

    def make() -> StoreFile:
        for other in folder.glob(f"{target.key}-*.db"):
            if other != path:
                remove(other)
        file = StoreFile(path, kinds, now, target.id, partial(pool.checkpoints.follow, path))
        os.utime(path)  # How stores.keeping tells when it was last opened.
        return file

    opening = asyncio.get_running_loop().run_in_executor(pool.writers, make)
    try:
        file = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_abandon)
        raise
    return ClusterStore(file, pool)


def _abandon(opening: asyncio.Future[StoreFile]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _taken(job: asyncio.Future[HeadStatus | None]) -> None:
    if not job.cancelled():
        job.exception()  # whoever wanted it may be gone


def _say_failure(job: asyncio.Future[None]) -> None:
    if not job.cancelled() and (error := job.exception()) is not None:
        log.warning("an index could not be made; sorting is slower", error=str(error))
