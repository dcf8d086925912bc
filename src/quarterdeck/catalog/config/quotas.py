"""Resource quotas: the columns of `kubectl get resourcequotas -o wide` (printers.go, printResourceQuota, v1.37), and
what of one is fullest: that is what refuses the next pod."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition
from quarterdeck.catalog.kinds import BASE, ERROR, OK, UNKNOWN, WARN, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.quantity import quantity
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

Amounts = dict[str, str | int | float]
_LIMITS = "limits."
_NEARLY = 90.0
"""Percent from which on it is worth a look."""
_MOST_PERCENT = 1e6


class Match(msgspec.Struct, gc=False):
    scope: str | None = msgspec.field(default=None, name="scopeName")
    operator: str | None = None
    values: list[str] | None = None


class Scopes(msgspec.Struct, gc=False):
    matches: list[Match] | None = msgspec.field(default=None, name="matchExpressions")


class Spec(msgspec.Struct, gc=False):
    hard: Amounts | None = None
    scopes: list[str] | None = None
    selector: Scopes | None = msgspec.field(default=None, name="scopeSelector")


class Status(msgspec.Struct, gc=False):
    hard: Amounts | None = None
    used: Amounts | None = None


class ResourceQuota(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


class Line(msgspec.Struct, gc=False):
    """One resource of a quota. `percent` None: none at all may be used, and none is."""

    name: str
    used: str
    hard: str
    percent: float | None

    @property
    def text(self) -> str:
        return f"{self.name}: {self.used}/{self.hard}"


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("fullest", ColumnType.TEXT, "Fullest"),
    Column("fullest_percent", ColumnType.REAL, "Used", unit="percent"),
    Column("requests", ColumnType.TEXT, "Request"),
    Column("limits", ColumnType.TEXT, "Limit"),
    Column("scopes", ColumnType.TEXT, "Scopes", detail=True),
    Column("amounts", ColumnType.JSON, "Amounts", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(quota: ResourceQuota) -> Row:
    spec, status = quota.spec or Spec(), quota.status or Status()
    lines = [_line(name, status) for name in sorted(status.hard or ())]
    fullest = max((one for one in lines if one.percent is not None), key=_percent, default=None)
    return {
        **base(quota.metadata),
        **standing.cells(unless_deleted(quota.metadata, _standing(spec, lines, fullest))),
        "fullest": fullest.text if fullest is not None else "",
        "fullest_percent": _percent(fullest) if fullest is not None else None,
        "requests": _joined(one for one in lines if not one.name.startswith(_LIMITS)),
        "limits": _joined(one for one in lines if one.name.startswith(_LIMITS)),
        "scopes": ",".join([*(spec.scopes or ()), *_matches(spec.selector)]),
        "amounts": as_json([msgspec.to_builtins(one) for one in lines]),
        "owner": controller(quota.metadata),
        "labels": as_json(quota.metadata.labels or {}),
    }


def _line(name: str, status: Status) -> Line:
    """What is not counted yet is printed as 0."""
    used, hard = (status.used or {}).get(name, "0"), (status.hard or {})[name]
    amount, most = quantity(used), quantity(hard)
    percent = 100 * amount / most if most > 0 else _MOST_PERCENT if amount > 0 else None
    return Line(name, str(used), str(hard), percent if percent is None else round(min(percent, _MOST_PERCENT), 1))


def _percent(line: Line) -> float:
    return line.percent or 0.0


def _joined(lines: Iterable[Line]) -> str:
    return ", ".join(one.text for one in lines)


def _matches(selector: Scopes | None) -> list[str]:
    found = selector.matches if selector is not None else None
    return [f"{m.scope or ''} {m.operator or ''} {','.join(m.values or ())}".strip() for m in found or ()]


def _standing(spec: Spec, lines: list[Line], fullest: Line | None) -> Standing:
    if spec.hard and not lines:
        why = "No controller has counted what is used, so nothing is refused by it yet."
        return Standing(UNKNOWN, "NotCounted", Condition(reason="NotCounted", message=why))
    percent = _percent(fullest) if fullest is not None else 0.0
    if fullest is None or percent < _NEARLY:
        return Standing(OK, "Active")
    text = f"{fullest.name} is at {fullest.used} of {fullest.hard}"
    if percent > 100:
        why = Condition(reason="Exceeded", message=f"{text}: it was lowered below what is used.")
        return Standing(ERROR, "Exceeded", why)
    if percent >= 100:
        return Standing(WARN, "Full", Condition(reason="Full", message=f"{text}: what asks for more is refused."))
    return Standing(WARN, "NearlyFull", Condition(reason="NearlyFull", message=f"{text}."))


RESOURCEQUOTA_KIND = KindSpec(
    Resource("", "v1", "resourcequotas"),
    "ResourceQuota",
    "Resource quotas",
    True,
    COLUMNS,
    ResourceQuota,
    project,
    searched=("name", "namespace", "status", "fullest"),
    aggregates={"full": "sum(fullest_percent >= 100)", "problems": "sum(health IN ('error', 'warn'))"},
)
