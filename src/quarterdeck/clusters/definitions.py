"""Notices that a server serves other kinds than before: custom resources and API services come and go.

What changed is not looked at: it is a sign to discover again. Where they may not be watched, discovery is asked every
half minute instead, which costs little: what is as before is not sent again (kubeclient/discovery.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from quarterdeck.aio.backoff import Backoff
from quarterdeck.catalog.printed_rows import PrintedRow
from quarterdeck.clusters.served import Served
from quarterdeck.kubeclient.protocol import ClusterClient, EventType
from quarterdeck.model.errors import ClusterError, ForbiddenError, GoneError
from quarterdeck.model.kinds import Resource

log = structlog.get_logger(__name__)

WATCHED = (
    Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
    Resource("apiregistration.k8s.io", "v1", "apiservices"),
)
AFTER_SECONDS = (0.2, 1.0, 3.0)
"""When discovery is asked after a sign: it follows a definition by a moment, and many come together."""
POLL_SECONDS = 30.0
REFUSED_SECONDS = 300.0
"""After which a watch that was forbidden is asked for again."""
SETTLED = 10.0
"""Seconds after which a watch that ended did its work."""


class Definitions:
    """`discover` raises ClusterError and TimeoutError. Runs until it is cancelled, and fails nobody."""

    def __init__(
        self,
        client: ClusterClient,
        served: Served,
        discover: Callable[[], Awaitable[None]],
        backoff: Callable[[], Backoff],
    ) -> None:
        self._client = client
        self._served = served
        self._discover = discover
        self._backoff = backoff
        self._sign = asyncio.Event()
        self._refused: set[Resource] = set()
        self._blind = asyncio.Event()
        """Set while something may not be watched."""

    async def run(self) -> None:
        await self._served.asked.wait()  # the opening itself has better things to ask
        async with asyncio.TaskGroup() as group:
            for resource in WATCHED:
                group.create_task(self._watch(resource))
            group.create_task(self._follow())
            group.create_task(self._poll())

    async def _follow(self) -> None:
        while True:
            await self._sign.wait()
            self._sign.clear()
            for pause in AFTER_SECONDS:
                await asyncio.sleep(pause)
                await self._ask()

    async def _poll(self) -> None:
        while True:
            await self._blind.wait()
            await asyncio.sleep(POLL_SECONDS)
            await self._ask()

    async def _ask(self) -> None:
        try:
            await self._discover()
        except (ClusterError, TimeoutError):
            log.debug("the kinds could not be discovered again")

    async def _watch(self, resource: Resource) -> None:
        clock = asyncio.get_running_loop().time
        backoff = self._backoff()
        first = True
        while True:
            began = clock()
            try:
                page = await self._client.list_page(resource, PrintedRow, limit=1)
                if not first:  # what came while nobody watched
                    self._sign.set()
                first = False
                await self._signs(resource, page.resource_version)
            except ForbiddenError:
                self._watched(resource, False)
                await asyncio.sleep(REFUSED_SECONDS)
                continue
            except GoneError:
                pass
            except ClusterError as error:
                log.debug("definitions are not watched", kind=resource.path, reason=error.reason)
            if clock() - began > SETTLED:
                backoff.reset()
            await asyncio.sleep(backoff.next())

    async def _signs(self, resource: Resource, version: str) -> None:
        async with self._client.watch(resource, PrintedRow, resource_version=version) as stream:
            self._watched(resource, True)
            async for batch in stream:
                if any(event.type is not EventType.BOOKMARK for event in batch):
                    self._sign.set()

    def _watched(self, resource: Resource, may: bool) -> None:
        (self._refused.discard if may else self._refused.add)(resource)
        (self._blind.set if self._refused else self._blind.clear)()
