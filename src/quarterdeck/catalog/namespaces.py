"""Namespaces: name, status and age, and what keeps one that should go."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, OK, PROGRESSING, UNKNOWN, Decoded, KindSpec, as_json, base
from quarterdeck.model.kinds import NAMESPACES, Column, ColumnType
from quarterdeck.stores.protocol import Row


class Condition(msgspec.Struct, gc=False):
    type: str = ""
    status: str = ""
    message: str | None = None


class Status(msgspec.Struct, gc=False):
    phase: str | None = None
    conditions: list[Condition] | None = None


class Namespace(Decoded, gc=False):
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("status", ColumnType.TEXT, "Status", indexed=True),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(namespace: Namespace) -> Row:
    status = namespace.status or Status()
    phase = status.phase or ""
    # Every condition of a namespace speaks of what is wrong (core/v1 types.go, NamespaceConditionType).
    wrong = [c.message for c in status.conditions or () if c.status == "True" and c.message]
    return {
        **base(namespace.metadata),
        "health": {"Active": OK, "Terminating": PROGRESSING}.get(phase, UNKNOWN),
        "status": phase,
        "message": "; ".join(wrong),
        "labels": as_json(namespace.metadata.labels or {}),
    }


NAMESPACE_KIND = KindSpec(
    NAMESPACES,
    "Namespace",
    "Namespaces",
    False,
    COLUMNS,
    Namespace,
    project,
    searched=("name", "status"),
    default_sort=("name",),
)
