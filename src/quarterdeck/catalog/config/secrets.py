"""Secrets: the columns of `kubectl get secrets -o wide` (printers.go, printSecret, v1.37), and what one is for.

They are listed as the server prints them, so that no value leaves it; annotations, which may repeat values, are not
decoded. What one is for is told by its type and, of Helm's, by its labels (helm/pkg/storage/driver/secrets.go)."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, KindSpec, as_json, base, controller
from quarterdeck.catalog.printed_rows import PrintedRow, cell, under
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

_HELM = "helm.sh/release.v1"
_PURPOSES = {
    "kubernetes.io/tls": "TLS certificate",
    "kubernetes.io/dockerconfigjson": "image pulls",
    "kubernetes.io/dockercfg": "image pulls",
    "kubernetes.io/service-account-token": "service account token",
    "kubernetes.io/basic-auth": "user name and password",
    "kubernetes.io/ssh-auth": "SSH key",
    "bootstrap.kubernetes.io/token": "joining nodes",
}
"""By type (core/v1 types.go, SecretType)."""

COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("type", ColumnType.TEXT, "Type", indexed=True),
    Column("data", ColumnType.INTEGER, "Data"),
    Column("purpose", ColumnType.TEXT, "For"),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(row: PrintedRow) -> Row:
    kind = str(cell(under(row, "Type"), ColumnType.TEXT) or "")
    labels = row.metadata.labels or {}
    return {
        **base(row.metadata),
        **standing.cells(unless_deleted(row.metadata, Standing(OK, "Active"))),
        "type": kind,
        "data": cell(under(row, "Data"), ColumnType.INTEGER),
        "purpose": _release(labels) if kind == _HELM else _PURPOSES.get(kind, ""),
        "owner": controller(row.metadata),
        "labels": as_json(labels),
    }


def _release(labels: Mapping[str, str]) -> str:
    """`Helm release web, revision 3 (deployed)`."""
    name, revision, status = labels.get("name", ""), labels.get("version", ""), labels.get("status", "")
    which = f"Helm release {name}".rstrip() + (f", revision {revision}" if revision else "")
    return f"{which} ({status})" if status else which


SECRET_KIND = KindSpec(
    Resource("", "v1", "secrets"),
    "Secret",
    "Secrets",
    True,
    COLUMNS,
    PrintedRow,
    project,
    searched=("name", "namespace", "type", "purpose"),
)
