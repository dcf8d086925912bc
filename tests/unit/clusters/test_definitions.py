"""Kinds that come and go are noticed: by a watch, or, where that is forbidden, by asking every half minute."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest

from quarterdeck.aio.backoff import Backoff
from quarterdeck.catalog.kinds import Meta
from quarterdeck.catalog.printed_rows import PrintedRow
from quarterdeck.clusters.definitions import POLL_SECONDS, REFUSED_SECONDS, WATCHED, Definitions
from quarterdeck.clusters.served import Served
from quarterdeck.kubeclient.protocol import ClusterClient, EventType, ListPage, WatchEvent
from quarterdeck.model.errors import ConnectError, ForbiddenError
from quarterdeck.model.kinds import Discovery, Resource

pytestmark = pytest.mark.anyio
CRDS, API_SERVICES = WATCHED


class Server:
    """`refused` may not be watched; `news` are what a watch brings; `asked` is when discovery was."""

    def __init__(self) -> None:
        self.refused: set[Resource] = set()
        self.lists: list[Resource] = []
        self.news: dict[Resource, asyncio.Queue[list[WatchEvent[Any]]]] = {r: asyncio.Queue() for r in WATCHED}
        self.asked: list[float] = []
        self.failing = False

    async def list_page(self, resource: Resource, decoder: object, *, limit: int) -> ListPage[Any]:
        self.lists.append(resource)
        return ListPage([], "1")

    @asynccontextmanager
    async def watch(
        self, resource: Resource, decoder: object, *, resource_version: str
    ) -> AsyncGenerator[AsyncIterator[list[WatchEvent[Any]]]]:
        if resource in self.refused:
            raise ForbiddenError("forbidden", "You cannot watch it.")
        yield self._batches(resource)

    async def _batches(self, resource: Resource) -> AsyncGenerator[list[WatchEvent[Any]]]:
        while True:
            yield await self.news[resource].get()

    async def discover(self) -> None:
        self.asked.append(asyncio.get_running_loop().time())
        if self.failing:
            raise ConnectError("reset", "The connection was reset.")


@asynccontextmanager
async def following(server: Server) -> AsyncGenerator[None]:
    served = Served(lambda: None)
    served.put(Discovery(()))
    client = cast("ClusterClient", server)
    found = Definitions(client, served, server.discover, lambda: Backoff(1, 60, random.Random(0)))
    task = asyncio.create_task(found.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_definition_that_comes_is_a_sign_to_ask_and_else_nothing_is_asked() -> None:
    server = Server()
    async with following(server):
        await asyncio.sleep(600)
        assert server.asked == []
        server.news[CRDS].put_nowait([WatchEvent(EventType.ADDED, PrintedRow(Meta("widgets")), "2")])
        await asyncio.sleep(10)
        assert len(server.asked) == 3


async def test_where_neither_may_be_watched_one_question_is_asked_every_half_minute() -> None:
    server = Server()
    server.refused = {CRDS, API_SERVICES}
    async with following(server):
        await asyncio.sleep(4 * POLL_SECONDS + 1)
        assert [round(b - a) for a, b in zip(server.asked, server.asked[1:], strict=False)] == [30, 30, 30]
        assert len(server.lists) == 2


async def test_a_question_that_fails_is_asked_again() -> None:
    server = Server()
    server.refused, server.failing = {CRDS}, True
    async with following(server):
        await asyncio.sleep(3 * POLL_SECONDS + 1)
        assert len(server.asked) == 3


async def test_rights_that_come_end_the_asking() -> None:
    server = Server()
    server.refused = {CRDS}
    async with following(server):
        await asyncio.sleep(POLL_SECONDS + 1)
        server.refused = set()
        await asyncio.sleep(REFUSED_SECONDS + POLL_SECONDS)
        asked = len(server.asked)
        await asyncio.sleep(600)
        assert len(server.asked) == asked
