"""Endpoint slices of simulated clusters follow the pods behind their services."""

from __future__ import annotations

import asyncio
from itertools import chain

import pytest

from simfleet.cluster import SimCluster
from simfleet.fleet import SimFleet
from simfleet.pods import Pod, PodState
from tests.unit.simfleet_client import JSON, Client, client_of

pytestmark = pytest.mark.anyio
SLICES = "/apis/discovery.k8s.io/v1/endpointslices"


async def _slices(client: Client, cluster: SimCluster, service: str) -> list[JSON]:
    query = {"labelSelector": f"kubernetes.io/service-name={service}"}
    return (await client.body(cluster, SLICES, **query))["items"]


async def _ready(client: Client, cluster: SimCluster, service: str) -> dict[str, bool]:
    """Whether each endpoint is ready, by its pod's name."""
    endpoints = chain.from_iterable(s["endpoints"] for s in await _slices(client, cluster, service))
    return {e["targetRef"]["name"]: e["conditions"]["ready"] for e in endpoints}


async def _send(client: Client, cluster: SimCluster, path: str, body: JSON) -> None:
    headers = {"Authorization": f"Bearer {cluster.token()}"}
    async with client.session.post(cluster.url + path, json=body, headers=headers, ssl=False) as response:
        assert response.status == 201, await response.text()


def _pods_of(cluster: SimCluster, workload: str) -> list[Pod]:
    return [p for p in cluster.world.pods.values() if isinstance(p, Pod) and p.group.workload == workload]


async def test_every_service_of_a_cluster_has_endpoints_that_name_its_pods() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        services = (await client.body(cluster, "/api/v1/services"))["items"]
        assert {"kubernetes", "kube-dns", "web", "postgres"} <= {s["metadata"]["name"] for s in services}
        for service in services:
            [piece] = await _slices(client, cluster, service["metadata"]["name"])
            assert piece["metadata"]["namespace"] == service["metadata"]["namespace"]
            assert piece["endpoints"]
            if service["metadata"]["name"] != "kubernetes":
                [owner] = piece["metadata"]["ownerReferences"]
                assert (owner["kind"], owner["uid"]) == ("Service", service["metadata"]["uid"])
                assert piece["ports"][0]["port"] == service["spec"]["ports"][0]["targetPort"]
        pods = {p.name: p.state is PodState.RUNNING for p in _pods_of(cluster, "web")}
        assert await _ready(client, cluster, "web") == pods


async def test_an_endpoint_turns_unready_and_leaves_with_its_pod() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        sets = [w for w in cluster.world.workloads.values() if w.kind == "StatefulSet" and len(w.pods) > 1]
        failing, going, *_ = _pods_of(cluster, sets[0].name)
        cluster.world.put_pod(failing.changed(state=PodState.UNREADY))
        cluster.controllers.terminate(going)
        await asyncio.sleep(1)
        assert (await _ready(client, cluster, sets[0].name))[failing.name] is False
        [piece] = await _slices(client, cluster, sets[0].name)
        endpoint = next(e for e in piece["endpoints"] if e["targetRef"]["name"] == going.name)
        assert endpoint["conditions"] == {"ready": False, "serving": True, "terminating": True}
        assert piece["metadata"]["generation"] == 2
        cluster.controllers.gone(going.namespace, going.name)
        await asyncio.sleep(1)
        assert going.name not in await _ready(client, cluster, sets[0].name), "the next of that name has no address yet"
        await asyncio.sleep(5)
        assert (await _ready(client, cluster, sets[0].name))[going.name] is True


async def test_what_does_not_concern_endpoints_writes_no_slice() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        pod = next(p for p in _pods_of(cluster, "web") if p.state is PodState.RUNNING)
        [before] = await _slices(client, cluster, "web")
        cluster.world.put_pod(pod.changed(restarts=pod.restarts + 1))
        await asyncio.sleep(1)
        assert await _slices(client, cluster, "web") == [before]


async def test_a_service_that_is_created_finds_pods_of_any_kind_and_takes_its_slices_with_it() -> None:
    async with SimFleet(clusters=1, pods=0) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        spec: JSON = {"selector": {"tier": "front"}, "ports": [{"port": 80, "targetPort": "http"}]}
        await _send(
            client, cluster, "/api/v1/namespaces/default/services", {"metadata": {"name": "shop"}, "spec": spec}
        )
        await asyncio.sleep(1)
        [empty] = await _slices(client, cluster, "shop")
        assert empty["endpoints"] == []
        container: JSON = {"name": "c", "image": "i", "ports": [{"name": "http", "containerPort": 8081}]}
        pod: JSON = {
            "metadata": {"name": "hand-made", "labels": {"tier": "front"}},
            "spec": {"containers": [container]},
        }
        await _send(client, cluster, "/api/v1/namespaces/default/pods", pod)
        await asyncio.sleep(5)
        [piece] = await _slices(client, cluster, "shop")
        assert piece["metadata"]["name"] == empty["metadata"]["name"]
        assert [p["port"] for p in piece["ports"]] == [8081]
        assert await _ready(client, cluster, "shop") == {"hand-made": True}
        assert await client.status(cluster, "/api/v1/namespaces/default/services/shop", method="DELETE") == 200
        await asyncio.sleep(1)
        assert await _slices(client, cluster, "shop") == []


async def test_many_endpoints_are_cut_into_slices_that_stay_and_a_deleted_one_comes_back() -> None:
    async with SimFleet(clusters=1, pods=0) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        body: JSON = {"metadata": {"name": "crowd"}, "spec": {"replicas": 230}}
        await _send(client, cluster, "/apis/apps/v1/namespaces/default/deployments", body)
        spec: JSON = {"selector": {"app": "crowd"}, "ports": [{"port": 80}]}
        await _send(
            client, cluster, "/api/v1/namespaces/default/services", {"metadata": {"name": "crowd"}, "spec": spec}
        )
        await asyncio.sleep(5)
        slices = await _slices(client, cluster, "crowd")
        assert sorted(len(s["endpoints"]) for s in slices) == [30, 100, 100]
        assert len(await _ready(client, cluster, "crowd")) == 230
        gone = slices[0]["metadata"]["name"]
        path = f"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/{gone}"
        assert await client.status(cluster, path, method="DELETE") == 200
        await asyncio.sleep(1)
        assert len(await _ready(client, cluster, "crowd")) == 230
