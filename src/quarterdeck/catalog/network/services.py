"""Services: the columns of `kubectl get services -o wide` (printers.go, printService, v1.37).

A load balancer that has no address warns, since nothing from outside reaches it. A service without a selector is
healthy: somebody else writes its endpoints, as the API server does for `kubernetes`.
"""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, OK, WARN, Decoded, KindSpec, Whole, as_json, base, controller
from quarterdeck.catalog.selectors import pairs
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

SERVICES = Resource("", "v1", "services")
PENDING = "<pending>"
"""kubectl's word for an address that a load balancer has yet to give."""


class Port(msgspec.Struct, gc=False):
    name: str | None = None
    port: Whole | None = None
    node_port: Whole | None = msgspec.field(default=None, name="nodePort")
    target: Whole | str | None = msgspec.field(default=None, name="targetPort")
    protocol: str | None = None


class Spec(msgspec.Struct, gc=False):
    type: str | None = None
    cluster_ip: str | None = msgspec.field(default=None, name="clusterIP")
    cluster_ips: list[str] | None = msgspec.field(default=None, name="clusterIPs")
    external_ips: list[str] | None = msgspec.field(default=None, name="externalIPs")
    external_name: str | None = msgspec.field(default=None, name="externalName")
    ports: list[Port] | None = None
    selector: dict[str, str] | None = None
    affinity: str | None = msgspec.field(default=None, name="sessionAffinity")
    policy: str | None = msgspec.field(default=None, name="externalTrafficPolicy")


class Ingress(msgspec.Struct, gc=False):
    ip: str | None = None
    hostname: str | None = None


class LoadBalancer(msgspec.Struct, gc=False):
    ingress: list[Ingress] | None = None

    @property
    def addresses(self) -> list[str]:
        """Each once, in order (loadBalancerStatusStringer)."""
        return sorted({i.ip or i.hostname or "" for i in self.ingress or ()} - {""})


class Status(msgspec.Struct, gc=False):
    load_balancer: LoadBalancer | None = msgspec.field(default=None, name="loadBalancer")


class Service(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("type", ColumnType.TEXT, "Type", indexed=True),
    Column("cluster_ip", ColumnType.TEXT, "Cluster IP"),
    Column("external_ip", ColumnType.TEXT, "External IP"),
    Column("ports", ColumnType.TEXT, "Ports"),
    Column("selector", ColumnType.TEXT, "Selector"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("cluster_ips", ColumnType.TEXT, "Cluster IPs", detail=True),
    Column("session_affinity", ColumnType.TEXT, "Session affinity", detail=True),
    Column("traffic_policy", ColumnType.TEXT, "External traffic policy", detail=True),
    Column("port_list", ColumnType.JSON, "Port list", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(service: Service) -> Row:
    spec, status = service.spec or Spec(), service.status or Status()
    ips = spec.cluster_ips or ([spec.cluster_ip] if spec.cluster_ip else [])
    external = _external(spec, status.load_balancer or LoadBalancer())
    return {
        **base(service.metadata),
        "health": WARN if external == PENDING else OK,
        "type": spec.type or "",
        "cluster_ip": ips[0] if ips else "",
        "external_ip": external,
        "ports": ",".join(_port(p) for p in spec.ports or ()),
        "selector": pairs(spec.selector),
        "message": _message(spec, external),
        "cluster_ips": ",".join(ips),
        "session_affinity": spec.affinity or "",
        "traffic_policy": spec.policy or "",
        "port_list": as_json([_listed(p) for p in spec.ports or ()]),
        "owner": controller(service.metadata),
        "labels": as_json(service.metadata.labels or {}),
    }


def _external(spec: Spec, balancer: LoadBalancer) -> str:
    """getServiceExternalIP; empty where kubectl writes <none>."""
    if spec.type == "ExternalName":
        return spec.external_name or ""
    own = spec.external_ips or []
    if spec.type == "LoadBalancer":
        return ",".join([*balancer.addresses, *own]) or PENDING
    return ",".join(own)


def _port(port: Port) -> str:
    node = f":{port.node_port}" if port.node_port is not None and port.node_port > 0 else ""
    return f"{port.port or 0}{node}/{port.protocol or ''}"


def _listed(port: Port) -> dict[str, str | int]:
    target = port.target if port.target is not None else port.port or 0
    return {"name": port.name or "", "port": _port(port), "target": target}


def _message(spec: Spec, external: str) -> str:
    if external == PENDING:
        return "no load balancer has given it an address yet"
    if not spec.selector and spec.type != "ExternalName":
        return "no selector: its endpoints are written by someone else"
    return ""


SERVICE_KIND = KindSpec(
    SERVICES,
    "Service",
    "Services",
    True,
    COLUMNS,
    Service,
    project,
    searched=("name", "namespace", "type", "cluster_ip", "external_ip"),
    aggregates={
        "load_balancers": "sum(type = 'LoadBalancer')",
        "pending": "sum(external_ip = '<pending>')",
        "problems": "sum(health = 'warn')",
    },
)
