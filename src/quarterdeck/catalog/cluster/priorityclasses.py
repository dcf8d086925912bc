"""Priority classes: the columns of `kubectl get priorityclasses -o wide` (printers.go, printPriorityClass, v1.37)."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, Decoded, KindSpec, Whole, as_json, base, controller
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class PriorityClass(Decoded, gc=False):
    value: Whole | None = None
    default: bool | None = msgspec.field(default=None, name="globalDefault")
    policy: str | None = msgspec.field(default=None, name="preemptionPolicy")
    description: str | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("value", ColumnType.INTEGER, "Value", indexed=True),
    Column("global_default", ColumnType.TEXT, "Global default"),
    Column("preemption_policy", ColumnType.TEXT, "Preemption policy"),
    Column("description", ColumnType.TEXT, "Description", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: PriorityClass) -> Row:
    return {
        **base(found.metadata),
        **standing.cells(unless_deleted(found.metadata, Standing(OK, "Active"))),
        "value": found.value or 0,
        "global_default": "true" if found.default else "false",
        "preemption_policy": found.policy or "",
        "description": found.description or "",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


PRIORITYCLASS_KIND = KindSpec(
    Resource("scheduling.k8s.io", "v1", "priorityclasses"),
    "PriorityClass",
    "Priority classes",
    False,
    COLUMNS,
    PriorityClass,
    project,
    searched=("name", "description"),
    default_sort=("-value", "name"),
)
