"""Notices that a server serves other kinds than before: custom resources and API services come and go.

What changed is not looked at: it is a sign to discover again. Where they may not be watched, discovery is asked now and
then instead.
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

    async def run(self) -> None:
        await self._served.asked.wait()  # the opening itself has better things to ask
        async with asyncio.TaskGroup() as group:
            for resource in WATCHED:
                group.create_task(self._watch(resource))
            group.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            await self._sign.wait()
            self._sign.clear()
            for pause in AFTER_SECONDS:
                await asyncio.sleep(pause)
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
            except (ForbiddenError, GoneError) as error:
                if isinstance(error, ForbiddenError):
                    await asyncio.sleep(POLL_SECONDS)
                    self._sign.set()
                    continue
            except ClusterError as error:
                log.debug("definitions are not watched", kind=resource.path, reason=error.reason)
            if clock() - began > SETTLED:
                backoff.reset()
            await asyncio.sleep(backoff.next())

    async def _signs(self, resource: Resource, version: str) -> None:
        async with self._client.watch(resource, PrintedRow, resource_version=version) as stream:
            async for batch in stream:
                if any(event.type is not EventType.BOOKMARK for event in batch):
                    self._sign.set()
