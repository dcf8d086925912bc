"""Pods, nodes, namespaces and events on a real API server, in every normal and odd state: our rows are kubectl's."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.catalog.nodes import NODE_KIND
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.model.kinds import EVENTS, NODES, PODS
from quarterdeck.stores.protocol import Row
from testbed.cluster import Cluster
from tests.fleet.kinds.core import EVENTS_PRINTED, NAMESPACES_PRINTED, NODES_PRINTED, PODS_PRINTED
from tests.fleet.kinds.event_states import event_bodies
from tests.fleet.kinds.judge import judge
from tests.fleet.kinds.node_states import node_objects
from tests.fleet.kinds.objects import create
from tests.fleet.kinds.pod_states import pod_objects

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


def column(rows: list[Row], namespace: str, name: str) -> dict[object, object]:
    return {row["name"]: row[name] for row in rows if row["namespace"] == namespace}


async def test_pods_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-pods") as namespace:
        await create(real_cluster, PODS, "Pod", pod_objects(), namespace=namespace)
        rows = await judge(real_cluster, kubectl_binary, tmp_path, POD_KIND, PODS_PRINTED)
        # The words themselves, too: states that the server turned into others would prove nothing.
        assert column(rows, namespace, "status") == {
            "pending": "Pending", "unschedulable": "Pending", "gated": "SchedulingGated",
            "creating": "ContainerCreating",
            "init-1-of-3": "Init:1/3", "init-error": "Init:Error", "init-loop": "Init:CrashLoopBackOff",
            "init-exit-code": "Init:ExitCode:3", "init-signal": "Init:Signal:9", "initializing": "PodInitializing",
            "running": "Running", "not-ready-yet": "Running", "one-of-two-done": "NotReady", "gates": "Running",
            "crash-loop": "CrashLoopBackOff", "pull": "ImagePullBackOff", "oom": "OOMKilled", "signal": "Signal:9",
            "exit-code": "ExitCode:7", "completed": "Completed", "evicted": "Evicted", "mixed-end": "Error",
            "sidecar": "Running", "sidecar-starting": "Init:0/1", "sidecar-restarted": "Running",
            "terminating": "Terminating", "lost": "Unknown", "ended-but-kept": "Completed", "nominated": "Pending",
        }  # fmt: skip


async def test_nodes_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    nodes = node_objects()
    await create(real_cluster, NODES, "Node", nodes)
    try:
        rows = await judge(real_cluster, kubectl_binary, tmp_path, NODE_KIND, NODES_PRINTED)
        status = column(rows, "", "status")
        assert {n: status[n] for n in ("judged-ready", "judged-not-ready", "judged-new", "judged-cordoned")} == {
            "judged-ready": "Ready",
            "judged-not-ready": "NotReady",
            "judged-new": "Unknown",
            "judged-cordoned": "Ready,SchedulingDisabled",
        }
    finally:
        for node in nodes:
            await real_cluster.must("DELETE", f"/api/v1/nodes/{node.name}")


async def test_namespaces_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-going"):
        pass  # Terminating from here on: nobody finishes it.
    async with real_cluster.namespace("judged-staying"):
        rows = await judge(real_cluster, kubectl_binary, tmp_path, NAMESPACE_KIND, NAMESPACES_PRINTED)
        status = {row["name"]: row["status"] for row in rows}
        assert (status["judged-going"], status["judged-staying"]) == ("Terminating", "Active")


async def test_events_are_what_kubectl_prints(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    async with real_cluster.namespace("judged-events") as namespace:
        for body in event_bodies(namespace):
            group = "/apis/events.k8s.io/v1" if "note" in body else "/api/v1"
            await real_cluster.must("POST", f"{group}/namespaces/{namespace}/events", body)
        rows = await judge(real_cluster, kubectl_binary, tmp_path, EVENT_KIND, EVENTS_PRINTED)
        assert len(column(rows, namespace, "name")) == len(event_bodies(namespace))
        assert EVENT_KIND.resource == EVENTS
