"""Disruption budgets: `kubectl get pdb -o wide` (printers.go, printPodDisruptionBudget, v1.37), and what they block."""

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
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.catalog.standing import Standing
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Spec(msgspec.Struct, gc=False):
    """Both bounds are a number or a percentage."""

    least: str | Whole | None = msgspec.field(default=None, name="minAvailable")
    most: str | Whole | None = msgspec.field(default=None, name="maxUnavailable")
    selector: Selector | None = None


class Status(msgspec.Struct, gc=False):
    allowed: Whole | None = msgspec.field(default=None, name="disruptionsAllowed")
    healthy: Whole | None = msgspec.field(default=None, name="currentHealthy")
    needed: Whole | None = msgspec.field(default=None, name="desiredHealthy")
    expected: Whole | None = msgspec.field(default=None, name="expectedPods")
    conditions: list[Condition] | None = None


class Budget(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("min_available", ColumnType.TEXT, "Min available"),
    Column("max_unavailable", ColumnType.TEXT, "Max unavailable"),
    Column("allowed", ColumnType.INTEGER, "Allowed disruptions", indexed=True),
    Column("healthy", ColumnType.INTEGER, "Healthy"),
    Column("needed", ColumnType.INTEGER, "Needed"),
    Column("expected", ColumnType.INTEGER, "Expected", detail=True),
    Column("selector", ColumnType.TEXT, "Selector", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(budget: Budget) -> Row:
    spec, status = budget.spec or Spec(), budget.status or Status()
    return {
        **base(budget.metadata),
        **standing.cells(_standing(budget.metadata, status)),
        "min_available": "" if spec.least is None else str(spec.least),
        "max_unavailable": "" if spec.most is None else str(spec.most),
        "allowed": status.allowed or 0,
        "healthy": status.healthy or 0,
        "needed": status.needed or 0,
        "expected": status.expected or 0,
        "selector": written(spec.selector),
        "owner": controller(budget.metadata),
        "labels": as_json(budget.metadata.labels or {}),
    }


def _standing(meta: Meta, status: Status) -> Standing:
    """Policy/v1 types.go, DisruptionAllowedCondition: SyncFailed, InsufficientPods or SufficientPods."""
    refused = having(status.conditions, "DisruptionAllowed", "False")
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if refused is not None and refused.reason == "SyncFailed":
        return Standing(ERROR, "SyncFailed", refused)
    if not status.expected:
        return Standing(UNKNOWN, "NoPods")
    if (status.healthy or 0) < (status.needed or 0):
        return Standing(ERROR, "Unhealthy", refused)
    return Standing(OK, "Allowed") if status.allowed else Standing(WARN, "Blocked", refused)


BUDGET_KIND = KindSpec(
    Resource("policy", "v1", "poddisruptionbudgets"),
    "PodDisruptionBudget",
    "Disruption budgets",
    True,
    COLUMNS,
    Budget,
    project,
    searched=("name", "namespace", "status"),
    aggregates={"blocked": "sum(status = 'Blocked')", "problems": "sum(health = 'error')"},
)
