"""DaemonSets: `kubectl get daemonsets -o wide` (printers.go, printDaemonSet, v1.37), and how the rollout stands.

The status follows `kubectl rollout status` (kubectl/pkg/polymorphichelpers/rollout_status.go).
"""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import (
    BASE,
    DONE,
    ERROR,
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
from quarterdeck.catalog.selectors import Selector, pairs, written
from quarterdeck.catalog.standing import Standing
from quarterdeck.catalog.workloads import templates
from quarterdeck.catalog.workloads.deployments import Strategy
from quarterdeck.catalog.workloads.templates import PodSpec, Template
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Spec(msgspec.Struct, gc=False):
    selector: Selector | None = None
    template: Template | None = None
    strategy: Strategy | None = msgspec.field(default=None, name="updateStrategy")


class Status(msgspec.Struct, gc=False):
    observed: Whole | None = msgspec.field(default=None, name="observedGeneration")
    desired: Whole | None = msgspec.field(default=None, name="desiredNumberScheduled")
    current: Whole | None = msgspec.field(default=None, name="currentNumberScheduled")
    misplaced: Whole | None = msgspec.field(default=None, name="numberMisscheduled")
    ready: Whole | None = msgspec.field(default=None, name="numberReady")
    updated: Whole | None = msgspec.field(default=None, name="updatedNumberScheduled")
    available: Whole | None = msgspec.field(default=None, name="numberAvailable")


class DaemonSet(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("desired", ColumnType.INTEGER, "Desired", indexed=True),
    Column("current", ColumnType.INTEGER, "Current"),
    Column("ready", ColumnType.INTEGER, "Ready"),
    Column("up_to_date", ColumnType.INTEGER, "Up to date"),
    Column("available", ColumnType.INTEGER, "Available"),
    Column("node_selector", ColumnType.TEXT, "Node selector"),
    Column("misplaced", ColumnType.INTEGER, "On nodes where none belongs", detail=True),
    *templates.COLUMNS,
    Column("selector", ColumnType.TEXT, "Selector", wide=True),
    Column("strategy", ColumnType.TEXT, "Strategy", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: DaemonSet) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    pods = (spec.template.spec if spec.template is not None else None) or PodSpec()
    return {
        **base(found.metadata),
        **standing.cells(_standing(found.metadata, spec, status)),
        "desired": status.desired or 0,
        "current": status.current or 0,
        "ready": status.ready or 0,
        "up_to_date": status.updated or 0,
        "available": status.available or 0,
        "node_selector": pairs(pods.node_selector),
        "misplaced": status.misplaced or 0,
        **templates.cells(spec.template),
        "selector": written(spec.selector),
        "strategy": (spec.strategy.type if spec.strategy is not None else None) or "",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _standing(meta: Meta, spec: Spec, status: Status) -> Standing:
    desired, updated, available = status.desired or 0, status.updated or 0, status.available or 0
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if (meta.generation or 0) > (status.observed or 0) or (status.current or 0) < desired:
        return Standing(PROGRESSING, "Progressing")
    if available < desired:
        # While an update runs, pods are missing by its plan.
        if updated < desired and (spec.strategy is None or spec.strategy.type != "OnDelete"):
            return Standing(PROGRESSING, "Progressing")
        return Standing(WARN, "Degraded") if available else Standing(ERROR, "Unavailable")
    if updated < desired:
        on_delete = spec.strategy is not None and spec.strategy.type == "OnDelete"
        return Standing(WARN, "Outdated") if on_delete else Standing(PROGRESSING, "Progressing")
    if status.misplaced:
        return Standing(WARN, "Misscheduled")
    return Standing(OK, "Available") if desired else Standing(DONE, "NoNodes")


DAEMONSET_KIND = KindSpec(
    Resource("apps", "v1", "daemonsets"),
    "DaemonSet",
    "Daemon sets",
    True,
    COLUMNS,
    DaemonSet,
    project,
    searched=("name", "namespace", "status", "images"),
    aggregates={"progressing": "sum(health = 'progressing')", "problems": "sum(health = 'error')"},
)
