"""The events of one object, newest first, those that say the same as one (as `kubectl describe` counts a series)."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.model.objects import ObjectEvent
from quarterdeck.stores.protocol import Row, Value

CELLS = ("type", "reason", "message", "source", "subobject", "count", "first_seen", "last_seen")
"""Of the rows of events (catalog.events), in this order."""


def grouped(rows: Iterable[tuple[Value, ...]]) -> list[ObjectEvent]:
    """Of the values of CELLS."""
    found: dict[tuple[str, ...], ObjectEvent] = {}
    for row in rows:
        event = _event(row)
        key = (event.type, event.reason, event.message, event.source, event.subobject)
        before = found.get(key)
        found[key] = event if before is None else _both(before, event)
    return sorted(found.values(), key=lambda event: (-event.last_seen, -event.first_seen, event.reason))


def cells_of(row: Row) -> tuple[Value, ...]:
    return tuple(row[name] for name in CELLS)


def _event(row: tuple[Value, ...]) -> ObjectEvent:
    kind, reason, message, source, subobject, count, first, last = row
    return ObjectEvent(
        str(kind or ""),
        str(reason or ""),
        str(message or ""),
        str(source or ""),
        str(subobject or ""),
        int(count or 0),
        int(first or 0),
        int(last or 0),
    )


def _both(one: ObjectEvent, other: ObjectEvent) -> ObjectEvent:
    return ObjectEvent(
        one.type,
        one.reason,
        one.message,
        one.source,
        one.subobject,
        one.count + other.count,
        min(one.first_seen, other.first_seen),
        max(one.last_seen, other.last_seen),
    )
