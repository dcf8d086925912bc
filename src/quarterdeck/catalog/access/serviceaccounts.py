"""Service accounts: the columns of `kubectl get serviceaccounts -o wide` (printers.go, printServiceAccount), and what
their pods are given. Servers of v1.37 print no count of secrets any more; older ones do."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Reference(msgspec.Struct, gc=False):
    name: str | None = None


class ServiceAccount(Decoded, gc=False):
    secrets: list[Reference] | None = None
    pull_secrets: list[Reference] | None = msgspec.field(default=None, name="imagePullSecrets")
    automount: bool | None = msgspec.field(default=None, name="automountServiceAccountToken")


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("secrets", ColumnType.INTEGER, "Secrets"),
    Column("pull_secrets", ColumnType.TEXT, "Image pull secrets"),
    Column("automount", ColumnType.TEXT, "Automount"),
    Column("secret_names", ColumnType.TEXT, "Secret names", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(account: ServiceAccount) -> Row:
    return {
        **base(account.metadata),
        **standing.cells(unless_deleted(account.metadata, Standing(OK, "Active"))),
        "secrets": len(account.secrets or ()),
        "pull_secrets": _names(account.pull_secrets),
        # Where nothing is said, pods are given the token (core/v1 types.go, AutomountServiceAccountToken).
        "automount": "false" if account.automount is False else "true",
        "secret_names": _names(account.secrets),
        "owner": controller(account.metadata),
        "labels": as_json(account.metadata.labels or {}),
    }


def _names(references: list[Reference] | None) -> str:
    return ",".join(r.name for r in references or () if r.name)


SERVICEACCOUNT_KIND = KindSpec(
    Resource("", "v1", "serviceaccounts"),
    "ServiceAccount",
    "Service accounts",
    True,
    COLUMNS,
    ServiceAccount,
    project,
    searched=("name", "namespace", "pull_secrets"),
)
