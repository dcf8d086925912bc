"""What a server serves: aggregated (KEP-3352) in two requests, else group by group as servers before 1.26 need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

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
_AT_ONCE = 8
"""Requests of the old way in flight; such a server has some thirty group versions."""

Fetch = Callable[[str, str], Awaitable[bytes]]
"""Path and Accept to the body of a 200; raises ClusterError."""


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


async def discover(fetch: Fetch) -> Discovery:
    """Subresources are left out. Raises what `fetch` raises for `/api` and `/apis`; a group that fails is stale."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_caught(fetch(root, ACCEPT))) for root in ("/api", "/apis")]
    bodies: list[bytes] = []
    for task in tasks:
        answer = task.result()
        if isinstance(answer, ClusterError):
            raise answer
        bodies.append(answer)
    resources: list[ApiResource] = []
    stale: list[str] = []
    old: list[tuple[str, str]] = []
    for body in bodies:
        head = msgspec.json.decode(body, type=_OldAnswer)
        if head.kind == "APIGroupDiscoveryList":
            _read_aggregated(msgspec.json.decode(body, type=_Aggregated), resources, stale)
        else:
            old += [("", version) for version in head.versions or ()]
            old += [(entry.name, found.version) for entry in head.groups or () for found in entry.versions or ()]
    if old:
        await _read_old(fetch, old, resources, stale)
    return Discovery(tuple(resources), tuple(dict.fromkeys(stale)), aggregated=not old)


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
            answer = await _caught(fetch(Resource(group, version, "").api_prefix, "application/json"))
        if isinstance(answer, ServerError | ForbiddenError):
            return None  # its API service is down or hidden; the other groups stand
        if isinstance(answer, ClusterError):
            raise answer
        try:
            found = msgspec.json.decode(answer, type=_OldResources).resources or ()
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


async def _caught(work: Awaitable[bytes]) -> bytes | ClusterError:
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
