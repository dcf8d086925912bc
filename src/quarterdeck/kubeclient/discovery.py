"""What a server serves: aggregated (KEP-3352) in two requests, else group by group as servers before 1.26 need.

An aggregated answer has an ETag: asked again, what is as before is not sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from quarterdeck.model.errors import ClusterError, ForbiddenError, ServerError
from quarterdeck.model.kinds import ApiResource, Discovery, Resource

ACCEPT = ",".join(
    (
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    )
)
T = TypeVar("T")
_AT_ONCE = 8
"""Requests of the old way in flight; such a server has some thirty group versions."""


class Fetched(msgspec.Struct, frozen=True):
    """An answer; `body` None where it is the one that was known by its ETag."""

    body: bytes | None
    etag: str = ""


Fetch = Callable[[str, str, str], Awaitable[Fetched]]
"""Path, Accept and the ETag of what is known of it ("": nothing) to a 200 or a 304; raises ClusterError."""


class _Told(msgspec.Struct, frozen=True):
    """What an aggregated root said."""

    etag: str
    resources: tuple[ApiResource, ...]
    stale: tuple[str, ...]


class _Gvk(msgspec.Struct):
    kind: str = ""


class _AggregatedResource(msgspec.Struct):
    resource: str
    response_kind: _Gvk | None = msgspec.field(default=None, name="responseKind")
    scope: str = ""
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] | None = msgspec.field(default=None, name="shortNames")
    categories: tuple[str, ...] | None = None


class _AggregatedVersion(msgspec.Struct):
    version: str
    resources: list[_AggregatedResource] | None = None
    freshness: str = "Current"


class _Name(msgspec.Struct):
    name: str = ""


class _AggregatedGroup(msgspec.Struct):
    metadata: _Name = msgspec.field(default_factory=_Name)
    versions: list[_AggregatedVersion] | None = None


class _Aggregated(msgspec.Struct):
    items: list[_AggregatedGroup] | None = None


class _OldResource(msgspec.Struct):
    name: str
    kind: str = ""
    namespaced: bool = False
    verbs: tuple[str, ...] | None = None
    short_names: tuple[str, ...] | None = msgspec.field(default=None, name="shortNames")
    categories: tuple[str, ...] | None = None


class _OldResources(msgspec.Struct):
    resources: list[_OldResource] | None = None


class _GroupVersion(msgspec.Struct):
    version: str


class _OldGroup(msgspec.Struct):
    name: str
    versions: list[_GroupVersion] | None = None


class _OldAnswer(msgspec.Struct):
    """APIVersions (`versions`) and APIGroupList (`groups`)."""

    kind: str = ""
    versions: list[str] | None = None
    groups: list[_OldGroup] | None = None


class Discoverer:
    """Of one server, as one identity sees it."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._told: dict[str, _Told] = {}

    async def discover(self) -> Discovery:
        """Subresources are left out. Raises what `fetch` raises for `/api` and `/apis`, and msgspec.DecodeError; a
        group that fails is stale."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_caught(self._ask(root))) for root in ("/api", "/apis")]
        resources: list[ApiResource] = []
        stale: list[str] = []
        old: list[tuple[str, str]] = []
        answers = [task.result() for task in tasks]
        for answer in answers:
            if isinstance(answer, ClusterError):
                raise answer
            if isinstance(answer, _Told):
                resources += answer.resources
                stale += answer.stale
            else:
                old += answer
        if old:
            await _read_old(self._fetch, old, resources, stale)
        return Discovery(tuple(resources), tuple(dict.fromkeys(stale)), aggregated=not old)

    async def _ask(self, root: str) -> _Told | list[tuple[str, str]]:
        """What an aggregated root says; of an older server its group versions."""
        known = self._told.get(root)
        fetched = await self._fetch(root, ACCEPT, known.etag if known is not None else "")
        if fetched.body is None and known is not None:
            return known
        body = fetched.body or b""
        head = msgspec.json.decode(body, type=_OldAnswer)
        if head.kind != "APIGroupDiscoveryList":
            return [("", version) for version in head.versions or ()] + [
                (entry.name, found.version) for entry in head.groups or () for found in entry.versions or ()
            ]
        resources: list[ApiResource] = []
        stale: list[str] = []
        _read_aggregated(msgspec.json.decode(body, type=_Aggregated), resources, stale)
        told = _Told(fetched.etag, tuple(resources), tuple(stale))
        if fetched.etag:
            self._told[root] = told
        return told


def _read_aggregated(answer: _Aggregated, resources: list[ApiResource], stale: list[str]) -> None:
    for group in answer.items or ():
        name = group.metadata.name
        for version in group.versions or ():
            if version.freshness == "Stale":
                stale.append(name)
            resources += [
                ApiResource(
                    Resource(name, version.version, found.resource),
                    found.response_kind.kind if found.response_kind is not None else "",
                    found.scope == "Namespaced",
                    found.verbs,
                    found.short_names or (),
                    found.categories or (),
                )
                for found in version.resources or ()
            ]


async def _read_old(
    fetch: Fetch, versions: list[tuple[str, str]], resources: list[ApiResource], stale: list[str]
) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(group: str, version: str) -> list[ApiResource] | None:
        async with gate:
            answer = await _caught(fetch(Resource(group, version, "").api_prefix, "application/json", ""))
        if isinstance(answer, ServerError | ForbiddenError):
            return None  # its API service is down or hidden; the other groups stand
        if isinstance(answer, ClusterError):
            raise answer
        try:
            found = msgspec.json.decode(answer.body or b"", type=_OldResources).resources or ()
        except msgspec.DecodeError:
            return None
        return [
            ApiResource(
                Resource(group, version, entry.name),
                entry.kind,
                entry.namespaced,
                entry.verbs or (),
                entry.short_names or (),
                entry.categories or (),
            )
            for entry in found
            if "/" not in entry.name
        ]

    try:
        async with asyncio.TaskGroup() as tasks:
            reads = [(group, tasks.create_task(read(group, version))) for group, version in versions]
    except* ClusterError as errors:
        raise _first(errors) from None
    for group, task in reads:
        found = task.result()
        if found is None:
            stale.append(group)
        else:
            resources += found


async def _caught(work: Awaitable[T]) -> T | ClusterError:
    """As a value, so that a TaskGroup does not wrap it in an ExceptionGroup."""
    try:
        return await work
    except ClusterError as error:
        return error


def _first(errors: BaseExceptionGroup[ClusterError]) -> ClusterError:
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, ClusterError)
    return found
