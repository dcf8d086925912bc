"""Kinds beside ConfigMaps: what of them is made by a client is kept, selected and printed alike."""

from __future__ import annotations

import pytest

from tests.contract.subject import JSON, TABLE, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


def _slice(name: str, addresses: list[str], ports: list[JSON]) -> JSON:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": name, "labels": {"kubernetes.io/service-name": "shop"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [a], "conditions": {"ready": True}} for a in addresses],
        "ports": ports,
    }


async def test_endpoint_slices_are_found_by_their_service_and_print_the_first_of_many(subject: Subject) -> None:
    path = f"/apis/discovery.k8s.io/v1/namespaces/{subject.namespace}/endpointslices"
    port: JSON = {"name": "http", "port": 80, "protocol": "TCP"}
    for body in (
        _slice("many", [f"10.1.0.{n}" for n in range(1, 6)], [port, {**port, "name": "https", "port": 443}]),
        _slice("none", [], []),
    ):
        assert (await subject.ask("POST", path, body)).status == 201
    body = (await subject.get(path, accept=TABLE, labelSelector="kubernetes.io/service-name=shop")).body
    assert [c["name"] for c in body["columnDefinitions"]] == ["Name", "AddressType", "Ports", "Endpoints", "Age"]
    assert [row["cells"][:4] for row in body["rows"]] == [
        ["many", "IPv4", "80,443", "10.1.0.1,10.1.0.2,10.1.0.3 + 2 more..."],
        ["none", "IPv4", "<unset>", "<unset>"],
    ]
    assert (await subject.get(path, labelSelector="kubernetes.io/service-name=other")).body["items"] == []


async def test_the_api_server_has_a_service_of_its_own_that_selects_nothing(subject: Subject) -> None:
    found = (await subject.get("/api/v1/namespaces/default/services/kubernetes")).body
    assert found["metadata"]["labels"] == {"component": "apiserver", "provider": "kubernetes"}
    [port] = found["spec"]["ports"]
    assert (port["name"], port["port"], port["protocol"]) == ("https", 443, "TCP")
    assert "selector" not in found["spec"]


async def test_a_storage_class_prints_what_it_does_with_volumes(subject: Subject) -> None:
    name = subject.namespace
    path = "/apis/storage.k8s.io/v1/storageclasses"
    body: JSON = {
        "metadata": {"name": name},
        "provisioner": "csi.example.com",
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }
    try:
        assert (await subject.ask("POST", path, body)).status == 201
        [row] = (await subject.get(f"{path}/{name}", accept=TABLE)).body["rows"]
        assert row["cells"][:5] == [name, "csi.example.com", "Retain", "WaitForFirstConsumer", True]
    finally:
        await subject.ask("DELETE", f"{path}/{name}")


async def test_a_volume_and_its_claim_print_what_they_hold(subject: Subject) -> None:
    name = subject.namespace
    spec: JSON = {
        "capacity": {"storage": "8Gi"},
        "accessModes": ["ReadWriteOnce", "ReadOnlyMany"],
        "claimRef": {"namespace": name, "name": "data"},
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "slow",
        "volumeMode": "Filesystem",
        "csi": {"driver": "csi.example.com", "volumeHandle": name},
    }
    claim: JSON = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "8Gi"}},
        "storageClassName": "slow",
        "volumeName": name,
        "volumeMode": "Filesystem",
    }
    claims = f"/api/v1/namespaces/{name}/persistentvolumeclaims"
    try:
        body: JSON = {"metadata": {"name": name}, "spec": spec}
        assert (await subject.ask("POST", "/api/v1/persistentvolumes", body)).status == 201
        assert (await subject.ask("POST", claims, {"metadata": {"name": "data"}, "spec": claim})).status == 201
        [row] = (await subject.get(f"/api/v1/persistentvolumes/{name}", accept=TABLE)).body["rows"]
        told = [name, "8Gi", "RWO,ROX", "Retain", f"{name}/data", "slow", "<unset>", "", "Filesystem"]
        assert row["cells"][:4] + row["cells"][5:9] + row["cells"][10:] == told
        [row] = (await subject.get(f"{claims}/data", accept=TABLE)).body["rows"]
        assert [row["cells"][0], row["cells"][2], *row["cells"][5:7]] == ["data", name, "slow", "<unset>"]
    finally:
        await subject.ask("DELETE", f"/api/v1/persistentvolumes/{name}")


async def test_roles_are_printed_by_their_name_and_bindings_by_whom_they_bind(subject: Subject) -> None:
    path = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{subject.namespace}"
    role: JSON = {
        "metadata": {"name": "reader"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }
    group = "rbac.authorization.k8s.io"
    binding: JSON = {
        "metadata": {"name": "readers"},
        "roleRef": {"apiGroup": group, "kind": "Role", "name": "reader"},
        "subjects": [
            {"kind": "User", "apiGroup": group, "name": "ada"},
            {"kind": "User", "apiGroup": group, "name": "grace"},
            {"kind": "Group", "apiGroup": group, "name": "support"},
            {"kind": "ServiceAccount", "name": "robot", "namespace": "default"},
        ],
    }
    made = await subject.ask("POST", f"{path}/roles", role)
    assert made.status == 201
    [row] = (await subject.get(f"{path}/roles/reader", accept=TABLE)).body["rows"]
    assert row["cells"] == ["reader", made.body["metadata"]["creationTimestamp"]]
    made = await subject.ask("POST", f"{path}/rolebindings", binding)
    assert (made.status, "status" in made.body, "generation" in made.body["metadata"]) == (201, False, False)
    body = (await subject.get(f"{path}/rolebindings/readers", accept=TABLE)).body
    assert [c["name"] for c in body["columnDefinitions"]] == [
        "Name", "Role", "Age", "Users", "Groups", "ServiceAccounts",
    ]  # fmt: skip
    [cells] = [row["cells"] for row in body["rows"]]
    assert cells[:2] + cells[3:] == ["readers", "Role/reader", "ada, grace", "support", "default/robot"]


async def test_the_roles_that_every_cluster_has_are_there(subject: Subject) -> None:
    path = "/apis/rbac.authorization.k8s.io/v1"
    for name in ("admin", "edit", "view", "cluster-admin", "system:discovery", "system:node"):
        role = (await subject.get(f"{path}/clusterroles/{name}")).body
        assert role["metadata"]["labels"]["kubernetes.io/bootstrapping"] == "rbac-defaults"
    found = (await subject.get(f"{path}/clusterrolebindings/cluster-admin")).body
    assert found["roleRef"]["name"] == "cluster-admin"
    assert [s["name"] for s in found["subjects"]] == ["system:masters"]


async def test_a_network_policy_prints_the_pods_that_it_selects(subject: Subject) -> None:
    path = f"/apis/networking.k8s.io/v1/namespaces/{subject.namespace}/networkpolicies"
    for name, selector in (("all", {}), ("one", {"matchLabels": {"b": "2", "a": "1"}})):
        body: JSON = {
            "metadata": {"name": name},
            "spec": {"podSelector": selector, "policyTypes": ["Ingress"]},
        }
        made = await subject.ask("POST", path, body)
        assert (made.status, "status" in made.body, made.body["metadata"]["generation"]) == (201, False, 1)
    rows = (await subject.get(path, accept=TABLE)).body["rows"]
    assert [row["cells"][:2] for row in rows] == [["all", "<none>"], ["one", "a=1,b=2"]]


async def test_an_autoscaler_that_has_read_nothing_says_so(subject: Subject) -> None:
    path = f"/apis/autoscaling/v2/namespaces/{subject.namespace}/horizontalpodautoscalers"
    metrics: list[JSON] = [
        {"type": "Resource", "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": used}}}
        for name, used in (("cpu", 80), ("memory", 70))
    ]
    target: JSON = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec: JSON = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 5, "metrics": metrics}
    assert (await subject.ask("POST", path, {"metadata": {"name": "web"}, "spec": spec})).status == 201
    [row] = (await subject.get(f"{path}/web", accept=TABLE)).body["rows"]
    cells = ["web", "Deployment/web", "cpu: <unknown>/80%, memory: <unknown>/70%", "2", 5, 0]
    assert row["cells"][:6] == cells
