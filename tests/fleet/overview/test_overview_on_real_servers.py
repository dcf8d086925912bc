"""The figures of a real cluster through the composed console, with and without usage, and what may not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.catalog.attention.workloads import DEPLOYMENTS
from quarterdeck.catalog.usage.metrics import NODE_METRICS
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.overview import Amounts, ClusterOverview, NodeFigures
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, console_on
from tests.fleet.kinds import pod_states, workload_states
from tests.fleet.kinds.objects import Json, Made, create
from tests.fleet.kinds.workload_states import before

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

REPLICASETS = Resource("apps", "v1", "replicasets")
CONTROLLERS = Resource("", "v1", "replicationcontrollers")
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def view(ground: Ground, name: str = "it") -> ClusterOverview:
    return ground.console.overview.cluster(ground.key(name))


def node(name: str, kubelet: str, ready: str, *wrong: str) -> Made:
    conditions = [{"type": "Ready", "status": ready}, *({"type": kind, "status": "True"} for kind in wrong)]
    amounts = {"cpu": "4", "memory": "8Gi", "pods": "110"}
    info = dict.fromkeys(
        ("machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion",
         "kubeProxyVersion", "operatingSystem", "architecture"), "x",
    )  # fmt: skip
    status = {
        "conditions": [{**c, "lastTransitionTime": before(hours=1)} for c in conditions],
        "capacity": amounts,
        "allocatable": {**amounts, "cpu": "3500m"},
        "nodeInfo": {**info, "kubeletVersion": kubelet},
    }
    return Made(name, {}, status)


def pod(name: str, phase: str, where: str) -> Made:
    asks = {"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}}
    spec: Json = {**pod_states.spec(), **({"nodeName": where} if where else {})}
    spec["containers"][0]["resources"] = asks
    return Made(name, spec, pod_states.status(phase, pod_states.runs("a")))


async def test_nodes_requests_workloads_versions_and_deprecated_apis_and_their_sum_over_clusters(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    nodes = [node("figured-well", "v1.37.0", "True"), node("figured-old", "v1.30.1", "False", "DiskPressure")]
    await real_cluster.must("GET", "/api/v1/componentstatuses")
    async with real_cluster.namespace("figured") as namespace, console_on(tmp_path, entries) as ground:
        await ground.settled(ground.open("it", "there"))
        await ground.until(lambda: view(ground).status == "ready" and view(ground).nodes is not None)
        first = view(ground)
        assert first.nodes is not None and first.pods is not None and first.requests is not None
        await create(real_cluster, NODES, "Node", nodes)
        try:
            pods = [pod("on", "Running", "figured-well"), pod("waits", "Pending", "")]
            await create(
                real_cluster, PODS, "Pod", [*pods, pod("done", "Succeeded", "figured-well")], namespace=namespace
            )
            made = [m for m in workload_states.deployments() if m.name in ("available", "stalled")]
            await create(real_cluster, DEPLOYMENTS, "Deployment", made, namespace=namespace)
            controllers = [m for m in workload_states.replicationcontrollers() if m.name in ("ready", "new")]
            await create(real_cluster, CONTROLLERS, "ReplicationController", controllers, namespace=namespace)
            sets = [m for m in workload_states.replicasets() if m.name in ("ready", "refused")]
            await create(real_cluster, REPLICASETS, "ReplicaSet", sets, namespace=namespace)
            before_nodes, before_pods = first.nodes, first.pods

            def counted() -> bool:
                now = view(ground)
                return (
                    now.nodes is not None
                    and now.pods is not None
                    and now.nodes.total == before_nodes.total + 2
                    and now.pods.total == before_pods.total + 3
                    and any(w.health.get("error") for w in now.workloads)
                    and any(w.resource == CONTROLLERS.path and w.total >= 2 for w in now.workloads)
                    and any(w.title == "Other replica sets" and w.health.get("error") for w in now.workloads)
                    and any(w.title == "Other pods" and w.total >= 3 for w in now.workloads)
                )

            await ground.until(counted)
            now = view(ground)
            assert now.nodes is not None and now.pods is not None
            total = now.nodes.total
            assert now.allocatable is not None and now.requests is not None and first.allocatable is not None
            assert (now.nodes.ready, now.nodes.pressed) == (before_nodes.ready + 1, before_nodes.pressed + 1)
            assert now.pods.scheduled == before_pods.scheduled + 1
            assert now.requests.cpu == pytest.approx(first.requests.cpu + 0.25)
            assert now.allocatable.cpu == pytest.approx(first.allocatable.cpu + 7)
            old = {one.version: one for one in now.kubelets}["v1.30.1"]
            assert (old.nodes, old.supported) == (1, False) and (old.behind or 0) > 3
            [deployments] = [w for w in now.workloads if w.resource == "apps/v1/deployments"]
            assert deployments.health["error"] >= 1 and deployments.health["ok"] >= 1
            [found] = [w for w in now.workloads if w.resource == CONTROLLERS.path]
            assert found.title == "Replication controllers"
            # The server is shared: others may have theirs.
            assert found.health["ok"] >= 1 and found.health["progressing"] >= 1
            others = {w.resource: w.filter for w in now.workloads if w.filter}
            assert others[REPLICASETS.path] == "-owner:Deployment/*"
            assert others[PODS.path].startswith("-owner:ReplicaSet/*,")
            await ground.until(lambda: view(ground).deprecated is not None)
            uses = view(ground).deprecated or []
            assert ("", "v1", "componentstatuses") in [(u.group, u.version, u.resource) for u in uses]
            assert (now.usage, now.usage_note) == (None, "Nobody answers metrics.k8s.io here.")
            await ground.until(lambda: ground.console.overview.fleet().nodes.total == 2 * total)
            fleet = ground.console.overview.fleet()
            assert (fleet.known["nodes"], fleet.nodes.total, fleet.known["usage"]) == (2, 2 * total, 0)
            ground.close("there")
            assert [one.key for one in ground.console.overview.fleet().clusters] == [ground.key("it")]
            assert view(ground, "there").nodes is None
        finally:
            for one in nodes:
                await real_cluster.must("DELETE", f"/api/v1/nodes/{one.name}")


async def test_usage_is_what_the_metrics_api_says_and_nothing_where_it_is_gone(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    name = "nodes.metrics.k8s.io"
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    definition: Json = {
        "metadata": {"name": name, "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"}},
        "spec": {
            "group": NODE_METRICS.group,
            "scope": "Cluster",
            "names": {"plural": "nodes", "singular": "node", "kind": "NodeMetrics"},
            "versions": [version],
        },
    }
    await real_cluster.must("POST", CRDS, definition)
    try:
        path = f"{NODE_METRICS.api_prefix}/nodes"
        await real_cluster.until(200, path)
        for node_name, cpu in (("n1", "250m"), ("n2", "1250000000n")):
            body = {
                "apiVersion": "metrics.k8s.io/v1beta1",
                "kind": "NodeMetrics",
                "metadata": {"name": node_name},
                "timestamp": before(seconds=30),
                "usage": {"cpu": cpu, "memory": "1Gi"},
            }
            await real_cluster.must("POST", path, body)
        async with console_on(tmp_path, [real_cluster.entry("it")]) as ground:
            await ground.settled(ground.open("it"))
            await ground.until(lambda: view(ground).usage is not None)
            assert view(ground).usage == Amounts(1.5, 2 * 1024**3)
            assert (view(ground).usage_note, view(ground).usage_at is not None) == ("", True)
            await real_cluster.must("DELETE", f"{CRDS}/{name}")
            await ground.until(lambda: view(ground).usage is None, within=20)
            assert view(ground).usage_note
    finally:
        await real_cluster.request("DELETE", f"{CRDS}/{name}")


async def test_what_may_not_be_read_is_not_known_and_said(real_cluster: Cluster, tmp_path: Path) -> None:
    pods = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]}]
    await real_cluster.create_role("figures-few", pods)
    await real_cluster.bind("figures-few", "figures-few", users=["system:serviceaccount:default:glancer"])
    await real_cluster.create_service_account("glancer")
    token = await real_cluster.service_account_token("glancer")
    await real_cluster.until(200, "/api/v1/pods", token=token)
    async with console_on(tmp_path, [real_cluster.entry("it", user={"token": token})]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until(lambda: bool(view(ground).deprecated_note) and view(ground).pods is not None)
        await ground.until(lambda: "metrics" in view(ground).deprecated_note)
        found = view(ground)
        assert (found.nodes, found.capacity, found.kubelets, found.deprecated) == (None, None, [], None)
        assert "core/v1/nodes" in {gap.resource for gap in found.gaps if gap.status == "forbidden"}
        assert ground.console.overview.fleet().nodes == NodeFigures()
        assert ground.console.overview.fleet().known["nodes"] == 0
