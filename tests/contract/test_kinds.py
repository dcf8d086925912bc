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
