"""Namespaces: name, status and age."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, OK, PROGRESSING, UNKNOWN, Decoded, KindSpec, as_json, base
from quarterdeck.model.kinds import NAMESPACES, Column, ColumnType
from quarterdeck.stores.protocol import Row


class Status(msgspec.Struct, gc=False):
    phase: str | None = None


class Namespace(Decoded, gc=False):
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("status", ColumnType.TEXT, "Status", indexed=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(namespace: Namespace) -> Row:
    phase = (namespace.status.phase if namespace.status is not None else None) or ""
    return {
        **base(namespace.metadata),
        "health": {"Active": OK, "Terminating": PROGRESSING}.get(phase, UNKNOWN),
        "status": phase,
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
