"""One open watch: its own connection, read and decoded a few milliseconds at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

import aiohttp
import msgspec

from quarterdeck.kubeclient.answers import Ask, from_watch_error
from quarterdeck.kubeclient.decode import FIRST_BATCH, ItemDecoding, Lines, WatchFailedError, decode_batch
from quarterdeck.kubeclient.errors import Stage, not_kubernetes
from quarterdeck.kubeclient.protocol import WatchEvent
from quarterdeck.kubeclient.scopes import Scopes
from quarterdeck.kubeclient.turns import Pace

T = TypeVar("T")

IDLE_MARGIN_SECONDS = 30.0
"""Over the timeoutSeconds that the server was asked to end the watch after: only a dead peer is silent for longer."""

MOST = 500
"""Events a batch, while no more than UNWRITTEN_MOST of all watches wait to be written: fifty lists at once would fill
the memory with objects, through which the garbage collector goes again and again."""
LEAST = 50
UNWRITTEN_MOST = 1000


class WatchStream(Generic[T]):
    """Implements protocol.Watch; `until` is the loop time after which silence means a dead peer."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        decoding: ItemDecoding[T],
        ask: Ask,
        peer: str,
        scopes: Scopes,
        pace: Pace,
        until: float,
        count_bytes: Callable[[int], None],
        cuts: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        self._response = response
        self._decoding = decoding
        self._ask = ask
        self._peer = peer
        self._scopes = scopes
        self._pace = pace
        self._unwritten = 0
        self._until = until
        self._count_bytes = count_bytes
        self._cuts = cuts
        self._lines = Lines()
        self._first = True
        self._ended = False
        self._failed: WatchFailedError | None = None

    def __aiter__(self) -> AsyncIterator[list[WatchEvent[T]]]:
        return self

    async def __anext__(self) -> list[WatchEvent[T]]:
        self.written()
        while True:
            if self._failed is not None:
                raise from_watch_error(self._failed.status, self._ask, self._peer) from self._failed
            if self._lines:
                batch = await self._decode()
                if batch:
                    return batch
            elif self._ended:
                raise StopAsyncIteration
            else:
                await self._read()

    def written(self) -> None:
        """Who asks for more events, or for no more, has written the last."""
        self._pace.unwritten -= self._unwritten
        self._unwritten = 0

    async def _read(self) -> None:
        left = max(0.0, self._until - asyncio.get_running_loop().time())
        async with self._scopes.open(left, Stage.STREAM), self._cuts():
            data = await self._response.content.readany()
        self._feed(data)
        if not data:
            self._ended = True
            self._lines.end()

    def _feed(self, data: bytes) -> None:
        if data:
            self._count_bytes(len(data))
            self._lines.feed(data)

    async def _decode(self) -> list[WatchEvent[T]]:
        """Of what has come already, in as many turns as that takes: who falls behind gets larger batches, and a write
        costs little more for many rows than for a few."""
        batch: list[WatchEvent[T]] = []
        most = max(LEAST, min(MOST, UNWRITTEN_MOST - self._pace.unwritten))
        while self._lines and self._failed is None and len(batch) < most:
            await self._pace.decoding.take(ahead=self._first)
            try:
                found, self._failed = decode_batch(self._lines, self._decoding, FIRST_BATCH if self._first else None)
            except msgspec.DecodeError as error:
                raise not_kubernetes(self._peer, self._response.status) from error
            batch += found
            if found and self._first:
                self._first = False
                break
            if not self._lines:
                self._feed(self._response.content.read_nowait())
        self._unwritten += len(batch)
        self._pace.unwritten += len(batch)
        return batch
