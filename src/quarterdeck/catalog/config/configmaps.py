"""Config maps: the columns of `kubectl get configmaps -o wide` (printers.go, printConfigMap, v1.37).

They are listed as the server prints them: what they hold, up to a megabyte each, stays where it is."""

from __future__ import annotations

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, KindSpec, as_json, base, controller
from quarterdeck.catalog.printed_rows import PrintedRow, cell, under
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("data", ColumnType.INTEGER, "Data"),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(row: PrintedRow) -> Row:
    return {
        **base(row.metadata),
        **standing.cells(unless_deleted(row.metadata, Standing(OK, "Active"))),
        "data": cell(under(row, "Data"), ColumnType.INTEGER),
        "owner": controller(row.metadata),
        "labels": as_json(row.metadata.labels or {}),
    }


CONFIGMAP_KIND = KindSpec(
    Resource("", "v1", "configmaps"),
    "ConfigMap",
    "Config maps",
    True,
    COLUMNS,
    PrintedRow,
    project,
    searched=("name", "namespace"),
)
