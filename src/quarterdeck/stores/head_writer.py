"""A lease's way into the catalog: what a reflector writes of kinds that nobody reads whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import apsw

from quarterdeck.model.kinds import Column, Resource
from quarterdeck.stores import heads
from quarterdeck.stores.protocol import HeadStatus, Row

Change = Callable[[apsw.Connection], HeadStatus]


class Lane(Protocol):
    """Queues one write; False where the lease is lost."""

    async def __call__(self, change: Change) -> bool: ...


class HeadWriter:
    """Implements stores.protocol.RowWriter. Lists alone: nothing here is watched, so nothing is deleted or touched."""

    def __init__(self, write: Lane, now: Callable[[], float] = time.time) -> None:
        self._put = write
        self._now = now

    async def keep(self, resource: Resource, columns: Sequence[Column]) -> bool:
        del resource, columns
        return True

    async def begin(self, resource: Resource) -> bool:
        return await self._put(lambda db: heads.begin(db, resource))

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool:
        for start in range(0, len(rows), heads.CHUNK):
            part = rows[start : start + heads.CHUNK]
            if not await self._put(lambda db, p=part: heads.put(db, resource, p)):
                return False
        return True

    async def delete(self, resource: Resource, uids: Sequence[str]) -> bool:
        raise NotImplementedError("the catalog is listed again, and not watched")

    async def finish(self, resource: Resource, resource_version: str, left_out: str = "") -> bool:
        del resource_version
        return await self._put(lambda db: heads.finish(db, resource, self._now(), left_out))

    async def touch(self, resource: Resource, resource_version: str) -> bool:
        raise NotImplementedError("the catalog is listed again, and not watched")

    async def stale(self, resource: Resource) -> bool:
        """Its age is told as it is."""
        del resource
        return True

    def heads(self) -> HeadWriter:
        return self
