"""Namespaces with what bounds them, nodes with their heartbeat."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.related.plan import Head, Link, Lookup, Whole, anything
from quarterdeck.model.kinds import Resource

QUOTAS = Resource("", "v1", "resourcequotas")
LIMITS = Resource("", "v1", "limitranges")
_HEARTBEATS = "kube-node-lease"
"""Namespace of the leases that kubelets renew (core/v1, NamespaceNodeLease)."""


class _Amounts(msgspec.Struct, frozen=True):
    hard: dict[str, str] | None = None
    used: dict[str, str] | None = None


class _Limit(msgspec.Struct, frozen=True):
    type: str = ""
    least: dict[str, str] | None = msgspec.field(default=None, name="min")
    most: dict[str, str] | None = msgspec.field(default=None, name="max")
    default: dict[str, str] | None = None
    request: dict[str, str] | None = msgspec.field(default=None, name="defaultRequest")


class _Limits(msgspec.Struct, frozen=True):
    limits: list[_Limit] | None = None


def of_namespace(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    del raw
    title, kind = "Resource quotas", "ResourceQuota"
    quotas = Lookup("resourcequotas", title, kind, QUOTAS, head.name, anything, whole=True, says=_used)
    limits = Lookup("limitranges", "Limit ranges", "LimitRange", LIMITS, head.name, anything, whole=True, says=_bounds)
    return (), (quotas, limits)


def of_node(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    del raw
    group = "coordination.k8s.io"
    return (Link("Lease", head.name, _HEARTBEATS, group, plural="leases", note="renewed by its kubelet"),), ()


def _used(item: Whole) -> str:
    """`pods 7 of 50, requests.cpu 1500m of 10`."""
    try:
        amounts = _decode_amounts(item.status)
    except msgspec.DecodeError:
        return ""
    used = amounts.used or {}
    return ", ".join(f"{name} {used.get(name, '0')} of {hard}" for name, hard in sorted((amounts.hard or {}).items()))


def _bounds(item: Whole) -> str:
    """`Container cpu 50m to 2, by default 100m of 500m; Container memory any to 4Gi`."""
    try:
        limits = _decode_limits(item.spec).limits or []
    except msgspec.DecodeError:
        return ""
    return "; ".join(f"{one.type} {name} {_bound(one, name)}" for one in limits for name in _names(one))


def _names(limit: _Limit) -> list[str]:
    parts = (limit.least, limit.most, limit.default, limit.request)
    return sorted({name for part in parts for name in part or ()})


def _bound(limit: _Limit, name: str) -> str:
    least, most = (limit.least or {}).get(name), (limit.most or {}).get(name)
    request, default = (limit.request or {}).get(name), (limit.default or {}).get(name)
    found: list[str] = []
    if least is not None or most is not None:
        found.append(f"{least or 'any'} to {most or 'any'}")
    if request is not None or default is not None:
        found.append(f"by default {request or 'none'} of {default or 'no limit'}")
    return ", ".join(found)


_decode_amounts = msgspec.json.Decoder(_Amounts).decode
_decode_limits = msgspec.json.Decoder(_Limits).decode
