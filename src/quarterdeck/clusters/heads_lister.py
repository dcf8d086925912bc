"""Lists of names and labels at low priority: small pages, with pauses, up to a number of objects."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import msgspec

from quarterdeck.clusters.calm import Calm
from quarterdeck.kubeclient.protocol import ClusterClient, ListPage, Watch
from quarterdeck.model.kinds import Resource

T = TypeVar("T")
PAGE = 500
PAUSE_SECONDS = 0.1
"""Between two pages, for each cluster that reads at the same time: five thousand objects a second in all."""


class HeadsLister:
    """Implements kubeclient.protocol.Lister for one list. `cut`: it ended before the server's list did. Across the
    cluster alone: to find out namespace by namespace what may be read is worth it only for what is looked at."""

    note = ""

    def __init__(self, client: ClusterClient, calm: Calm, most: int) -> None:
        self._client = client
        self._calm = calm
        self._left = most
        self.cut = False

    async def list_page(
        self, resource: Resource, decoder: type[T], *, limit: int = PAGE, continue_token: str = ""
    ) -> ListPage[T]:
        with self._calm.reading():
            await asyncio.sleep(PAUSE_SECONDS * self._calm.readers)
            await self._calm.wait()
            page = await self._client.list_page(
                resource, decoder, limit=min(limit, PAGE), continue_token=continue_token
            )
        items = page.items[: self._left]
        self._left -= len(items)
        if len(items) < len(page.items) or (self._left == 0 and page.continue_token):
            self.cut = True
            return msgspec.structs.replace(page, items=items, continue_token="")
        return page

    def watch(
        self, resource: Resource, decoder: type[T], *, resource_version: str = "", initial_events: bool = False
    ) -> AbstractAsyncContextManager[Watch[T]]:
        raise NotImplementedError("the catalog is listed again, and not watched")
