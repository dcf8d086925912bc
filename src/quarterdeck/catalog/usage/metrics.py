"""What pods and nodes use, as metrics.k8s.io says: asked anew every half minute, for it cannot be watched."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from quarterdeck.catalog.kinds import BASE, Cells, Decoded, KindSpec, Meta, as_json, base
from quarterdeck.catalog.quantity import quantity
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

POD_METRICS = Resource("metrics.k8s.io", "v1beta1", "pods")
NODE_METRICS = Resource("metrics.k8s.io", "v1beta1", "nodes")
_MOST_BYTES = 2.0**53
Amounts = dict[str, str | int | float]


class NodeMetrics(Decoded, gc=False):
    at: str | None = msgspec.field(default=None, name="timestamp")
    window: str | None = None
    usage: Amounts | None = None


class Container(msgspec.Struct, gc=False):
    name: str | None = None
    usage: Amounts | None = None


class PodMetrics(Decoded, gc=False):
    at: str | None = msgspec.field(default=None, name="timestamp")
    window: str | None = None
    containers: list[Container] | None = None


COLUMNS = (
    *BASE,
    Column("cpu", ColumnType.REAL, "CPU", unit="cores"),
    Column("memory", ColumnType.INTEGER, "Memory", unit="bytes"),
    Column("measured", ColumnType.TIME, "Measured"),
    Column("window", ColumnType.TEXT, "Window"),
)
POD_COLUMNS = (*COLUMNS, Column("containers", ColumnType.JSON, "Containers", detail=True))


def project(found: NodeMetrics) -> Row:
    return {
        **_named(found.metadata),
        **_sums([found.usage or {}]),
        "measured": seconds(found.at),
        "window": found.window or "",
    }


def project_pod(found: PodMetrics) -> Row:
    containers = found.containers or []
    return {
        **_named(found.metadata),
        **_sums(c.usage or {} for c in containers),
        "measured": seconds(found.at),
        "window": found.window or "",
        "containers": as_json([{"name": c.name or "", **_sums([c.usage or {}])} for c in containers]),
    }


def _named(meta: Meta) -> Cells:
    """What is measured has no uid of its own."""
    return {**base(meta), "uid": meta.uid or f"measured {meta.namespace or ''}/{meta.name}"}


def _sums(usages: Iterable[Amounts]) -> Cells:
    every = list(usages)
    memory = sum(quantity(usage.get("memory")) for usage in every)
    return {
        "cpu": sum(quantity(usage.get("cpu")) for usage in every),
        "memory": int(max(-_MOST_BYTES, min(_MOST_BYTES, memory))),
    }


NODE_METRICS_KIND = KindSpec(
    NODE_METRICS,
    "NodeMetrics",
    "Node metrics",
    False,
    COLUMNS,
    NodeMetrics,
    project,
    searched=("name",),
    default_sort=("name",),
)
POD_METRICS_KIND = KindSpec(
    POD_METRICS,
    "PodMetrics",
    "Pod metrics",
    True,
    POD_COLUMNS,
    PodMetrics,
    project_pod,
    searched=("name", "namespace"),
)
