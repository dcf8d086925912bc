"""Endpoint slices: the columns of `kubectl get endpointslices -o wide` (printers.go, printEndpointSlice, v1.37), and
how many endpoints are ready. Endpoints that terminate are no worry: they leave in any rollout."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, ERROR, OK, WARN, Decoded, KindSpec, Whole, as_json, base, controller
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

ENDPOINTSLICES = Resource("discovery.k8s.io", "v1", "endpointslices")
_SERVICE = "kubernetes.io/service-name"
_MOST = 3
"""As many ports and addresses as kubectl writes out."""


class Port(msgspec.Struct, gc=False):
    name: str | None = None
    port: Whole | None = None


class Conditions(msgspec.Struct, gc=False):
    ready: bool | None = None
    terminating: bool | None = None


class Endpoint(msgspec.Struct, gc=False):
    addresses: list[str] | None = None
    conditions: Conditions | None = None

    @property
    def ready(self) -> bool:
        """Not said is ready (discovery/v1, EndpointConditions)."""
        return self.conditions is None or self.conditions.ready is not False

    @property
    def terminating(self) -> bool:
        return self.conditions is not None and bool(self.conditions.terminating)


class EndpointSlice(Decoded, gc=False):
    kind_of_address: str | None = msgspec.field(default=None, name="addressType")
    ports: list[Port] | None = None
    endpoints: list[Endpoint] | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("address_type", ColumnType.TEXT, "Address type"),
    Column("ports", ColumnType.TEXT, "Ports"),
    Column("endpoints", ColumnType.TEXT, "Endpoints"),
    Column("ready", ColumnType.TEXT, "Ready"),
    Column("service", ColumnType.TEXT, "Service", indexed=True),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("ready_count", ColumnType.INTEGER, "Ready endpoints", detail=True),
    Column("terminating_count", ColumnType.INTEGER, "Terminating endpoints", detail=True),
    Column("endpoint_count", ColumnType.INTEGER, "All endpoints", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(piece: EndpointSlice) -> Row:
    endpoints = piece.endpoints or []
    staying = [e for e in endpoints if not e.terminating]
    ready = sum(e.ready for e in staying)
    labels = piece.metadata.labels or {}
    return {
        **base(piece.metadata),
        "health": _health(ready, len(staying)),
        "address_type": piece.kind_of_address or "",
        "ports": _cut([_port(p) for p in piece.ports or ()]),
        "endpoints": _cut([address for e in endpoints for address in e.addresses or ()]),
        "ready": f"{ready}/{len(staying)}",
        "service": labels.get(_SERVICE, ""),
        "message": _message(ready, len(staying)),
        "ready_count": ready,
        "terminating_count": len(endpoints) - len(staying),
        "endpoint_count": len(endpoints),
        "owner": controller(piece.metadata),
        "labels": as_json(labels),
    }


def _port(port: Port) -> str:
    return str(port.port) if port.port is not None else "*" if port.name is None else port.name


def _cut(texts: list[str]) -> str:
    """listWithMoreString; empty where kubectl writes <unset>."""
    shown = ",".join(texts[:_MOST])
    return f"{shown} + {len(texts) - _MOST} more..." if len(texts) > _MOST else shown


def _health(ready: int, staying: int) -> str:
    """None at all may be meant: a workload scaled to nothing."""
    if ready == staying:
        return OK
    return WARN if ready else ERROR


def _message(ready: int, staying: int) -> str:
    if not staying:
        return "no endpoints"
    return "" if ready == staying else f"{staying - ready} of {staying} endpoints are not ready"


ENDPOINTSLICE_KIND = KindSpec(
    ENDPOINTSLICES,
    "EndpointSlice",
    "Endpoint slices",
    True,
    COLUMNS,
    EndpointSlice,
    project,
    searched=("name", "namespace", "service", "endpoints"),
    aggregates={"ready": "sum(ready_count)", "problems": "sum(health = 'error')"},
)
