"""The rows of one kind as its reflector writes them: the permit, the lists they belong to, the loop's turns."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

import structlog

from quarterdeck.catalog.kinds import Decoded, KindSpec
from quarterdeck.kubeclient.protocol import EventType, WatchEvent
from quarterdeck.kubeclient.turns import pace_of_loop
from quarterdeck.model.errors import ClusterError
from quarterdeck.stores.protocol import Row, RowWriter

log = structlog.get_logger(__name__)
T = TypeVar("T", bound=Decoded)

TURN_SECONDS = 0.002
"""How long rows are projected before the loop has a turn."""


class RevokedError(Exception):
    """The writer's lease went to another epoch: its reflector has nothing left to do."""


class ReflectedRows(Generic[T]):
    """`permit` is awaited before the first write and gives the writer; `slot` is held while rows are computed and
    written. Every method raises RevokedError where the lease is gone, and but for `stale` and `empty` InternalError
    where rows cannot be kept."""

    def __init__(
        self,
        kind: KindSpec[T],
        permit: Callable[[], Awaitable[RowWriter]],
        slot: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self.objects = 0
        """That came since the list began."""
        self.unreadable = 0
        self._kind = kind
        self._permit = permit
        self._slot = slot
        self._writer: RowWriter | None = None
        self._upserted = False

    async def begin(self) -> None:
        """A list comes: what it does not bring is dropped when it is complete."""
        writer = await self._permitted()
        await self._write(writer.begin(self._kind.resource))
        self.objects = 0

    async def finish(self, version: str, left_out: str = "") -> None:
        """`version`: where a watch goes on from the list; `left_out`: what it did not bring, for people."""
        writer = await self._permitted()
        await self._write(writer.finish(self._kind.resource, version, left_out))

    async def touch(self, version: str) -> None:
        """They are right as of `version`."""
        writer = await self._permitted()
        await self._write(writer.touch(self._kind.resource, version))

    async def stale(self) -> None:
        """They stay, and are current no longer."""
        if self._writer is None:
            return
        try:
            await self._write(self._writer.stale(self._kind.resource))
        except ClusterError as error:
            log.warning("rows could not be marked stale", kind=self._kind.kind, reason=error.reason)

    async def empty(self) -> None:
        """What is not served has no rows."""
        try:
            await self.begin()
            await self.finish("")
        except ClusterError as error:
            log.warning("rows could not be dropped", kind=self._kind.kind, reason=error.reason)

    async def apply(self, batch: Sequence[WatchEvent[T]]) -> None:
        """The newest event of each object counts."""
        newest: dict[str, WatchEvent[T]] = {}
        for event in batch:
            if event.object is not None:
                uid = event.object.metadata.uid
                newest.pop(uid, None)
                newest[uid] = event
        gone = [uid for uid, event in newest.items() if event.type is EventType.DELETED]
        if gone:
            writer = await self._permitted()
            await self._write(writer.delete(self._kind.resource, gone))
        await self.upsert(
            [e.object for e in newest.values() if e.type is not EventType.DELETED and e.object is not None]
        )

    async def upsert(self, objects: Sequence[T]) -> None:
        self.objects += len(objects)
        if not objects:
            return
        writer = await self._permitted()
        async with self._slot():
            rows: list[Row] = []
            turns, first = pace_of_loop().decoding, not self._upserted
            await turns.take(ahead=first)
            turn = time.perf_counter()
            for item in objects:
                row = self._project(item)
                if row is not None:
                    rows.append(row)
                if time.perf_counter() - turn > TURN_SECONDS:
                    await turns.take(ahead=first)
                    turn = time.perf_counter()
            self._upserted = True
            await self._write(writer.upsert(self._kind.resource, rows))

    async def _permitted(self) -> RowWriter:
        if self._writer is None:
            self._writer = await self._permit()
        return self._writer

    def _project(self, item: T) -> Row | None:
        try:
            return self._kind.project(item)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
            self.unreadable += 1
            if self.unreadable == 1:
                log.warning("an object has no row", kind=self._kind.kind, error=type(error).__name__)
            return None

    async def _write(self, call: Awaitable[bool]) -> None:
        if not await call:
            raise RevokedError
