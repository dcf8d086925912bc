"""Usage beside pods and nodes of a real API server, where somebody answers metrics.k8s.io, and where nobody does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.catalog.usage.metrics import NODE_METRICS, POD_METRICS
from quarterdeck.model.kinds import NODES, PODS
from testbed.admin import MERGE_PATCH
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, Watched, console_on
from tests.fleet.kinds import pod_states
from tests.fleet.kinds.objects import Json, Made, create
from tests.fleet.kinds.workload_states import before
from tests.polling import asked_until

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
KINDS = ((POD_METRICS, "PodMetrics", "Namespaced"), (NODE_METRICS, "NodeMetrics", "Cluster"))


@asynccontextmanager
async def measuring(cluster: Cluster) -> AsyncGenerator[None]:
    """A group metrics.k8s.io whose objects can be written."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    approved = {"api-approved.kubernetes.io": "unapproved, for a test"}
    try:
        for resource, kind, scope in KINDS:
            plural = resource.resource
            names = {"plural": plural, "singular": plural.removesuffix("s"), "kind": kind}
            spec = {"group": resource.group, "scope": scope, "names": names, "versions": [version]}
            meta = {"name": f"{plural}.{resource.group}", "annotations": approved}
            await cluster.must("POST", CRDS, {"metadata": meta, "spec": spec})
            await cluster.until(200, f"{resource.api_prefix}/{plural}")
        yield
    finally:
        for resource, _, _ in KINDS:
            await cluster.request("DELETE", f"{CRDS}/{resource.resource}.{resource.group}")


async def measure(cluster: Cluster, name: str, namespace: str, cpu: str) -> None:
    usage = {"cpu": cpu, "memory": "32Mi"}
    body: Json = {"apiVersion": "metrics.k8s.io/v1beta1", "metadata": {"name": name}, "timestamp": before(seconds=10)}
    if namespace:
        containers = [{"name": "a", "usage": usage}]
        path = f"{POD_METRICS.api_prefix}/namespaces/{namespace}/pods"
        await cluster.must("POST", path, {**body, "kind": "PodMetrics", "containers": containers})
    else:
        await cluster.must("POST", f"{NODE_METRICS.api_prefix}/nodes", {**body, "kind": "NodeMetrics", "usage": usage})


def pod(name: str) -> Made:
    asks = {"requests": {"cpu": "500m", "memory": "64Mi"}, "limits": {"cpu": "1"}}
    spec = pod_states.spec()
    spec["containers"][0]["resources"] = asks
    return Made(name, spec, pod_states.status("Running", pod_states.runs("a")))


def shown(window: Watched) -> set[str]:
    return {c.name for c in window.columns if not c.detail}


async def test_usage_stands_beside_pods_and_nodes_as_long_as_it_is_measured(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    node = Made(
        "measured-node", {}, {"allocatable": {"cpu": "4", "memory": "64Mi"}, "capacity": {"cpu": "4", "memory": "64Mi"}}
    )
    await create(real_cluster, NODES, "Node", [node])
    try:
        async with (
            real_cluster.namespace("measured") as namespace,
            console_on(tmp_path, [real_cluster.entry("it")]) as ground,
        ):
            await create(real_cluster, PODS, "Pod", [pod("busy"), pod("idle"), pod("new")], namespace=namespace)
            await ground.settled(ground.open("it"))
            await ground.until_state("it", "ready")
            window = ground.window("it", namespaces=[namespace], sort=["-cpu_usage", "name"])
            await ground.until(lambda: len(window.rows) == 3)
            assert not shown(window) & {"cpu_usage", "memory_usage"}
            await ground.until(lambda: lately(ground, namespace, "busy") == ([], "Nobody answers metrics.k8s.io here."))
            async with measuring(real_cluster):
                await measure(real_cluster, "busy", namespace, "750m")
                await measure(real_cluster, "idle", namespace, "2500000n")
                await measure(real_cluster, "measured-node", "", "1")
                await ground.until(lambda: "cpu_usage" in shown(window), within=30)
                await ground.until(lambda: window.values("cpu_usage") == [0.75, 0.0025, None])
                assert window.values("name") == ["busy", "idle", "new"]
                assert window.values("cpu_of_request") == [150.0, 0.5, None]
                assert window.values("cpu_of_limit") == [75.0, 0.3, None]
                assert window.values("memory_of_request") == [50.0, 50.0, None]
                assert window.values("memory_of_limit") == [None, None, None]
                path = f"{POD_METRICS.api_prefix}/namespaces/{namespace}/pods/idle"
                more = {"containers": [{"name": "a", "usage": {"cpu": "2", "memory": "32Mi"}}]}
                async with real_cluster.connect(limit=1) as connection:
                    await connection.must("PATCH", path, more, content_type=MERGE_PATCH)
                await ground.until(lambda: window.values("name") == ["idle", "busy", "new"])
                nodes = ground.window("it", resource=NODES, filter="measured-node cpu_of_allocatable:>20")
                await ground.until(lambda: bool(nodes.rows) and nodes.values("memory_of_allocatable") == [50.0])
                # A sample is no news to anybody.
                await asked_until(lambda: 0.75 in lately(ground, namespace, "busy")[0], within=40)
            await ground.until(lambda: "cpu_usage" not in shown(window), within=30)
            assert len(window.rows) == 3
            assert ground.states() == {"it": "ready"}
    finally:
        await real_cluster.must("DELETE", "/api/v1/nodes/measured-node")


def lately(ground: Ground, namespace: str, name: str) -> tuple[list[float | None], str]:
    """The cores of a pod, of all samples but those that say the same, and the note."""
    found = ground.console.usage.lately(ground.key("it"), PODS, [f"{namespace}/{name}"])
    series = found.series.get(f"{namespace}/{name}")
    return (list(dict.fromkeys(series.cpu)) if series is not None else []), found.note
