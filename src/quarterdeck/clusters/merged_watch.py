"""Watches of several namespaces as one: batches as they come, places together, one end of the list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Generic, TypeVar

import msgspec

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.kubeclient.protocol import EventType, Watch, WatchEvent
from quarterdeck.model.errors import ClusterError

T = TypeVar("T")

_CLOSING = 5.0
"""Seconds for the sockets of all to be let go of; each is aborted at once by its client."""


def written(places: Mapping[str, str]) -> str:
    """Places by namespace as one resourceVersion."""
    return msgspec.json.encode(places).decode()


def read(version: str) -> dict[str, str] | None:
    """The places that `written` made it of; None: it is a server's own."""
    return msgspec.json.decode(version, type=dict[str, str]) if version.startswith("{") else None


class MergedWatch(Generic[T]):
    """Implements protocol.Watch. The last event of a batch that follows the lists carries the place of all.

    Ends when the first of them ends or `seconds` are over, and fails as the first that fails: opening all again where
    they stand costs little, and one rule holds for all.
    """

    def __init__(self, places: Mapping[str, str], *, initial_events: bool, seconds: float) -> None:
        self._places = dict(places)
        self._listing = set(places) if initial_events else set[str]()
        self._until = asyncio.get_running_loop().time() + seconds
        # One batch each at most: what is not taken waits in the sockets.
        self._queue: asyncio.Queue[tuple[str, list[WatchEvent[T]] | ClusterError | None]] = asyncio.Queue(1)

    def __aiter__(self) -> AsyncIterator[list[WatchEvent[T]]]:
        return self

    async def __anext__(self) -> list[WatchEvent[T]]:
        while True:
            try:
                async with asyncio.timeout_at(self._until):
                    namespace, news = await self._queue.get()
            except TimeoutError:
                raise StopAsyncIteration from None
            if news is None:
                raise StopAsyncIteration
            if isinstance(news, ClusterError):
                raise news
            if batch := self._placed(namespace, news):
                return batch

    async def follow(
        self, namespace: str, opening: AbstractAsyncContextManager[Watch[T]], opened: asyncio.Future[None]
    ) -> None:
        """Puts its batches among the others' until it ends; `opened` learns whether the server let it begin."""
        try:
            async with opening as watch:
                if not opened.done():
                    opened.set_result(None)
                async for batch in watch:
                    await self._queue.put((namespace, batch))
        except ClusterError as error:
            if opened.done():
                await self._queue.put((namespace, error))
            else:
                opened.set_exception(error)
        else:
            await self._queue.put((namespace, None))

    def _placed(self, namespace: str, batch: list[WatchEvent[T]]) -> list[WatchEvent[T]]:
        """The batch with the place of all; the end of a list shows only when it is the last one's."""
        ended = next((i for i, event in enumerate(batch) if event.initial_events_end), None)
        if namespace in self._listing:
            if ended is None:
                return batch
            self._listing.discard(namespace)
            self._places[namespace] = batch[ended].resource_version
        after = batch if ended is None else batch[ended + 1 :]
        version = next((e.resource_version for e in reversed(after) if e.resource_version), "")
        self._places[namespace] = version or self._places[namespace]
        together = written(self._places)
        if ended is None:
            return [*batch[:-1], msgspec.structs.replace(batch[-1], resource_version=together)] if batch else []
        if self._listing:
            return [e for e in batch if not e.initial_events_end]
        # What came after this list stands before the end of all: then the place of the end holds for it too.
        end = WatchEvent[T](EventType.BOOKMARK, None, together, initial_events_end=True)
        return [*batch[:ended], *after, end]


@asynccontextmanager
async def merged_watch(
    watches: Mapping[str, AbstractAsyncContextManager[Watch[T]]],
    places: Mapping[str, str],
    *,
    initial_events: bool,
    seconds: float,
) -> AsyncGenerator[MergedWatch[T]]:
    """Entered: the server has answered for each. Raises the ClusterError of one that it refused."""
    merged = MergedWatch[T](places, initial_events=initial_events, seconds=seconds)
    bag = TaskBag("merged watch")
    loop = asyncio.get_running_loop()
    try:
        opened: list[asyncio.Future[None]] = []
        for namespace, opening in watches.items():
            answer: asyncio.Future[None] = loop.create_future()
            opened.append(answer)
            bag.spawn(merged.follow(namespace, opening, answer), namespace)
        for refused in await asyncio.gather(*opened, return_exceptions=True):
            if refused is not None:
                raise refused
        yield merged
    finally:
        await bag.close(_CLOSING)
