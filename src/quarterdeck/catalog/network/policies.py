"""Network policies: the columns of `kubectl get networkpolicies -o wide` (printers.go, printNetworkPolicy, v1.37), and
which ways of traffic they rule."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

NETWORKPOLICIES = Resource("networking.k8s.io", "v1", "networkpolicies")


class Rule(msgspec.Struct, gc=False):
    """Only counted."""


class Spec(msgspec.Struct, gc=False):
    pods: Selector | None = msgspec.field(default=None, name="podSelector")
    types: list[str] | None = msgspec.field(default=None, name="policyTypes")
    ingress: list[Rule] | None = None
    egress: list[Rule] | None = None


class NetworkPolicy(Decoded, gc=False):
    spec: Spec | None = None


COLUMNS = (
    *BASE,
    Column("pod_selector", ColumnType.TEXT, "Pod selector"),
    Column("types", ColumnType.TEXT, "Types"),
    Column("ingress_rules", ColumnType.INTEGER, "Ingress rules"),
    Column("egress_rules", ColumnType.INTEGER, "Egress rules"),
    Column("meaning", ColumnType.TEXT, "Meaning", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(policy: NetworkPolicy) -> Row:
    spec = policy.spec or Spec()
    selector = written(spec.pods)
    return {
        **base(policy.metadata),
        "pod_selector": selector,
        "types": ",".join(spec.types or ()),
        "ingress_rules": len(spec.ingress or ()),
        "egress_rules": len(spec.egress or ()),
        "meaning": _meaning(spec, selector),
        "owner": controller(policy.metadata),
        "labels": as_json(policy.metadata.labels or {}),
    }


def _meaning(spec: Spec, selector: str) -> str:
    """A way of traffic that is ruled and has no rule is shut (networking/v1, NetworkPolicySpec)."""
    shut = [
        name.lower()
        for name, rules in (("Ingress", spec.ingress), ("Egress", spec.egress))
        if name in (spec.types or ()) and not rules
    ]
    pods = "the selected pods" if selector else "all pods of the namespace"
    return f"no {' and no '.join(shut)} for {pods}" if shut else ""


NETWORKPOLICY_KIND = KindSpec(
    NETWORKPOLICIES,
    "NetworkPolicy",
    "Network policies",
    True,
    COLUMNS,
    NetworkPolicy,
    project,
    searched=("name", "namespace", "pod_selector"),
)
