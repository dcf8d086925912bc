"""A kind that may not be listed across the cluster, read in the namespaces in which it may be.

It stands between a reflector and the client, and looks like one list and one watch. Across the cluster is tried first;
only a 403 leads to namespaces. A place is then a resourceVersion for each namespace, written as one (`merged_watch`).

Nobody tells when rights change: they are counted anew every RECOUNT seconds. Where another set of namespaces may be
read by then, the place is gone as with a 410, and the reflector lists again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol, TypeVar

from quarterdeck.catalog.kinds import Decoded
from quarterdeck.clusters.merged_watch import merged_watch, read, written
from quarterdeck.clusters.namespaces import Namespaces
from quarterdeck.kubeclient.protocol import ClusterClient, Definition, ListPage, Watch
from quarterdeck.model.errors import ClusterError, ForbiddenError, GoneError
from quarterdeck.model.kinds import Resource

T = TypeVar("T")


class Named(Protocol):
    """Which namespaces are looked into, as Namespaces has it."""

    async def names(self) -> list[str]: ...

    def noted(self, readable: Iterable[str]) -> None: ...


class Asked(Protocol):
    """What is asked of a cluster here, as ClusterClient has it."""

    async def list_page(
        self, resource: Resource, decoder: type[T], *, namespace: str = "", limit: int = 500, continue_token: str = ""
    ) -> ListPage[T]: ...

    def watch(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        namespace: str = "",
        resource_version: str = "",
        initial_events: bool = False,
    ) -> AbstractAsyncContextManager[Watch[T]]: ...


MOST_FOLLOWED = 32
"""Namespaces of one kind that are read: each takes a socket of its own."""
ASKED_AT_ONCE = 8
RECOUNT = 300.0
"""Seconds; as often as a forbidden kind is asked for again."""

JUST_NOW = 10.0


class ByNamespace:
    """Implements protocol.Lister for one resource, and one reflector, which asks one thing after another.
    `namespaces` None: the resource lives in none. `note`: empty while the rows are of the whole cluster."""

    def __init__(self, client: Asked, namespaces: Named | None) -> None:
        self._client = client
        self._namespaces = namespaces
        self._places: dict[str, str] = {}
        self._counted_at = 0.0
        self.note = ""

    async def list_page(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        limit: int = 500,
        continue_token: str = "",
    ) -> ListPage[T]:
        """A continue token is `INDEX TOKEN` while namespaces are read, one after another."""
        if continue_token and not self._places:
            return await self._client.list_page(resource, decoder, limit=limit, continue_token=continue_token)
        if not continue_token:
            try:
                page = await self._client.list_page(resource, decoder, limit=limit)
            except ForbiddenError:
                if not await self._count(resource):
                    raise
            else:
                self._across()
                return page
        index, _, token = (continue_token or "0 ").partition(" ")
        names = list(self._places)
        at = int(index)
        try:
            page = await self._client.list_page(
                resource, decoder, namespace=names[at], limit=limit, continue_token=token
            )
        except ForbiddenError as error:
            raise _changed() from error
        if page.continue_token:
            following = f"{at} {page.continue_token}"
        else:
            following = f"{at + 1} " if at + 1 < len(names) else ""
        # The places are from before all pages: the watch brings again what is newer, and no event is missed.
        return ListPage(page.items, written(self._places), following)

    @asynccontextmanager
    async def watch(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        resource_version: str = "",
        initial_events: bool = False,
    ) -> AsyncGenerator[Watch[T]]:
        async with AsyncExitStack() as stack:
            places = read(resource_version)
            if places is None:
                whole = self._client.watch(
                    resource, decoder, resource_version=resource_version, initial_events=initial_events
                )
                try:
                    watch = await stack.enter_async_context(whole)
                except ForbiddenError as error:
                    if await self._may_list(resource, "") is not None or not await self._count(resource):
                        raise
                    if not initial_events:
                        raise _changed() from error
                    places = self._places
                else:
                    self._across()
                    yield watch
                    return
            elif await self._others_by_now(resource, places):
                raise _changed()
            watches = {
                name: self._client.watch(
                    resource,
                    decoder,
                    namespace=name,
                    resource_version="" if initial_events else place,
                    initial_events=initial_events,
                )
                for name, place in places.items()
            }
            merging = merged_watch(watches, places, initial_events=initial_events, seconds=RECOUNT)
            try:
                merged = await stack.enter_async_context(merging)
            except ForbiddenError as error:
                if asyncio.get_running_loop().time() - self._counted_at < JUST_NOW:
                    raise  # it may be listed, but not watched
                raise _changed() from error
            yield merged

    def _across(self) -> None:
        self._places = {}
        self.note = ""

    async def _others_by_now(self, resource: Resource, places: Mapping[str, str]) -> bool:
        """Whether more, or less, may be read than when it was last listed."""
        if asyncio.get_running_loop().time() - self._counted_at < RECOUNT:
            return False
        if await self._may_list(resource, "") is not None:
            return True
        await self._count(resource)
        return self._places.keys() != places.keys()

    async def _count(self, resource: Resource) -> bool:
        """Finds where the kind may be read; whether anywhere. Raises what else went wrong."""
        names = await self._namespaces.names() if self._namespaces is not None else []
        slots = asyncio.Semaphore(ASKED_AT_ONCE)

        async def ask(name: str) -> str | ClusterError | None:
            async with slots:
                try:
                    return await self._may_list(resource, name)
                except ClusterError as error:
                    return error  # as a value: one that fails does not cut the others short

        async with asyncio.TaskGroup() as group:
            tasks = {name: group.create_task(ask(name)) for name in names}
        places: dict[str, str] = {}
        for name, task in tasks.items():
            answer = task.result()
            if isinstance(answer, ClusterError):
                raise answer
            if answer is not None:
                places[name] = answer
        self._counted_at = asyncio.get_running_loop().time()
        if self._namespaces is not None:
            self._namespaces.noted(places)
        self._places = dict(list(places.items())[:MOST_FOLLOWED])
        self.note = _in_words(list(self._places), readable=len(places), asked=len(names))
        return bool(places)

    async def _may_list(self, resource: Resource, namespace: str) -> str | None:
        """The resourceVersion of now; None: it is forbidden."""
        try:
            page = await self._client.list_page(resource, Decoded, namespace=namespace, limit=1)
        except ForbiddenError:
            return None
        return page.resource_version


async def columns_of(
    client: ClusterClient, namespaces: Namespaces | None, resource: Resource
) -> tuple[Definition, ...]:
    """How the server prints a kind, asked where it may be read. Raises ClusterError."""
    try:
        return await client.columns(resource)
    except ForbiddenError:
        for namespace in await namespaces.names() if namespaces is not None else ():
            try:
                return await client.columns(resource, namespace=namespace)
            except ForbiddenError:
                continue
        raise


def _changed() -> GoneError:
    return GoneError("What may be read has changed; it is listed again.")


def _in_words(names: list[str], *, readable: int, asked: int) -> str:
    if readable > len(names):
        return f"Only in the first {len(names)} of {readable} namespaces that may be read."
    if asked > readable > 3:
        return f"Only in {readable} of {asked} namespaces: the others may not be read."
    where = ", ".join(names) if len(names) <= 3 else f"{len(names)} namespaces"
    return f"Only in {where}: listing across the cluster is forbidden."
