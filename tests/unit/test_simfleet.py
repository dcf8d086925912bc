"""Simulated clusters in the test's own loop, on virtual time."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
import yaml

from simfleet.clock import human_duration
from simfleet.fleet import SimFleet
from simfleet.names import context_names
from tests.unit.simfleet_client import JSON, Client, client_of

pytestmark = pytest.mark.anyio
EPOCH = 1_790_000_000.0


async def _pods(fleet: SimFleet) -> list[JSON]:
    async with client_of(fleet) as client:
        return (await client.body(fleet.cluster(0), "/api/v1/pods"))["items"]


async def test_a_fleet_of_one_seed_is_always_the_same() -> None:
    found: list[list[JSON]] = []
    for seed in (7, 7, 8):
        async with SimFleet(clusters=1, pods=40, seed=seed, epoch=EPOCH) as fleet:
            found.append(await _pods(fleet))
    assert len(found[0]) == 40
    assert found[0] == found[1]
    assert found[0] != found[2]


async def test_pods_look_like_real_ones() -> None:
    async with SimFleet(clusters=1, pods=200) as fleet:
        pods = await _pods(fleet)
    deployed = next(p for p in pods if p["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet")
    assert re.fullmatch(r"[a-z0-9-]+-[a-z0-9]{10}-[a-z0-9]{5}", deployed["metadata"]["name"])
    assert 3_000 < len(json.dumps(deployed, separators=(",", ":"))) < 6_500
    assert deployed["metadata"]["managedFields"]
    assert {c["type"] for c in deployed["status"]["conditions"]} >= {"Ready", "PodScheduled", "Initialized"}
    assert len({p["metadata"]["namespace"] for p in pods}) > 4


async def test_every_cluster_has_its_own_identity_and_objects() -> None:
    async with SimFleet(clusters=3, pods=10) as fleet, client_of(fleet) as client:
        bodies = [await client.body(c, "/api/v1/namespaces/kube-system") for c in fleet.clusters.values()]
        pods = [await client.body(c, "/api/v1/pods") for c in fleet.clusters.values()]
    assert len({b["metadata"]["uid"] for b in bodies}) == 3
    uids = [p["metadata"]["uid"] for body in pods for p in body["items"]]
    assert len(uids) == len(set(uids)) == 30


async def test_its_kubeconfig_names_every_context_and_its_files_go_with_it() -> None:
    async with SimFleet(clusters=12, pods=0, exec_every=3) as fleet:
        path = fleet.kubeconfig_path
        config = yaml.safe_load(path.read_text())
        assert path.stat().st_mode & 0o777 == 0o600
    assert [c["name"] for c in config["contexts"]] == context_names(12)
    assert config["current-context"] == "prod-eu-west-1"
    assert sum("exec" in u["user"] for u in config["users"]) == 4
    assert not path.exists()


def test_names_of_contexts_never_repeat() -> None:
    assert len(set(context_names(400))) == 400


async def test_a_token_dies_when_its_time_is_over_or_it_is_revoked() -> None:
    async with SimFleet(clusters=2, pods=1) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        short, long = cluster.token(lifetime=60), cluster.token(serial="2")
        assert await client.status(cluster, token=short) == 200
        assert await client.status(fleet.cluster(1), token=short) == 401, "of another cluster"
        await asyncio.sleep(61)
        assert await client.status(cluster, token=short) == 401
        assert await client.status(cluster, token=long) == 200
        cluster.revoked.add(long)
        assert await client.status(cluster, token=long) == 401


async def test_a_viewer_reads_all_but_secrets() -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        viewer = cluster.token("viewer")
        assert await client.status(cluster, token=viewer) == 200
        assert await client.status(cluster, "/api/v1/secrets", token=viewer) == 403
        path = "/api/v1/namespaces/default/configmaps"
        assert await client.status(cluster, path, token=viewer, method="DELETE") == 403


async def _watched(client: Client, fleet: SimFleet, count: int) -> list[tuple[str, str, str]]:
    cluster = fleet.cluster(0)
    version = str(cluster.world.revision.current)
    async with client.ask(cluster, "/api/v1/pods", watch="1", resourceVersion=version) as response:
        lines = [json.loads(await response.content.readline()) for _ in range(count)]
        response.close()
    return [(e["type"], e["object"]["metadata"]["name"], e["object"]["status"]["phase"]) for e in lines]


async def test_workloads_live_and_live_the_same_way_again() -> None:
    found: list[list[tuple[str, str, str]]] = []
    for _ in range(2):
        async with SimFleet(clusters=1, pods=60, churn=5, epoch=EPOCH) as fleet, client_of(fleet) as client:
            found.append(await _watched(client, fleet, 60))
            events = await client.body(fleet.cluster(0), "/api/v1/events", limit="500")
            assert {e["reason"] for e in events["items"]} & {"BackOff", "Killing", "Unhealthy", "ScalingReplicaSet"}
    assert found[0] == found[1]
    assert {kind for kind, _, _ in found[0]} == {"ADDED", "MODIFIED", "DELETED"}


async def test_a_rollout_is_observed_and_comes_to_its_end() -> None:
    async with SimFleet(clusters=1, pods=60, churn=5, epoch=EPOCH) as fleet, client_of(fleet) as client:
        ended: set[str] = set()
        version = str(fleet.cluster(0).world.revision.current)
        query = {"watch": "1", "resourceVersion": version}
        async with client.ask(fleet.cluster(0), "/apis/apps/v1/deployments", **query) as response:
            while not ended:
                value = json.loads(await response.content.readline())["object"]
                status = value["status"]
                assert status["observedGeneration"] == value["metadata"]["generation"]
                if value["metadata"]["generation"] > 1 and status["updatedReplicas"] == value["spec"]["replicas"]:
                    ended.add(value["metadata"]["name"])
            response.close()


async def test_bookmarks_come_at_their_interval() -> None:
    async with SimFleet(clusters=1, pods=1, bookmark_interval=60) as fleet, client_of(fleet) as client:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        query = {"watch": "1", "allowWatchBookmarks": "true", "resourceVersion": "100000"}
        async with client.ask(fleet.cluster(0), "/api/v1/pods", **query) as response:
            event = json.loads(await response.content.readline())
            response.close()
        assert event["type"] == "BOOKMARK"
        assert 60 <= loop.time() - begun < 61


async def test_history_is_bounded_and_says_so() -> None:
    async with SimFleet(clusters=1, pods=5, history=10) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        version = str(cluster.world.revision.current)
        pod = next(cluster.world.pods.values())
        for _ in range(40):
            cluster.world.pods.put(pod)
        async with client.ask(cluster, "/api/v1/pods", watch="1", resourceVersion=version) as response:
            event = json.loads(await response.content.readline())
            assert await response.content.readline() == b""
        assert (event["type"], event["object"]["code"]) == ("ERROR", 410)


async def test_a_deployment_that_is_created_gets_its_pods_and_loses_them_with_it() -> None:
    async with SimFleet(clusters=1, pods=0) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        path = "/apis/apps/v1/namespaces/default/deployments"
        body = {"metadata": {"name": "web"}, "spec": {"replicas": 3}}
        headers = {"Authorization": f"Bearer {cluster.token()}"}
        async with client.session.post(cluster.url + path, json=body, headers=headers, ssl=False) as response:
            assert response.status == 201
        await asyncio.sleep(5)
        pods = (await client.body(cluster, "/api/v1/namespaces/default/pods"))["items"]
        assert [p["status"]["phase"] for p in pods] == ["Running"] * 3
        assert await client.status(cluster, f"{path}/web", method="DELETE") == 200
        await asyncio.sleep(5)
        assert not (await client.body(cluster, "/api/v1/namespaces/default/pods"))["items"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (700, "11m"), (3 * 3600 + 60, "3h1m"), (20 * 3600, "20h"),
     (3 * 86400, "3d"), (3 * 86400 + 7200, "3d2h"), (100 * 86400, "100d"), (800 * 86400, "2y70d")],
)  # fmt: skip
def test_ages_are_printed_as_kubectl_prints_them(seconds: int, text: str) -> None:
    assert human_duration(seconds) == text


async def test_measured_clusters_answer_metrics_that_follow_the_clock() -> None:
    async with SimFleet(clusters=1, pods=40, epoch=EPOCH, measured=True) as fleet, client_of(fleet) as client:
        one = fleet.cluster(0)
        pods = (await client.body(one, "/apis/metrics.k8s.io/v1beta1/pods"))["items"]
        nodes = (await client.body(one, "/apis/metrics.k8s.io/v1beta1/nodes"))["items"]
        assert 20 < len(pods) <= 40
        assert [n["metadata"]["name"] for n in nodes] == one.world.nodes
        assert await client.status(one, "/apis/metrics.k8s.io/v1beta1/pods", watch="1") == 405
        assert pods[0]["containers"][0]["usage"]["cpu"].endswith("n")
        assert pods[0]["timestamp"] == "2026-09-21T14:13:20Z"
        assert [r["name"] for r in (await client.body(one, "/apis/metrics.k8s.io/v1beta1"))["resources"]] == [
            "nodes",
            "pods",
        ]


async def test_other_clusters_know_no_metrics() -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        assert await client.status(fleet.cluster(0), "/apis/metrics.k8s.io/v1beta1/pods") == 404
