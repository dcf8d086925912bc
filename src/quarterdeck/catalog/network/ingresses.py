"""Ingresses and their classes: the columns of `kubectl get -o wide` (printers.go, printIngress and printIngressClass,
v1.37), and where each rule leads."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, OK, WARN, Decoded, KindSpec, Meta, Whole, as_json, base, controller
from quarterdeck.catalog.network.services import LoadBalancer
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

INGRESSES = Resource("networking.k8s.io", "v1", "ingresses")
INGRESSCLASSES = Resource("networking.k8s.io", "v1", "ingressclasses")
_MOST_HOSTS = 3


class PortOfService(msgspec.Struct, gc=False):
    name: str | None = None
    number: Whole | None = None


class ServiceBackend(msgspec.Struct, gc=False):
    name: str | None = None
    port: PortOfService | None = None


class ResourceBackend(msgspec.Struct, gc=False):
    kind: str | None = None
    name: str | None = None


class Backend(msgspec.Struct, gc=False):
    service: ServiceBackend | None = None
    resource: ResourceBackend | None = None

    @property
    def text(self) -> str:
        """`web:80`, or `StorageBucket/icons`."""
        if self.service is not None:
            port = self.service.port or PortOfService()
            return f"{self.service.name or ''}:{port.name or port.number or ''}"
        return f"{self.resource.kind or ''}/{self.resource.name or ''}" if self.resource is not None else ""


class Path(msgspec.Struct, gc=False):
    path: str | None = None
    backend: Backend | None = None


class Http(msgspec.Struct, gc=False):
    paths: list[Path] | None = None


class Rule(msgspec.Struct, gc=False):
    host: str | None = None
    http: Http | None = None


class Tls(msgspec.Struct, gc=False):
    hosts: list[str] | None = None
    secret: str | None = msgspec.field(default=None, name="secretName")


class Spec(msgspec.Struct, gc=False):
    class_name: str | None = msgspec.field(default=None, name="ingressClassName")
    default: Backend | None = msgspec.field(default=None, name="defaultBackend")
    rules: list[Rule] | None = None
    tls: list[Tls] | None = None


class Status(msgspec.Struct, gc=False):
    load_balancer: LoadBalancer | None = msgspec.field(default=None, name="loadBalancer")


class Ingress(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("class", ColumnType.TEXT, "Class", indexed=True),
    Column("hosts", ColumnType.TEXT, "Hosts"),
    Column("address", ColumnType.TEXT, "Address"),
    Column("ports", ColumnType.TEXT, "Ports"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("default_backend", ColumnType.TEXT, "Default backend", detail=True),
    Column("rules", ColumnType.JSON, "Rules", detail=True),
    Column("tls", ColumnType.JSON, "TLS", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(ingress: Ingress) -> Row:
    spec, status = ingress.spec or Spec(), ingress.status or Status()
    address = ",".join((status.load_balancer or LoadBalancer()).addresses)
    return {
        **base(ingress.metadata),
        "health": OK if address else WARN,
        "class": spec.class_name or "",
        "hosts": _hosts(spec.rules or []),
        "address": address,
        "ports": "80, 443" if spec.tls else "80",
        "message": "" if address else "no ingress controller has given it an address yet",
        "default_backend": spec.default.text if spec.default is not None else "",
        "rules": as_json([_rule(r, p) for r in spec.rules or () for p in (r.http or Http()).paths or ()]),
        "tls": as_json([{"secret": t.secret or "", "hosts": t.hosts or []} for t in spec.tls or ()]),
        "owner": controller(ingress.metadata),
        "labels": as_json(ingress.metadata.labels or {}),
    }


def _hosts(rules: list[Rule]) -> str:
    """formatHosts: three at most, rules without a host left out; what is more is counted in rules."""
    hosts: list[str] = []
    more = False
    for rule in rules:
        more = more or len(hosts) == _MOST_HOSTS
        if not more and rule.host:
            hosts.append(rule.host)
    shown = ",".join(hosts) or "*"
    return f"{shown} + {len(rules) - _MOST_HOSTS} more..." if more else shown


def _rule(rule: Rule, path: Path) -> dict[str, str]:
    return {
        "host": rule.host or "*",
        "path": path.path or "/",
        "backend": path.backend.text if path.backend is not None else "",
    }


INGRESS_KIND = KindSpec(
    INGRESSES,
    "Ingress",
    "Ingresses",
    True,
    COLUMNS,
    Ingress,
    project,
    searched=("name", "namespace", "hosts", "address"),
    aggregates={"pending": "sum(address = '')", "problems": "sum(health = 'error')"},
)


class Annotations(msgspec.Struct, gc=False):
    default: str | None = msgspec.field(default=None, name="ingressclass.kubernetes.io/is-default-class")


class ClassMeta(Meta, gc=False):
    annotations: Annotations | None = None


class Parameters(msgspec.Struct, gc=False):
    group: str | None = msgspec.field(default=None, name="apiGroup")
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None


class ClassSpec(msgspec.Struct, gc=False):
    controller: str | None = None
    parameters: Parameters | None = None


class IngressClass(Decoded, gc=False):
    metadata: ClassMeta  # pyright: ignore[reportIncompatibleVariableOverride] # only read
    spec: ClassSpec | None = None


CLASS_COLUMNS = (
    *BASE,
    Column("is_default", ColumnType.TEXT, "Default"),
    Column("controller", ColumnType.TEXT, "Controller"),
    Column("parameters", ColumnType.TEXT, "Parameters"),
    Column("parameters_namespace", ColumnType.TEXT, "Parameters namespace", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project_class(found: IngressClass) -> Row:
    spec = found.spec or ClassSpec()
    annotations = found.metadata.annotations or Annotations()
    return {
        **base(found.metadata),
        "is_default": "true" if annotations.default == "true" else "",
        "controller": spec.controller or "",
        "parameters": _parameters(spec.parameters),
        "parameters_namespace": (spec.parameters.namespace or "") if spec.parameters is not None else "",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _parameters(found: Parameters | None) -> str:
    if found is None:
        return ""
    group = f".{found.group}" if found.group is not None else ""
    return f"{found.kind or ''}{group}/{found.name or ''}"


INGRESSCLASS_KIND = KindSpec(
    INGRESSCLASSES,
    "IngressClass",
    "Ingress classes",
    False,
    CLASS_COLUMNS,
    IngressClass,
    project_class,
    searched=("name", "controller"),
    default_sort=("name",),
)
