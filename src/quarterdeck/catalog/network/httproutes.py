"""HTTP routes of the Gateway API: the printer columns of its CRD (v1), where they lead, and which gateway refused."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.conditions import Condition, broken, holds
from quarterdeck.catalog.kinds import (
    BASE,
    ERROR,
    OK,
    PROGRESSING,
    Decoded,
    KindSpec,
    Whole,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.network.gateways import GROUP, PENDING
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

HTTPROUTES = Resource(GROUP, "v1", "httproutes")
_CONDITIONS = ("Accepted", "ResolvedRefs")


class Parent(msgspec.Struct, gc=False):
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    section: str | None = msgspec.field(default=None, name="sectionName")

    @property
    def text(self) -> str:
        """`edge`, `infra/edge`, `edge#https`; with its kind if it is no Gateway."""
        kind = f"{self.kind}/" if self.kind and self.kind != "Gateway" else ""
        namespace = f"{self.namespace}/" if self.namespace else ""
        return f"{kind}{namespace}{self.name or ''}" + (f"#{self.section}" if self.section else "")


class Backend(msgspec.Struct, gc=False):
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    port: Whole | None = None
    weight: Whole | None = None


class Rule(msgspec.Struct, gc=False):
    backends: list[Backend] | None = msgspec.field(default=None, name="backendRefs")


class Spec(msgspec.Struct, gc=False):
    hostnames: list[str] | None = None
    parents: list[Parent] | None = msgspec.field(default=None, name="parentRefs")
    rules: list[Rule] | None = None


class ParentStatus(msgspec.Struct, gc=False):
    parent: Parent | None = msgspec.field(default=None, name="parentRef")
    conditions: list[Condition] | None = None


class Status(msgspec.Struct, gc=False):
    parents: list[ParentStatus] | None = None


class HttpRoute(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("hostnames", ColumnType.TEXT, "Hostnames"),
    Column("parents", ColumnType.TEXT, "Parents"),
    Column("accepted", ColumnType.TEXT, "Accepted"),
    Column("backends", ColumnType.TEXT, "Backends"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("rules", ColumnType.INTEGER, "Rules", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(route: HttpRoute) -> Row:
    spec, status = route.spec or Spec(), route.status or Status()
    answered = status.parents or []
    accepted = sum(holds(p.conditions, "Accepted") for p in answered)
    wrong = [(p, c) for p in answered for c in broken(p.conditions, _CONDITIONS)]
    backends = [_backend(b) for rule in spec.rules or () for b in rule.backends or ()]
    return {
        **base(route.metadata),
        "health": _health([c for _, c in wrong], accepted, len(spec.parents or ())),
        "hostnames": ",".join(spec.hostnames or ()),
        "parents": ",".join(p.text for p in spec.parents or ()),
        "accepted": f"{accepted}/{len(spec.parents or ())}",
        "backends": ",".join(dict.fromkeys(backends)),
        "message": "; ".join(f"{(p.parent or Parent()).text}: {c.why}" for p, c in wrong),
        "rules": len(spec.rules or ()),
        "owner": controller(route.metadata),
        "labels": as_json(route.metadata.labels or {}),
    }


def _health(wrong: list[Condition], accepted: int, wanted: int) -> str:
    if any(c.reason != PENDING for c in wrong):
        return ERROR
    return OK if accepted >= wanted else PROGRESSING


def _backend(backend: Backend) -> str:
    kind = f"{backend.kind}/" if backend.kind and backend.kind != "Service" else ""
    namespace = f"{backend.namespace}/" if backend.namespace else ""
    return f"{kind}{namespace}{backend.name or ''}" + (f":{backend.port}" if backend.port is not None else "")


HTTPROUTE_KIND = KindSpec(
    HTTPROUTES,
    "HTTPRoute",
    "HTTP routes",
    True,
    COLUMNS,
    HttpRoute,
    project,
    searched=("name", "namespace", "hostnames", "backends"),
    aggregates={"problems": "sum(health = 'error')"},
)
