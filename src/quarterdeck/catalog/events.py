"""Events: the columns of `kubectl get events -o wide` (printers.go, printEvent, v1.37), newest first."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.event_pattern import mark_of
from quarterdeck.catalog.kinds import BASE, OK, WARN, Decoded, KindSpec, Whole, base
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import EVENTS, Column, ColumnType
from quarterdeck.stores.protocol import Row


class Reference(msgspec.Struct, gc=False):
    api: str | None = msgspec.field(default=None, name="apiVersion")
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None
    field: str | None = msgspec.field(default=None, name="fieldPath")


class Source(msgspec.Struct, gc=False):
    component: str | None = None
    host: str | None = None


class Series(msgspec.Struct, gc=False):
    count: Whole | None = None
    last: str | None = msgspec.field(default=None, name="lastObservedTime")


class Event(Decoded, gc=False):
    involved: Reference | None = msgspec.field(default=None, name="involvedObject")
    reason: str | None = None
    message: str | None = None
    source: Source | None = None
    first: str | None = msgspec.field(default=None, name="firstTimestamp")
    last: str | None = msgspec.field(default=None, name="lastTimestamp")
    at: str | None = msgspec.field(default=None, name="eventTime")
    count: Whole | None = None
    type: str | None = None
    series: Series | None = None
    controller: str | None = msgspec.field(default=None, name="reportingComponent")
    instance: str | None = msgspec.field(default=None, name="reportingInstance")


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("last_seen", ColumnType.TIME, "Last seen", indexed=True),
    Column("type", ColumnType.TEXT, "Type"),
    Column("reason", ColumnType.TEXT, "Reason", indexed=True),
    Column("object", ColumnType.TEXT, "Object"),
    Column("message", ColumnType.TEXT, "Message"),
    Column("count", ColumnType.INTEGER, "Count"),
    Column("source", ColumnType.TEXT, "Source"),
    Column("first_seen", ColumnType.TIME, "First seen", detail=True),
    Column("subobject", ColumnType.TEXT, "Subobject", detail=True),
    Column("object_uid", ColumnType.TEXT, "Object UID", indexed=True, detail=True),
    Column("object_api", ColumnType.TEXT, "Object API version", detail=True),
    Column("object_kind", ColumnType.TEXT, "Object kind", detail=True),
    Column("object_namespace", ColumnType.TEXT, "Object namespace", detail=True),
    Column("object_name", ColumnType.TEXT, "Object name", detail=True),
    Column("alike", ColumnType.TEXT, "Alike", detail=True),
)


def project(event: Event) -> Row:
    object_, source = event.involved or Reference(), event.source or Source()
    created = seconds(event.metadata.created)
    first = seconds(event.first) or seconds(event.at)
    last = seconds(event.last) or first
    count = event.count or 1
    if event.series is not None:
        last = seconds(event.series.last)
        count = event.series.count or 0
    kind = (object_.kind or "").lower()
    who, where = source.component or event.controller or "", source.host or event.instance or ""
    return {
        **base(event.metadata),
        "health": WARN if event.type == "Warning" else OK,
        "last_seen": last or created or 0,
        "type": event.type or "",
        "reason": event.reason or "",
        "object": f"{kind}/{object_.name}" if object_.name else kind,
        "message": (event.message or "").strip(),
        "count": count,
        "source": f"{who}, {where}" if where else who,
        "first_seen": first or created or 0,
        "subobject": object_.field or "",
        "object_uid": object_.uid or "",
        "object_api": object_.api or "",
        "object_kind": object_.kind or "",
        "object_namespace": object_.namespace or "",
        "object_name": object_.name or "",
        "alike": mark_of(
            (event.type or "", event.reason or "", object_.kind or "", object_.namespace or "", object_.name or "",
             object_.uid or ""), event.message or "",
        ),
    }  # fmt: skip


EVENT_KIND = KindSpec(
    EVENTS,
    "Event",
    "Events",
    True,
    COLUMNS,
    Event,
    project,
    searched=("object", "namespace", "reason", "message"),
    default_sort=("-last_seen",),
)
