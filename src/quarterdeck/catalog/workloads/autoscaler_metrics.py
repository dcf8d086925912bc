"""An autoscaler's metrics and targets as kubectl words them (printers.go, formatHPAMetrics, v1.37)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from quarterdeck.catalog.kinds import Whole

Amount = str | int | float | None
_SHOWN = 2
_UNKNOWN = "<unknown>"


class Value(msgspec.Struct, gc=False):
    """A MetricTarget or a MetricValueStatus. Quantities are as the server writes them, which is their one form."""

    value: Amount = None
    average: Amount = msgspec.field(default=None, name="averageValue")
    utilization: Whole | None = msgspec.field(default=None, name="averageUtilization")


class Metric(msgspec.Struct, gc=False):
    """A source or its status: which of the two decides whether there is a `target` or a `current`."""

    name: str | None = None
    target: Value | None = None
    current: Value | None = None


class Metrics(msgspec.Struct, gc=False):
    """A MetricSpec or a MetricStatus."""

    type: str | None = None
    external: Metric | None = None
    pods: Metric | None = None
    object: Metric | None = None
    resource: Metric | None = None
    container: Metric | None = msgspec.field(default=None, name="containerResource")


def worded(wanted: Sequence[Metrics], found: Sequence[Metrics]) -> str:
    """`cpu: 45%/80%, 3/10 (avg) + 1 more...`; empty for none."""
    parts = [_one(m, found[i] if i < len(found) else Metrics()) for i, m in enumerate(wanted)]
    text = ", ".join(parts[:_SHOWN])
    return f"{text} + {len(parts) - _SHOWN} more..." if len(parts) > _SHOWN else text


def _one(wanted: Metrics, found: Metrics) -> str:
    match wanted.type:
        case "External":
            return _value_or_average(wanted.external, found.external)
        case "Object":
            return _value_or_average(wanted.object, found.object)
        case "Pods":
            return f"{_average(found.pods)}/{_amount(_target(wanted.pods).average)}"
        case "Resource":
            return _utilization(wanted.resource, found.resource)
        case "ContainerResource":
            return _utilization(wanted.container, found.container)
        case _:
            return "<unknown type>"


def _target(metric: Metric | None) -> Value:
    return (metric.target if metric is not None else None) or Value()


def _current(metric: Metric | None) -> Value:
    return (metric.current if metric is not None else None) or Value()


def _amount(amount: Amount) -> str:
    return "<nil>" if amount is None else str(amount)


def _average(found: Metric | None) -> str:
    return _UNKNOWN if found is None else _amount(_current(found).average)


def _value_or_average(wanted: Metric | None, found: Metric | None) -> str:
    target, current = _target(wanted), _current(found)
    if target.average is not None:
        return f"{_UNKNOWN if current.average is None else current.average}/{target.average} (avg)"
    return f"{_UNKNOWN if found is None else _amount(current.value)}/{_amount(target.value)}"


def _utilization(wanted: Metric | None, found: Metric | None) -> str:
    name, target, current = (wanted.name if wanted is not None else None) or "", _target(wanted), _current(found)
    if target.average is not None:
        return f"{name}: {_average(found)}/{target.average}"
    now = _UNKNOWN if current.utilization is None else f"{current.utilization}%"
    aim = "<auto>" if target.utilization is None else f"{target.utilization}%"
    return f"{name}: {now}/{aim}"
