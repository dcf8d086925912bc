"""API services: the columns of `kubectl get apiservices -o wide` (kube-aggregator registry/apiservice/etcd/etcd.go,
ConvertToTable, v1.37), and why one is not available."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.cluster.callouts import Service, bundled, expiry
from quarterdeck.catalog.conditions import Condition, condition
from quarterdeck.catalog.kinds import BASE, ERROR, OK, UNKNOWN, Decoded, KindSpec, Whole, as_json, base, controller
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

LOCAL = "Local"
"""kubectl's word for a group that the API server answers itself."""


class Spec(msgspec.Struct, gc=False):
    service: Service | None = None
    group: str | None = None
    version: str | None = None
    insecure: bool | None = msgspec.field(default=None, name="insecureSkipTLSVerify")
    bundle: str | None = msgspec.field(default=None, name="caBundle")
    group_priority: Whole | None = msgspec.field(default=None, name="groupPriorityMinimum")
    version_priority: Whole | None = msgspec.field(default=None, name="versionPriority")


class Status(msgspec.Struct, gc=False):
    conditions: list[Condition] | None = None


class APIService(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("service", ColumnType.TEXT, "Service", indexed=True),
    Column("group", ColumnType.TEXT, "Group"),
    Column("version", ColumnType.TEXT, "Version"),
    Column("group_priority", ColumnType.INTEGER, "Group priority", wide=True),
    Column("version_priority", ColumnType.INTEGER, "Version priority", wide=True),
    Column("available", ColumnType.TEXT, "Available", detail=True),
    Column("address", ColumnType.TEXT, "Address", detail=True),
    Column("ca_bundle", ColumnType.TEXT, "CA bundle", detail=True),
    Column("ca_expires", ColumnType.TIME, "CA bundle ends", detail=True),
    Column("insecure", ColumnType.TEXT, "Certificate unchecked", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: APIService) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    available = condition(status.conditions, "Available")
    local = spec.service is None
    return {
        **base(found.metadata),
        **standing.cells(unless_deleted(found.metadata, _standing(available))),
        "service": spec.service.named if spec.service is not None else LOCAL,
        "group": spec.group or "",
        "version": spec.version or "",
        "group_priority": spec.group_priority or 0,
        "version_priority": spec.version_priority or 0,
        "available": _printed(available),
        "address": spec.service.address if spec.service is not None else "",
        "ca_bundle": "" if local else "yes" if bundled(spec.bundle) else "no",
        "ca_expires": expiry(spec.bundle),
        "insecure": "true" if spec.insecure else "",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _standing(available: Condition | None) -> Standing:
    match available.status if available is not None else None:
        case "True":
            return Standing(OK, "Available", available)
        case "False":
            return Standing(ERROR, "Unavailable", available)
        case _:
            return Standing(UNKNOWN, "Unknown", available)


def _printed(available: Condition | None) -> str:
    if available is None:
        return "Unknown"
    return (
        available.status
        if available.status == "True" or not available.reason
        else (f"{available.status} ({available.reason})")
    )


APISERVICE_KIND = KindSpec(
    Resource("apiregistration.k8s.io", "v1", "apiservices"),
    "APIService",
    "API services",
    False,
    COLUMNS,
    APIService,
    project,
    searched=("name", "service", "status", "reason"),
    default_sort=("name",),
    aggregates={"remote": "sum(service != 'Local')", "problems": "sum(health = 'error')"},
)
