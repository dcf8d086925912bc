"""Figures follow the rows of what is looked at; the skew policy; a metric out of megabytes."""

from __future__ import annotations

import pytest

from quarterdeck.catalog.overview.figures import Overview
from quarterdeck.catalog.overview.skew import behind, supported
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.kubeclient.exposition import Samples
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.target import ClusterId, Key
from tests.unit.catalog.memory import MemoryStore
from tests.unit.catalog.scene import Visible, settle

REPLICASETS = Resource("apps", "v1", "replicasets")
A, ID = Key("a"), ClusterId("f:a")


@pytest.mark.anyio
async def test_figures_are_counted_while_somebody_looks_and_gone_with_the_cluster() -> None:
    told: list[Key] = []
    seen: set[Key] = set()
    board, store = Overview(lambda key: key in seen, told.append), MemoryStore()
    amounts = {"cpu": 4.0, "cpu_capacity": 4.5, "memory": 8, "memory_capacity": 9, "pods": 110, "pods_capacity": 110}
    store.put("n1", "", NODES, {"status": "Ready", "pressure": "", "version": "v1.37.0", **amounts})
    store.put("n2", "", NODES, {"status": "NotReady", "pressure": "Disk", "version": "v1.36.2", **amounts})
    for name, phase, node in (("on", "Running", "n1"), ("waits", "Pending", ""), ("done", "Succeeded", "n1")):
        asks = {"cpu_request": 0.5, "cpu_limit": 1.0, "memory_request": 64, "memory_limit": 128}
        store.put(name, cells={"phase": phase, "node": node, "health": "ok", **asks})
    board.prepare(ID, A, Visible(1, store)).commit()
    await settle(10)
    assert (board.of(A), told) == ({}, [])
    seen.add(A)
    board.look(A)
    await settle(3)
    nodes, pods = board.of(A)[NODES], board.of(A)[PODS]
    assert (nodes.sums["total"], nodes.sums["ready"], nodes.sums["pressed"], nodes.sums["cpu"]) == (2, 1, 1, 8.0)
    assert nodes.by == {"v1.37.0": 1, "v1.36.2": 1}
    assert (pods.sums["scheduled"], pods.sums["cpu_request"], pods.sums["memory_limit"]) == (1, 0.5, 128)
    assert (pods.sums["total"], pods.sums["pending"], told) == (3, 1, [A])
    store.live()
    await settle(5)
    assert told == [A]
    store.take("on")
    await settle(5)
    assert (board.of(A)[PODS].sums["scheduled"], told) == (0, [A, A])
    board.removed(ID, A)
    assert (board.of(A), board.version(A), store.listeners) == ({}, 0, 0)
    await board.close()


@pytest.mark.anyio
async def test_pods_and_replica_sets_that_no_workload_made_are_counted_by_their_health() -> None:
    board, store = Overview(lambda _: True, lambda _: None), MemoryStore()
    figured = {"cpu_request": 0.0, "memory_limit": 0, "phase": "Running", "node": "n1"}
    for name, owner, health in (
        ("by-hand", "", "error"),
        ("static", "Node/n1", "ok"),
        ("operated", "Cluster/pg", "ok"),
        ("made", "ReplicaSet/web-1", "error"),
        ("ran", "Job/report-1", "done"),
    ):
        store.put(name, cells={**figured, "owner": owner, "health": health})
    store.keep(REPLICASETS, REPLICASET_KIND.columns)
    for name, owner in (("web-1", "Deployment/web"), ("alone", ""), ("rollout", "Rollout/shop")):
        store.put(name, "shop", REPLICASETS, {"owner": owner, "health": "ok"})
    board.prepare(ID, A, Visible(1, store)).commit()
    board.look(A)
    await settle(3)
    assert board.of(A)[PODS].by == {"ok": 2, "error": 1}
    assert board.of(A)[PODS].sums["total"] == 5
    assert board.of(A)[REPLICASETS].by == {"ok": 2}
    await board.close()


@pytest.mark.parametrize(
    ("server", "kubelet", "minors", "fine"),
    [
        ("v1.37.2", "v1.37.0", 0, True),
        ("v1.37.2", "v1.34.9-eks-1", 3, True),
        ("v1.37.2", "v1.33.0", 4, False),
        ("v1.36.0", "v1.37.0", -1, False),
        ("v1.26.0", "v1.24.1", 2, True),
        ("v1.27.0", "v1.24.1", 3, False),
        ("", "v1.37.0", None, True),
        ("v1.37.0", "", None, True),
    ],
)
def test_kubelets_may_be_three_minors_behind_and_never_ahead(
    server: str, kubelet: str, minors: int | None, fine: bool
) -> None:
    assert (behind(server, kubelet), supported(server, kubelet)) == (minors, fine)


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_samples_of_one_metric_are_found_wherever_the_pieces_are_cut(size: int) -> None:
    text = (
        b"# HELP asked Asked for.\n# TYPE asked gauge\n"
        b'asked{group="",resource="endpoints",removed_release="",version="v1"} 1\n'
        b'asked{group="a\\"b",resource="x\\\\y"} 1\nasked_more{group="no"} 1\nother 7\n'
        b'asked{group="last"} 1\n'
    )
    samples = Samples("asked")
    for start in range(0, len(text), size):
        samples.feed(text[start : start + size])
    assert samples.found == [
        {"group": "", "resource": "endpoints", "removed_release": "", "version": "v1"},
        {"group": 'a"b', "resource": "x\\y"},
        {"group": "last"},
    ]
    assert samples.seen == len(text)
