"""Lists of names and labels at low priority: small pages, with pauses, up to a number of objects."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import msgspec

from quarterdeck.clusters.by_namespace import Asked, ByNamespace, Named
from quarterdeck.clusters.calm import Calm
from quarterdeck.kubeclient.protocol import ListPage, Watch
from quarterdeck.model.kinds import Resource

T = TypeVar("T")
PAGE = 500
CUT = "Only as many as the setting search.budget allows."
"""What the `note` of a list says that the budget did not hold whole."""
PAUSE_SECONDS = 0.1
"""Between two pages, for each cluster that reads at the same time: five thousand objects a second in all."""


class HeadsLister:
    """Implements kubeclient.protocol.Lister for one list. `cut`: it ended before the server's list did. `namespaces`:
    where a kind is read that may not be listed across the cluster; None for a kind that lives in none."""

    def __init__(self, client: Asked, calm: Calm, most: int, namespaces: Named | None) -> None:
        self._lists = ByNamespace(_Unhurried(client, calm), namespaces)
        self._left = most
        self.cut = False

    @property
    def note(self) -> str:
        return CUT if self.cut else self._lists.note

    async def list_page(
        self, resource: Resource, decoder: type[T], *, limit: int = PAGE, continue_token: str = ""
    ) -> ListPage[T]:
        limit = min(limit, PAGE)
        page = await self._lists.list_page(resource, decoder, limit=limit, continue_token=continue_token)
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


class _Unhurried:
    """A client of which every list waits its turn, the question where a kind may be listed too."""

    def __init__(self, client: Asked, calm: Calm) -> None:
        self._client = client
        self._calm = calm

    async def list_page(
        self, resource: Resource, decoder: type[T], *, namespace: str = "", limit: int = PAGE, continue_token: str = ""
    ) -> ListPage[T]:
        with self._calm.reading():
            await asyncio.sleep(PAUSE_SECONDS * self._calm.readers)
            await self._calm.wait()
            return await self._client.list_page(
                resource, decoder, namespace=namespace, limit=limit, continue_token=continue_token
            )

    def watch(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        namespace: str = "",
        resource_version: str = "",
        initial_events: bool = False,
    ) -> AbstractAsyncContextManager[Watch[T]]:
        raise NotImplementedError("the catalog is listed again, and not watched")
