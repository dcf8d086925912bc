"""What pods and nodes use, as columns beside their own; worked out of the measured rows when they are read."""

from __future__ import annotations

from quarterdeck.catalog.kinds import Derived
from quarterdeck.catalog.usage.metrics import NODE_METRICS, POD_METRICS
from quarterdeck.model.kinds import Column, ColumnType, Resource

_MEASURED = "LEFT JOIN {of} AS m ON m.namespace = t.namespace AND m.name = t.name"
"""Of the object of the same name; NULL where it is not measured (yet)."""


def _percent(column: str, of: str) -> str:
    """NULL where there is nothing to be a part of: no request, no limit."""
    return f"round(100.0 * m.{column} / nullif(t.{of}, 0), 1)"


def _usage(of: Resource, **percents: tuple[str, str, str]) -> Derived:
    """`percents` by column: its title, what is used, and the column of the object that is all of it."""
    columns = (
        Column("cpu_usage", ColumnType.REAL, "CPU usage", unit="cores"),
        Column("memory_usage", ColumnType.INTEGER, "Memory usage", unit="bytes"),
        *(Column(name, ColumnType.REAL, title, wide=True, unit="percent") for name, (title, _, _) in percents.items()),
        Column("measured", ColumnType.TIME, "Usage measured", detail=True),
    )
    sql = {
        "cpu_usage": "m.cpu",
        "memory_usage": "m.memory",
        **{name: _percent(used, whole) for name, (_, used, whole) in percents.items()},
        "measured": "m.measured",
    }
    return Derived(of, columns, sql, _MEASURED)


POD_USAGE = _usage(
    POD_METRICS,
    cpu_of_request=("CPU of request", "cpu", "cpu_request"),
    cpu_of_limit=("CPU of limit", "cpu", "cpu_limit"),
    memory_of_request=("Memory of request", "memory", "memory_request"),
    memory_of_limit=("Memory of limit", "memory", "memory_limit"),
)
NODE_USAGE = _usage(
    NODE_METRICS,
    cpu_of_allocatable=("CPU of allocatable", "cpu", "cpu"),
    memory_of_allocatable=("Memory of allocatable", "memory", "memory"),
)
