"""Deployments: `kubectl get deployments -o wide` (printers.go, printDeployment, v1.37), and how the rollout stands.

The status follows `kubectl rollout status` (kubectl/pkg/polymorphichelpers/rollout_status.go) and the conditions of
the deployment controller (pkg/controller/deployment/util).
"""

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


class Strategy(msgspec.Struct, gc=False):
    type: str | None = None


class Spec(msgspec.Struct, gc=False):
    replicas: Whole | None = None
    paused: bool | None = None
    selector: Selector | None = None
    template: Template | None = None
    strategy: Strategy | None = None


class Status(msgspec.Struct, gc=False):
    observed: Whole | None = msgspec.field(default=None, name="observedGeneration")
    replicas: Whole | None = None
    updated: Whole | None = msgspec.field(default=None, name="updatedReplicas")
    ready: Whole | None = msgspec.field(default=None, name="readyReplicas")
    available: Whole | None = msgspec.field(default=None, name="availableReplicas")
    conditions: list[Condition] | None = None


class Deployment(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("ready", ColumnType.TEXT, "Ready"),
    Column("up_to_date", ColumnType.INTEGER, "Up to date"),
    Column("available", ColumnType.INTEGER, "Available"),
    Column("desired", ColumnType.INTEGER, "Desired", detail=True),
    *templates.COLUMNS,
    Column("selector", ColumnType.TEXT, "Selector", wide=True),
    Column("strategy", ColumnType.TEXT, "Strategy", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(deployment: Deployment) -> Row:
    spec, status = deployment.spec or Spec(), deployment.status or Status()
    return {
        **base(deployment.metadata),
        **standing.cells(_standing(deployment.metadata, spec, status)),
        "ready": f"{status.ready or 0}/{spec.replicas or 0}",
        "up_to_date": status.updated or 0,
        "available": status.available or 0,
        "desired": spec.replicas or 0,
        **templates.cells(spec.template),
        "selector": written(spec.selector),
        "strategy": (spec.strategy.type if spec.strategy is not None else None) or "",
        "owner": controller(deployment.metadata),
        "labels": as_json(deployment.metadata.labels or {}),
    }


def _standing(meta: Meta, spec: Spec, status: Status) -> Standing:
    desired, updated, available = spec.replicas or 0, status.updated or 0, status.available or 0
    found = status.conditions
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if (stalled := having(found, "Progressing", "False")) is not None:
        return Standing(ERROR, "Stalled", stalled)
    if (refused := having(found, "ReplicaFailure")) is not None:
        return Standing(ERROR, "ReplicaFailure", refused)
    if spec.paused:
        return Standing(WARN, "Paused", having(found, "Progressing", "Unknown"))
    progress = having(found, "Progressing")
    if (meta.generation or 0) > (status.observed or 0) or updated < desired or (status.replicas or 0) > updated:
        return Standing(PROGRESSING, "Progressing", progress)
    if available >= desired:
        return Standing(OK, "Available") if desired else Standing(DONE, "ScaledDown")
    if progress is not None and progress.reason != "NewReplicaSetAvailable":
        return Standing(PROGRESSING, "Progressing", progress)
    # The rollout was complete once, so its pods fell away since; below its least, it is no longer available.
    missing = having(found, "Available", "False")
    return Standing(WARN, "Degraded") if missing is None else Standing(ERROR, "Unavailable", missing)


DEPLOYMENT_KIND = KindSpec(
    Resource("apps", "v1", "deployments"),
    "Deployment",
    "Deployments",
    True,
    COLUMNS,
    Deployment,
    project,
    searched=("name", "namespace", "status", "images"),
    aggregates={
        "available": "sum(health = 'ok')",
        "progressing": "sum(health = 'progressing')",
        "problems": "sum(health = 'error')",
    },
)
