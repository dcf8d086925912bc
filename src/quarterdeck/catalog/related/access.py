"""Bindings, with the role they grant and to whom."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.related.plan import Head, Link, Lookup

_GROUP = "rbac.authorization.k8s.io"


class _Role(msgspec.Struct, frozen=True):
    kind: str = ""
    name: str = ""


class _Subject(msgspec.Struct, frozen=True):
    kind: str = ""
    name: str = ""
    namespace: str | None = None


class _Binding(msgspec.Struct, frozen=True):
    role: _Role | None = msgspec.field(default=None, name="roleRef")
    subjects: list[_Subject] | None = None


def of_binding(raw: bytes, head: Head) -> tuple[tuple[Link, ...], tuple[Lookup, ...]]:
    binding = _decode_binding(raw)
    links: list[Link] = []
    if binding.role is not None and binding.role.name:
        cluster_wide = binding.role.kind == "ClusterRole"
        namespace = "" if cluster_wide else head.namespace or ""
        plural = "clusterroles" if cluster_wide else "roles"
        links.append(Link(binding.role.kind, binding.role.name, namespace, _GROUP, plural=plural, note="grants"))
    for subject in binding.subjects or ():
        if subject.kind == "ServiceAccount":
            where = subject.namespace or head.namespace or ""
            links.append(Link(subject.kind, subject.name, where, plural="serviceaccounts", note=f"to, in {where}"))
        else:
            links.append(Link(subject.kind, subject.name, note="to"))
    return tuple(links), ()


_decode_binding = msgspec.json.Decoder(_Binding).decode
