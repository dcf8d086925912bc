"""What related objects are told by, beside their names: how far a replica set is, what a slice leads to, what bounds a
namespace."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from quarterdeck.catalog.related.plan import Lookup, Whole
from quarterdeck.catalog.related.planning import plan_of
from quarterdeck.model.kinds import Resource

REVISION = "deployment.kubernetes.io/revision"


def lookup(group: str, plural: str, name: str, **more: Any) -> Lookup:
    metadata = {"name": "x", "namespace": "shop", "uid": "u", **more.pop("metadata", {})}
    raw = json.dumps({"kind": "X", "metadata": metadata, **more}).encode()
    return next(one for one in plan_of(Resource(group, "v1", plural), raw).lookups if one.name == name)


def whole(**parts: Any) -> Whole:
    return msgspec.json.decode(json.dumps(parts), type=Whole)


def test_a_deployments_new_set_is_the_one_of_its_own_revision() -> None:
    spec = {"selector": {"matchLabels": {"app": "web"}}}
    sets = lookup("apps", "deployments", "replicasets", metadata={"annotations": {REVISION: "7"}}, spec=spec)

    def told(revision: str, replicas: int, status: dict[str, int]) -> str:
        return sets.says(
            whole(metadata={"annotations": {REVISION: revision}}, spec={"replicas": replicas}, status=status)
        )

    assert told("7", 4, {"replicas": 2, "readyReplicas": 1}) == "new, revision 7, 1 of 4 ready"
    assert told("6", 0, {}) == "old, revision 6, 0 of 0 ready"
    assert sets.says(whole(metadata={"name": "of-hand"}, spec={}, status={})) == "old, 0 of 0 ready"


def test_a_slice_names_what_is_ready_and_counts_the_rest() -> None:
    slices = lookup("", "services", "endpointslices")
    ready = [{"addresses": [f"10.0.0.{n}"], "conditions": {"ready": True}} for n in range(6)]
    not_ready = {"addresses": ["10.0.0.9"], "conditions": {"ready": False}}
    ports = [{"name": "http", "port": 8080, "protocol": "TCP"}, {"name": "", "port": 53, "protocol": "UDP"}]
    assert slices.says(whole(endpoints=[ready[0], not_ready], ports=ports)) == (
        "10.0.0.0 at http 8080/TCP, 53/UDP; 1 not ready"
    )
    assert slices.says(whole(endpoints=ready, ports=None)) == "10.0.0.0, 10.0.0.1, 10.0.0.2, 10.0.0.3 and 2 more"
    assert slices.says(whole(endpoints=[not_ready], ports=ports)) == "none ready"
    assert slices.says(whole(endpoints=None)) == slices.says(whole(endpoints=[])) == "no endpoints"


def test_a_namespaces_quotas_and_limits_are_told_in_full() -> None:
    used = {"hard": {"pods": "50", "limits.cpu": "20"}, "used": {"pods": "7"}}
    quotas = lookup("", "namespaces", "resourcequotas")
    assert (quotas.namespace, quotas.says(whole(status=used))) == ("x", "limits.cpu 0 of 20, pods 7 of 50")
    limit = {"type": "Container", "min": {"cpu": "50m"}, "max": {"cpu": "2", "memory": "4Gi"}}
    limit |= {"default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m"}}
    limits = lookup("", "namespaces", "limitranges")
    assert limits.says(whole(spec={"limits": [limit]})) == (
        "Container cpu 50m to 2, by default 100m of 500m; Container memory any to 4Gi"
    )


def test_an_ingress_looks_for_the_services_that_it_names_and_for_their_endpoints() -> None:
    path = {"backend": {"service": {"name": "web"}}}
    spec = {"defaultBackend": {"service": {"name": "all"}}, "rules": [{"http": {"paths": [path]}}, {}]}
    services = lookup("networking.k8s.io", "ingresses", "services", spec=spec)
    assert [services.keeps(whole(metadata={"name": name})) for name in ("web", "all", "other")] == [True, True, False]
    slices = lookup("networking.k8s.io", "ingresses", "endpointslices", spec=spec)
    assert slices.labels == "kubernetes.io/service-name in (all,web)"


@pytest.mark.parametrize(
    ("group", "plural", "spec", "labels"),
    [
        ("networking.k8s.io", "networkpolicies", {"podSelector": {"matchLabels": {"app": "web"}}}, "app=web"),
        ("networking.k8s.io", "networkpolicies", {"podSelector": {}}, ""),
        ("policy", "poddisruptionbudgets", {"selector": {"matchLabels": {"app": "web"}}}, "app=web"),
    ],
)
def test_what_selects_pods_has_them(group: str, plural: str, spec: dict[str, Any], labels: str) -> None:
    pods = lookup(group, plural, "pods", spec=spec)
    assert (pods.namespace, pods.labels) == ("shop", labels)


def test_what_is_unlike_its_kind_is_told_by_nothing() -> None:
    odd = whole(spec=3, status="x", endpoints={"a": 1}, ports=2)
    said = [
        lookup("apps", "deployments", "replicasets", spec={"selector": {"matchLabels": {"a": "b"}}}).says(odd),
        lookup("", "services", "endpointslices").says(odd),
        lookup("", "namespaces", "resourcequotas").says(odd),
        lookup("", "namespaces", "limitranges").says(odd),
    ]
    assert said == ["", "", "", ""]
