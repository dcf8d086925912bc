"""ReplicaSets and ReplicationControllers, which differ in their selector alone."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition, having
from quarterdeck.catalog.kinds import (
    BASE,
    DONE,
    ERROR,
    OK,
    PROGRESSING,
    Cells,
    Meta,
    Whole,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.owners import OTHER_REPLICASETS
from quarterdeck.catalog.standing import Standing
from quarterdeck.catalog.workloads import templates
from quarterdeck.catalog.workloads.templates import Template
from quarterdeck.model.kinds import Column, ColumnType


class Status(msgspec.Struct, gc=False):
    replicas: Whole | None = None
    ready: Whole | None = msgspec.field(default=None, name="readyReplicas")
    available: Whole | None = msgspec.field(default=None, name="availableReplicas")
    conditions: list[Condition] | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("desired", ColumnType.INTEGER, "Desired", indexed=True),
    Column("current", ColumnType.INTEGER, "Current"),
    Column("ready", ColumnType.INTEGER, "Ready"),
    Column("available", ColumnType.INTEGER, "Available", detail=True),
    *templates.COLUMNS,
    Column("selector", ColumnType.TEXT, "Selector", wide=True),
    Column("owner", ColumnType.TEXT, "Owner", sparse=OTHER_REPLICASETS.sql),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)
AGGREGATES = {"active": "sum(desired > 0)", "problems": "sum(health = 'error')"}


def cells(meta: Meta, desired: int, status: Status, template: Template | None, selector: str) -> Cells:
    """The cells of COLUMNS."""
    return {
        **base(meta),
        **standing.cells(_standing(meta, desired, status)),
        "desired": desired,
        "current": status.replicas or 0,
        "ready": status.ready or 0,
        "available": status.available or 0,
        **templates.cells(template),
        "selector": selector,
        "owner": controller(meta),
        "labels": as_json(meta.labels or {}),
    }


def _standing(meta: Meta, desired: int, status: Status) -> Standing:
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if (refused := having(status.conditions, "ReplicaFailure")) is not None:
        return Standing(ERROR, "ReplicaFailure", refused)
    if (status.ready or 0) < desired or (status.replicas or 0) > desired:
        return Standing(PROGRESSING, "Progressing")
    return Standing(OK, "Ready") if desired else Standing(DONE, "ScaledDown")
