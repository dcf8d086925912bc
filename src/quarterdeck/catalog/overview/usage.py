"""What nodes use, as metrics.k8s.io says: asked anew every half minute, for it cannot be watched."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, Decoded, KindSpec, base
from quarterdeck.catalog.quantity import quantity
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

NODE_METRICS = Resource("metrics.k8s.io", "v1beta1", "nodes")


class NodeMetrics(Decoded, gc=False):
    at: str | None = msgspec.field(default=None, name="timestamp")
    window: str | None = None
    usage: dict[str, str | int | float] | None = None


COLUMNS = (
    *BASE,
    Column("cpu", ColumnType.REAL, "CPU", unit="cores"),
    Column("memory", ColumnType.INTEGER, "Memory", unit="bytes"),
    Column("measured", ColumnType.TIME, "Measured"),
    Column("window", ColumnType.TEXT, "Window"),
)


def project(found: NodeMetrics) -> Row:
    usage = found.usage or {}
    return {
        **base(found.metadata),
        "cpu": quantity(usage.get("cpu")),
        "memory": int(quantity(usage.get("memory"))),
        "measured": seconds(found.at),
        "window": found.window or "",
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
