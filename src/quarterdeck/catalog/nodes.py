"""Nodes: the columns of `kubectl get nodes -o wide` (printers.go, printNode, v1.37), pressure and capacity."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, ERROR, OK, UNKNOWN, WARN, Decoded, KindSpec, as_json, base
from quarterdeck.catalog.quantity import quantity
from quarterdeck.catalog.times import seconds
from quarterdeck.catalog.usage.columns import NODE_USAGE
from quarterdeck.model.kinds import NODES, Column, ColumnType
from quarterdeck.stores.protocol import Row

_ROLE = "node-role.kubernetes.io/"
_ROLE_OF_OLD = "kubernetes.io/role"
_WRONG_WHEN_TRUE = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
Amounts = dict[str, str | int | float]


class Taint(msgspec.Struct, gc=False):
    key: str | None = None
    value: str | None = None
    effect: str | None = None


class Spec(msgspec.Struct, gc=False):
    unschedulable: bool | None = None
    taints: list[Taint] | None = None


class Condition(msgspec.Struct, gc=False):
    type: str = ""
    status: str = ""
    message: str | None = None
    since: str | None = msgspec.field(default=None, name="lastTransitionTime")


class Address(msgspec.Struct, gc=False):
    type: str | None = None
    address: str | None = None


class Info(msgspec.Struct, gc=False):
    kubelet: str | None = msgspec.field(default=None, name="kubeletVersion")
    os_image: str | None = msgspec.field(default=None, name="osImage")
    kernel: str | None = msgspec.field(default=None, name="kernelVersion")
    container_runtime: str | None = msgspec.field(default=None, name="containerRuntimeVersion")
    architecture: str | None = None


class Status(msgspec.Struct, gc=False):
    conditions: list[Condition] | None = None
    addresses: list[Address] | None = None
    info: Info | None = msgspec.field(default=None, name="nodeInfo")
    capacity: Amounts | None = None
    allocatable: Amounts | None = None


class Node(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    Column("health", ColumnType.TEXT, detail=True),
    Column("status", ColumnType.TEXT, "Status", indexed=True),
    Column("roles", ColumnType.TEXT, "Roles"),
    Column("version", ColumnType.TEXT, "Version"),
    Column("internal_ip", ColumnType.TEXT, "Internal IP"),
    Column("external_ip", ColumnType.TEXT, "External IP"),
    Column("os_image", ColumnType.TEXT, "OS image"),
    Column("kernel", ColumnType.TEXT, "Kernel"),
    Column("container_runtime", ColumnType.TEXT, "Container runtime"),
    Column("pressure", ColumnType.TEXT, "Pressure"),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("since", ColumnType.TIME, "Since", detail=True),
    Column("taint_count", ColumnType.INTEGER, "Taints"),
    Column("cpu", ColumnType.REAL, "CPU", detail=True, unit="cores"),
    Column("memory", ColumnType.INTEGER, "Memory", detail=True, unit="bytes"),
    Column("pods", ColumnType.INTEGER, "Pods", detail=True),
    Column("cpu_capacity", ColumnType.REAL, "CPU capacity", detail=True, unit="cores"),
    Column("memory_capacity", ColumnType.INTEGER, "Memory capacity", detail=True, unit="bytes"),
    Column("pods_capacity", ColumnType.INTEGER, "Pod capacity", detail=True),
    Column("capacity", ColumnType.JSON, "Capacity", detail=True),
    Column("allocatable", ColumnType.JSON, "Allocatable", detail=True),
    Column("taints", ColumnType.JSON, "Taints", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(node: Node) -> Row:
    spec, status = node.spec or Spec(), node.status or Status()
    info = status.info or Info()
    ready = next((c for c in reversed(status.conditions or ()) if c.type == "Ready"), None)
    wrong = [c for c in status.conditions or () if c.type in _WRONG_WHEN_TRUE and c.status == "True"]
    allocatable, capacity = status.allocatable or {}, status.capacity or {}
    told = [c for c in (*([ready] if _bad(ready) else ()), *wrong) if c is not None]
    kernel = (info.kernel or "<unknown>") + (f" ({info.architecture})" if info.architecture else "")
    return {
        **base(node.metadata),
        "health": _health(ready, bool(wrong), bool(spec.unschedulable)),
        "status": _status(ready, bool(spec.unschedulable)),
        "roles": ",".join(_roles(node.metadata.labels or {})),
        "version": info.kubelet or "",
        "internal_ip": _address(status, "InternalIP"),
        "external_ip": _address(status, "ExternalIP"),
        "os_image": info.os_image or "",
        "kernel": kernel if info.kernel or info.architecture else "",
        "container_runtime": info.container_runtime or "",
        "pressure": ",".join(c.type.removesuffix("Pressure") for c in wrong),
        "message": "; ".join(c.message for c in told if c.message),
        "since": min((at for c in told if (at := seconds(c.since)) is not None), default=None),
        "taint_count": len(spec.taints or ()),
        "cpu": quantity(allocatable.get("cpu")),
        "memory": int(quantity(allocatable.get("memory"))),
        "pods": int(quantity(allocatable.get("pods"))),
        "cpu_capacity": quantity(capacity.get("cpu")),
        "memory_capacity": int(quantity(capacity.get("memory"))),
        "pods_capacity": int(quantity(capacity.get("pods"))),
        "capacity": as_json(capacity),
        "allocatable": as_json(allocatable),
        "taints": as_json([f"{t.key or ''}={t.value or ''}:{t.effect or ''}" for t in spec.taints or ()]),
        "labels": as_json(node.metadata.labels or {}),
    }


def _bad(ready: Condition | None) -> bool:
    return ready is not None and ready.status != "True"


def _status(ready: Condition | None, cordoned: bool) -> str:
    word = "Unknown" if ready is None else "Ready" if ready.status == "True" else "NotReady"
    return f"{word},SchedulingDisabled" if cordoned else word


def _health(ready: Condition | None, pressed: bool, cordoned: bool) -> str:
    if ready is None:
        return UNKNOWN
    if ready.status != "True":
        return ERROR
    return WARN if pressed or cordoned else OK


def _roles(labels: dict[str, str]) -> list[str]:
    """printers.go, findNodeRoles."""
    found = {k.removeprefix(_ROLE) for k in labels if k.startswith(_ROLE)} - {""}
    return sorted(found | ({labels[_ROLE_OF_OLD]} - {""} if _ROLE_OF_OLD in labels else set()))


def _address(status: Status, kind: str) -> str:
    return next((a.address or "" for a in status.addresses or () if a.type == kind), "")


NODE_KIND = KindSpec(
    NODES,
    "Node",
    "Nodes",
    False,
    COLUMNS,
    Node,
    project,
    searched=("name", "status", "roles"),
    derived=(NODE_USAGE,),
    default_sort=("name",),
    aggregates={"ready": "sum(status LIKE 'Ready%')", "problems": "sum(health = 'error')"},
)
