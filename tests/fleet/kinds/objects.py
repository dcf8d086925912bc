"""Puts objects on a real API server in any state: created first, then their status set through its subresource."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.model.kinds import Resource
from testbed.admin import MERGE_PATCH
from testbed.cluster import Cluster

Json = dict[str, Any]


def _nothing() -> Json:
    return {}


@dataclass(frozen=True, eq=False)
class Made:
    """One object: `spec` and more fields as they are sent, `status` as it shall be afterwards, `deleted` for one that
    is asked to go and kept by a finalizer."""

    name: str
    spec: Json | None = None
    status: Json | None = None
    meta: Json = field(default_factory=_nothing)
    more: Json = field(default_factory=_nothing)
    deleted: bool = False


FINALIZER = "quarterdeck.test/kept"


async def create(
    cluster: Cluster, resource: Resource, kind: str, objects: Sequence[Made], *, namespace: str = ""
) -> None:
    """Raises ApiError where the server refuses one, so that no state is judged that cannot exist."""
    version = f"{resource.group}/{resource.version}" if resource.group else resource.version
    where = f"/namespaces/{namespace}" if namespace else ""
    path = f"{resource.api_prefix}{where}/{resource.resource}"
    async with cluster.connect(limit=1) as connection:
        for made in objects:
            meta = {"name": made.name, **made.meta, **({"finalizers": [FINALIZER]} if made.deleted else {})}
            body: Json = {"apiVersion": version, "kind": kind, "metadata": meta, **made.more}
            if made.spec is not None:
                body["spec"] = made.spec
            created: Mapping[str, Any] = await connection.must("POST", path, body)
            if made.status is not None:
                await connection.must("PUT", f"{path}/{made.name}/status", {**created, "status": made.status})
            if made.deleted:
                await connection.must("DELETE", f"{path}/{made.name}", query={"gracePeriodSeconds": "0"})


@asynccontextmanager
async def created(
    cluster: Cluster, kind: KindSpec[Any], objects: Sequence[Made], within: str = ""
) -> AsyncGenerator[str]:
    """The namespace they are in, "" for those of the whole cluster: these go again afterwards, also the kept ones.
    `within` names the namespace, which can be used once."""
    if kind.namespaced:
        async with cluster.namespace(within or f"judged-{kind.resource.resource}") as namespace:
            await create(cluster, kind.resource, kind.kind, objects, namespace=namespace)
            yield namespace
        return
    try:
        await create(cluster, kind.resource, kind.kind, objects)
        yield ""
    finally:
        await remove(cluster, kind.resource, objects)


async def remove(cluster: Cluster, resource: Resource, objects: Sequence[Made]) -> None:
    async with cluster.connect(limit=1) as connection:
        for made in objects:
            path = f"{resource.api_prefix}/{resource.resource}/{made.name}"
            answer = await connection.request("GET", path)
            if answer.status == 404:
                continue
            if FINALIZER in (kept := answer.body["metadata"].get("finalizers", ())):
                others = {"metadata": {"finalizers": [one for one in kept if one != FINALIZER]}}
                await connection.must("PATCH", path, others, content_type=MERGE_PATCH)
            if not made.deleted:
                await connection.must("DELETE", path)
