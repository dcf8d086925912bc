"""Statuses of simulated workloads follow their pods."""

from __future__ import annotations

import asyncio

import pytest

from simfleet.churn import MOST_ROLLING, Life
from simfleet.cluster import SimCluster
from simfleet.fleet import SimFleet
from simfleet.pods import Pod, PodState
from simfleet.world import Workload
from tests.unit.simfleet_client import JSON, Client, client_of

pytestmark = pytest.mark.anyio
_FIGURES = {
    "deployments": ("replicas", "readyReplicas"),
    "statefulsets": ("replicas", "readyReplicas"),
    "daemonsets": ("currentNumberScheduled", "numberReady"),
}


def _a(cluster: SimCluster, kind: str, *, of: int) -> Workload:
    """One of at least so many pods, all of which run from now on."""
    found = next(w for w in cluster.world.workloads.values() if w.kind == kind and w.replicas >= of)
    for pod in _pods(cluster, found):
        cluster.world.put_pod(pod.changed(state=PodState.RUNNING))
    return found


def _pods(cluster: SimCluster, workload: Workload) -> list[Pod]:
    found = [cluster.world.pods.get(workload.namespace, name) for name in sorted(workload.pods)]
    return [pod for pod in found if isinstance(pod, Pod)]


async def _status(client: Client, cluster: SimCluster, resource: str, namespace: str, name: str) -> JSON:
    return (await client.body(cluster, f"/apis/apps/v1/namespaces/{namespace}/{resource}/{name}"))["status"]


def _conditions(status: JSON) -> dict[str, tuple[str, str]]:
    return {c["type"]: (c["status"], c["reason"]) for c in status["conditions"]}


async def test_a_deployment_and_its_replica_set_count_pods_that_crash_and_come_back() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        found = _a(cluster, "Deployment", of=4)
        place, total = (found.namespace, found.name), found.replicas
        failing = _pods(cluster, found)[: total // 4 + 1]
        await asyncio.sleep(1)
        status = await _status(client, cluster, "deployments", *place)
        assert (status["readyReplicas"], status.get("unavailableReplicas")) == (total, None)

        cluster.world.put_pod(failing[0].changed(state=PodState.CRASHED))
        await asyncio.sleep(1)
        status = await _status(client, cluster, "deployments", *place)
        assert (status["readyReplicas"], status["availableReplicas"]) == (total - 1, total - 1)
        assert (status["replicas"], status["updatedReplicas"], status["unavailableReplicas"]) == (total, total, 1)
        fine = {"Available": ("True", "MinimumReplicasAvailable"), "Progressing": ("True", "NewReplicaSetAvailable")}
        assert _conditions(status) == fine
        owned = await _status(client, cluster, "replicasets", found.namespace, found.group.owner_name)
        assert (owned["replicas"], owned["readyReplicas"], owned["availableReplicas"]) == (total, total - 1, total - 1)

        for pod in failing:
            cluster.world.put_pod(pod.changed(state=PodState.CRASHED))
        await asyncio.sleep(1)
        status = await _status(client, cluster, "deployments", *place)
        assert _conditions(status) == fine | {"Available": ("False", "MinimumReplicasUnavailable")}

        for pod in failing:
            cluster.world.put_pod(pod.changed(state=PodState.RUNNING))
        await asyncio.sleep(1)
        assert _conditions(await _status(client, cluster, "deployments", *place)) == fine


@pytest.mark.parametrize(("kind", "resource"), [("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")])
async def test_the_other_workloads_count_theirs(kind: str, resource: str) -> None:
    async with SimFleet(clusters=1, pods=400) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        found = _a(cluster, kind, of=2)
        failing, going, *_ = _pods(cluster, found)
        cluster.world.put_pod(failing.changed(state=PodState.UNREADY))
        cluster.controllers.terminate(going)
        await asyncio.sleep(1)
        status = await _status(client, cluster, resource, found.namespace, found.name)
        placed, ready = _FIGURES[resource]
        assert (status[placed], status[ready]) == (found.replicas, found.replicas - 1), "what goes is still ready"
        cluster.controllers.gone(going.namespace, going.name)
        await asyncio.sleep(1)
        status = await _status(client, cluster, resource, found.namespace, found.name)
        assert (status[placed], status[ready]) == (found.replicas, found.replicas - 2)


async def test_a_deployment_that_a_client_makes_rolls_out_with_a_replica_set_of_its_own() -> None:
    async with SimFleet(clusters=1, pods=0) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        headers = {"Authorization": f"Bearer {cluster.token()}"}
        path = f"{cluster.url}/apis/apps/v1/namespaces/default/deployments"
        body: JSON = {"metadata": {"name": "mine"}, "spec": {"replicas": 2}}
        async with client.session.post(path, json=body, headers=headers, ssl=False) as response:
            assert response.status == 201
        await asyncio.sleep(1.2)
        status = await _status(client, cluster, "deployments", "default", "mine")
        assert _conditions(status)["Available"] == ("False", "MinimumReplicasUnavailable")
        assert _conditions(status)["Progressing"] == ("True", "ReplicaSetUpdated")
        assert (status["replicas"], status["unavailableReplicas"]) == (2, 2)
        await asyncio.sleep(3)
        status = await _status(client, cluster, "deployments", "default", "mine")
        assert (status["readyReplicas"], status["observedGeneration"]) == (2, 1)
        assert _conditions(status) == {
            "Available": ("True", "MinimumReplicasAvailable"),
            "Progressing": ("True", "NewReplicaSetAvailable"),
        }
        [owned] = (await client.body(cluster, "/apis/apps/v1/namespaces/default/replicasets"))["items"]
        assert owned["metadata"]["ownerReferences"][0]["name"] == "mine"
        assert owned["status"]["readyReplicas"] == 2


async def test_a_rollout_that_gets_nowhere_is_given_up_after_its_deadline() -> None:
    async with SimFleet(clusters=1, pods=400) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        headers = {"Authorization": f"Bearer {cluster.token()}"}
        path = f"{cluster.url}/apis/apps/v1/namespaces/default/deployments"
        body: JSON = {"metadata": {"name": "stuck"}, "spec": {"replicas": 1, "progressDeadlineSeconds": 60}}
        async with client.session.post(path, json=body, headers=headers, ssl=False) as response:
            assert response.status == 201
        await asyncio.sleep(1)
        [pod] = _pods(cluster, cluster.world.workloads["Deployment", "default", "stuck"])
        cluster.world.put_pod(pod.changed(state=PodState.PULLING))
        await asyncio.sleep(55)
        status = await _status(client, cluster, "deployments", "default", "stuck")
        assert _conditions(status)["Progressing"] == ("True", "ReplicaSetUpdated")
        await asyncio.sleep(10)
        status = await _status(client, cluster, "deployments", "default", "stuck")
        assert _conditions(status)["Progressing"] == ("False", "ProgressDeadlineExceeded")


async def test_after_a_life_of_rollouts_and_crashes_all_figures_are_those_of_the_pods() -> None:
    async with SimFleet(clusters=1, pods=400, history=100_000) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        life = Life(cluster)
        rolled: set[str] = set()
        for _ in range(60):
            for _ in range(20):
                life.step()
            await asyncio.sleep(1)
        for pod in list(cluster.world.pods.values()):
            assert isinstance(pod, Pod)
            if pod.state is PodState.TERMINATING:
                cluster.controllers.gone(pod.namespace, pod.name)
        await asyncio.sleep(60)
        pods = [p for p in cluster.world.pods.values() if isinstance(p, Pod)]
        for workload in cluster.world.workloads.values():
            own = [p for p in pods if p.namespace == workload.namespace and p.group.workload == workload.name]
            resource = f"{workload.kind.lower()}s"
            status = await _status(client, cluster, resource, workload.namespace, workload.name)
            placed, ready = _FIGURES[resource]
            running = sum(p.state is PodState.RUNNING for p in own)
            assert (status[placed], status.get(ready, 0)) == (len(own), running), workload.name
            if workload.revision > 1:
                rolled.add(workload.name)
        assert rolled
        wanted: dict[tuple[str, str], int] = {}
        for item in (await client.body(cluster, "/apis/apps/v1/replicasets"))["items"]:
            meta, status = item["metadata"], item["status"]
            own = [p for p in pods if (p.namespace, p.group.owner_name) == (meta["namespace"], meta["name"])]
            running = sum(p.state is PodState.RUNNING for p in own)
            assert (item["spec"]["replicas"], status["replicas"]) == (len(own), len(own)), meta["name"]
            assert status.get("readyReplicas", 0) == running
            assert status["observedGeneration"] == meta["generation"]
            assert item["spec"]["selector"]["matchLabels"]["pod-template-hash"] == meta["name"].rpartition("-")[2]
            key = meta["namespace"], meta["ownerReferences"][0]["name"]
            wanted[key] = wanted.get(key, 0) + item["spec"]["replicas"]
        surging = 0
        for workload in cluster.world.workloads.values():
            if workload.kind == "Deployment":
                surging += (more := wanted[workload.namespace, workload.name] - workload.replicas) > 0
                assert more in {0, 1}, workload.name
        assert surging <= MOST_ROLLING
