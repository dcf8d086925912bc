"""Gateways and their classes: the printer columns of the Gateway API's CRDs (v1), listeners, and why one is not
programmed."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.conditions import Condition, broken, condition, holds
from quarterdeck.catalog.kinds import (
    BASE,
    ERROR,
    OK,
    PROGRESSING,
    UNKNOWN,
    Decoded,
    KindSpec,
    Whole,
    as_json,
    base,
    controller,
)
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

GROUP = "gateway.networking.k8s.io"
GATEWAYS = Resource(GROUP, "v1", "gateways")
GATEWAYCLASSES = Resource(GROUP, "v1", "gatewayclasses")
PENDING = "Pending"
"""The reason of a condition that the CRD itself writes as its default, until a controller takes the object up."""


class Listener(msgspec.Struct, gc=False):
    name: str | None = None
    protocol: str | None = None
    port: Whole | None = None
    hostname: str | None = None


class Spec(msgspec.Struct, gc=False):
    class_name: str | None = msgspec.field(default=None, name="gatewayClassName")
    listeners: list[Listener] | None = None


class Address(msgspec.Struct, gc=False):
    value: str | None = None


class ListenerStatus(msgspec.Struct, gc=False):
    name: str | None = None
    routes: Whole | None = msgspec.field(default=None, name="attachedRoutes")
    conditions: list[Condition] | None = None


class Status(msgspec.Struct, gc=False):
    addresses: list[Address] | None = None
    conditions: list[Condition] | None = None
    listeners: list[ListenerStatus] | None = None


class Gateway(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("class", ColumnType.TEXT, "Class", indexed=True),
    Column("address", ColumnType.TEXT, "Address"),
    Column("programmed", ColumnType.TEXT, "Programmed"),
    Column("listeners", ColumnType.TEXT, "Listeners"),
    Column("routes", ColumnType.INTEGER, "Routes"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("addresses", ColumnType.TEXT, "Addresses", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(gateway: Gateway) -> Row:
    spec, status = gateway.spec or Spec(), gateway.status or Status()
    programmed = condition(status.conditions, "Programmed")
    addresses = [a.value for a in status.addresses or () if a.value]
    wrong = broken(status.conditions, ("Accepted", "Programmed"))
    for listener in status.listeners or ():
        wrong += broken(listener.conditions, ("Accepted", "Programmed", "ResolvedRefs"))
    return {
        **base(gateway.metadata),
        "health": _health(wrong, holds(status.conditions, "Programmed")),
        "class": spec.class_name or "",
        # kubectl writes the first of the addresses that a JSONPath finds, and no more.
        "address": addresses[0] if addresses else "",
        "programmed": programmed.status if programmed is not None else "",
        "listeners": ",".join(_listener(one) for one in spec.listeners or ()),
        "routes": min(sum(max(one.routes or 0, 0) for one in status.listeners or ()), 2**53),
        "message": "; ".join(dict.fromkeys(c.why for c in wrong if c.why)),
        "addresses": ",".join(addresses),
        "owner": controller(gateway.metadata),
        "labels": as_json(gateway.metadata.labels or {}),
    }


def _health(wrong: list[Condition], programmed: bool) -> str:
    if any(c.reason != PENDING for c in wrong):
        return ERROR
    return OK if programmed and not wrong else PROGRESSING


def _listener(listener: Listener) -> str:
    host = f"{listener.hostname}:" if listener.hostname else ""
    return f"{host}{listener.port or 0}/{listener.protocol or ''}"


GATEWAY_KIND = KindSpec(
    GATEWAYS,
    "Gateway",
    "Gateways",
    True,
    COLUMNS,
    Gateway,
    project,
    searched=("name", "namespace", "class", "address"),
    aggregates={"problems": "sum(health = 'error')"},
)


class ClassSpec(msgspec.Struct, gc=False):
    controller: str | None = msgspec.field(default=None, name="controllerName")
    description: str | None = None


class ClassStatus(msgspec.Struct, gc=False):
    conditions: list[Condition] | None = None


class GatewayClass(Decoded, gc=False):
    spec: ClassSpec | None = None
    status: ClassStatus | None = None


CLASS_COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("controller", ColumnType.TEXT, "Controller"),
    Column("accepted", ColumnType.TEXT, "Accepted"),
    Column("description", ColumnType.TEXT, "Description"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project_class(found: GatewayClass) -> Row:
    spec, status = found.spec or ClassSpec(), found.status or ClassStatus()
    accepted = condition(status.conditions, "Accepted")
    return {
        **base(found.metadata),
        "health": _class_health(accepted),
        "controller": spec.controller or "",
        "accepted": accepted.status if accepted is not None else "",
        "description": spec.description or "",
        "message": accepted.why if accepted is not None and accepted.status != "True" else "",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _class_health(accepted: Condition | None) -> str:
    """Unknown until its controller has looked at it, and it may never."""
    if accepted is None or accepted.status not in ("True", "False"):
        return UNKNOWN
    return OK if accepted.status == "True" else ERROR


GATEWAYCLASS_KIND = KindSpec(
    GATEWAYCLASSES,
    "GatewayClass",
    "Gateway classes",
    False,
    CLASS_COLUMNS,
    GatewayClass,
    project_class,
    searched=("name", "controller"),
    default_sort=("name",),
    aggregates={"problems": "sum(health = 'error')"},
)
