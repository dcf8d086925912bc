"""Autoscalers: `kubectl get hpa -o wide` (printers.go, printHorizontalPodAutoscaler, v1.37), and what holds them back.

The conditions are those of autoscaling/v2 (types.go, HorizontalPodAutoscalerConditionType).
"""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition, having
from quarterdeck.catalog.kinds import (
    BASE,
    ERROR,
    OK,
    PROGRESSING,
    UNKNOWN,
    WARN,
    Decoded,
    KindSpec,
    Meta,
    Whole,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.standing import Standing
from quarterdeck.catalog.times import seconds
from quarterdeck.catalog.workloads.autoscaler_metrics import Metrics, worded
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Target(msgspec.Struct, gc=False):
    kind: str | None = None
    name: str | None = None


class Spec(msgspec.Struct, gc=False):
    target: Target | None = msgspec.field(default=None, name="scaleTargetRef")
    least: Whole | None = msgspec.field(default=None, name="minReplicas")
    most: Whole | None = msgspec.field(default=None, name="maxReplicas")
    metrics: list[Metrics] | None = None


class Status(msgspec.Struct, gc=False):
    current: Whole | None = msgspec.field(default=None, name="currentReplicas")
    desired: Whole | None = msgspec.field(default=None, name="desiredReplicas")
    last_scale: str | None = msgspec.field(default=None, name="lastScaleTime")
    metrics: list[Metrics] | None = msgspec.field(default=None, name="currentMetrics")
    conditions: list[Condition] | None = None


class Autoscaler(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("reference", ColumnType.TEXT, "Reference"),
    Column("targets", ColumnType.TEXT, "Targets"),
    Column("min_pods", ColumnType.INTEGER, "Min pods"),
    Column("max_pods", ColumnType.INTEGER, "Max pods"),
    Column("replicas", ColumnType.INTEGER, "Replicas", indexed=True),
    Column("desired", ColumnType.INTEGER, "Desired", detail=True),
    Column("last_scale", ColumnType.TIME, "Last scaled"),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(scaler: Autoscaler) -> Row:
    spec, status = scaler.spec or Spec(), scaler.status or Status()
    target = spec.target or Target()
    return {
        **base(scaler.metadata),
        **standing.cells(_standing(scaler.metadata, status)),
        "reference": f"{target.kind or ''}/{target.name or ''}",
        "targets": worded(spec.metrics or (), status.metrics or ()),
        "min_pods": spec.least,
        "max_pods": spec.most or 0,
        "replicas": status.current or 0,
        "desired": status.desired or 0,
        "last_scale": seconds(status.last_scale),
        "owner": controller(scaler.metadata),
        "labels": as_json(scaler.metadata.labels or {}),
    }


def _standing(meta: Meta, status: Status) -> Standing:
    found = status.conditions
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if not found:
        return Standing(UNKNOWN, "Unknown")
    if (unable := having(found, "AbleToScale", "False")) is not None:
        # A back-off is the autoscaler's own patience, no failure.
        return Standing(PROGRESSING if unable.reason == "BackoffBoth" else ERROR, "UnableToScale", unable)
    if (inactive := having(found, "ScalingActive", "False")) is not None:
        disabled = inactive.reason == "ScalingDisabled"
        return Standing(WARN, "Disabled", inactive) if disabled else Standing(ERROR, "NoMetrics", inactive)
    limited = having(found, "ScalingLimited")
    if limited is not None and limited.reason == "TooManyReplicas":
        return Standing(WARN, "AtMaximum", limited)
    if (status.desired or 0) != (status.current or 0):
        return Standing(PROGRESSING, "Scaling")
    if limited is not None and limited.reason == "TooFewReplicas":
        return Standing(OK, "AtMinimum", limited)
    return Standing(OK, "Active")


AUTOSCALER_KIND = KindSpec(
    Resource("autoscaling", "v2", "horizontalpodautoscalers"),
    "HorizontalPodAutoscaler",
    "Autoscalers",
    True,
    COLUMNS,
    Autoscaler,
    project,
    searched=("name", "namespace", "reference", "status", "reason"),
    aggregates={"at_maximum": "sum(status = 'AtMaximum')", "problems": "sum(health = 'error')"},
)
