"""StatefulSets: `kubectl get statefulsets -o wide` (printers.go, printStatefulSet, v1.37), and how the update stands.

The status follows `kubectl rollout status` (kubectl/pkg/polymorphichelpers/rollout_status.go): a partition holds its
ordinals back, and OnDelete waits for somebody to delete the pods.
"""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import (
    BASE,
    DONE,
    OK,
    PROGRESSING,
    WARN,
    Decoded,
    KindSpec,
    Meta,
    Whole,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.catalog.standing import Standing
from quarterdeck.catalog.workloads import templates
from quarterdeck.catalog.workloads.templates import Template
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Rolling(msgspec.Struct, gc=False):
    partition: Whole | None = None


class Strategy(msgspec.Struct, gc=False):
    type: str | None = None
    rolling: Rolling | None = msgspec.field(default=None, name="rollingUpdate")


class Spec(msgspec.Struct, gc=False):
    replicas: Whole | None = None
    selector: Selector | None = None
    template: Template | None = None
    service: str | None = msgspec.field(default=None, name="serviceName")
    strategy: Strategy | None = msgspec.field(default=None, name="updateStrategy")


class Status(msgspec.Struct, gc=False):
    observed: Whole | None = msgspec.field(default=None, name="observedGeneration")
    replicas: Whole | None = None
    ready: Whole | None = msgspec.field(default=None, name="readyReplicas")
    updated: Whole | None = msgspec.field(default=None, name="updatedReplicas")
    available: Whole | None = msgspec.field(default=None, name="availableReplicas")
    current_revision: str | None = msgspec.field(default=None, name="currentRevision")
    update_revision: str | None = msgspec.field(default=None, name="updateRevision")


class StatefulSet(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("ready", ColumnType.TEXT, "Ready"),
    Column("up_to_date", ColumnType.INTEGER, "Up to date"),
    Column("available", ColumnType.INTEGER, "Available", detail=True),
    Column("desired", ColumnType.INTEGER, "Desired", detail=True),
    *templates.COLUMNS,
    Column("selector", ColumnType.TEXT, "Selector", detail=True),
    Column("service", ColumnType.TEXT, "Service", detail=True),
    Column("strategy", ColumnType.TEXT, "Strategy", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: StatefulSet) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    return {
        **base(found.metadata),
        **standing.cells(_standing(found.metadata, spec, status)),
        "ready": f"{status.ready or 0}/{spec.replicas or 0}",
        "up_to_date": status.updated or 0,
        "available": status.available or 0,
        "desired": spec.replicas or 0,
        **templates.cells(spec.template),
        "selector": written(spec.selector),
        "service": spec.service or "",
        "strategy": (spec.strategy.type if spec.strategy is not None else None) or "",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _standing(meta: Meta, spec: Spec, status: Status) -> Standing:
    desired, ready, updated = spec.replicas or 0, status.ready or 0, status.updated or 0
    strategy = spec.strategy or Strategy()
    held = (strategy.rolling.partition if strategy.rolling is not None else None) or 0
    differs = status.update_revision != status.current_revision
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if (meta.generation or 0) > (status.observed or 0) or ready < desired or (status.replicas or 0) > desired:
        return Standing(PROGRESSING, "Progressing")
    if strategy.type == "OnDelete":
        return Standing(WARN, "Outdated") if differs and updated < desired else _whole(desired)
    if held:
        return Standing(PROGRESSING, "Updating") if updated < desired - held else _partial(desired, differs)
    return Standing(PROGRESSING, "Updating") if differs else _whole(desired)


def _partial(desired: int, differs: bool) -> Standing:
    return Standing(OK, "PartlyUpdated") if differs else _whole(desired)


def _whole(desired: int) -> Standing:
    return Standing(OK, "Ready") if desired else Standing(DONE, "ScaledDown")


STATEFULSET_KIND = KindSpec(
    Resource("apps", "v1", "statefulsets"),
    "StatefulSet",
    "Stateful sets",
    True,
    COLUMNS,
    StatefulSet,
    project,
    searched=("name", "namespace", "status", "images"),
    aggregates={"progressing": "sum(health = 'progressing')", "problems": "sum(health = 'error')"},
)
