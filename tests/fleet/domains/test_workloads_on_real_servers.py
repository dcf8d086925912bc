"""Workloads of real servers, through the composed console: counted, listed with their reasons, live, over clusters."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.workloads.deployments import DEPLOYMENT_KIND
from quarterdeck.catalog.workloads.jobs import JOB_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.catalog.workloads.replicationcontrollers import REPLICATIONCONTROLLER_KIND
from quarterdeck.model.workloads import WorkloadKind, WorkloadsAnswer, WorkloadsQuestion
from testbed.cluster import Cluster
from tests.e2e.ground import console_on
from tests.fleet.domains.asking import until_answer
from tests.fleet.kinds import pod_states, workload_states
from tests.fleet.kinds.objects import Made, create

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]
DEPLOYMENTS = DEPLOYMENT_KIND.resource


def named(answer: WorkloadsAnswer) -> dict[str, WorkloadKind]:
    return {kind.kind: kind for kind in answer.kinds}


async def test_workloads_are_counted_and_explained_over_clusters_and_follow_what_happens(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    made = {one.name: one for one in workload_states.deployments()}
    chosen = [made[name] for name in ("available", "stalled", "degraded", "surging", "scaled-down")]
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("worked") as namespace, console_on(tmp_path, entries) as ground:
        await create(real_cluster, DEPLOYMENTS, "Deployment", chosen, namespace=namespace)
        for kind, state in ((JOB_KIND, workload_states.jobs()), (REPLICASET_KIND, workload_states.replicasets())):
            await create(real_cluster, kind.resource, kind.kind, list(state), namespace=namespace)
        bare = Made("alone", pod_states.spec(), pod_states.status("Running", pod_states.runs("a")))
        node = {"apiVersion": "v1", "kind": "Node", "name": "n1", "uid": "1", "controller": True}
        static = Made("static", pod_states.spec(), bare.status, meta={"ownerReferences": [node]})
        await create(real_cluster, POD_KIND.resource, "Pod", [bare, static], namespace=namespace)
        controllers = list(workload_states.replicationcontrollers())
        resource = REPLICATIONCONTROLLER_KIND.resource
        await create(real_cluster, resource, REPLICATIONCONTROLLER_KIND.kind, controllers, namespace=namespace)
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        domains = ground.console.domains

        async def ask(*clusters: str) -> WorkloadsAnswer:
            return await domains.workloads(WorkloadsQuestion(clusters, (namespace,)))

        answer = await until_answer(ask, lambda found: found.whole and found.kinds[0].total == 10)
        kinds = named(answer)
        deployments = kinds["Deployment"]
        assert (deployments.clusters, deployments.healthy, deployments.resting) == (2, 2, 2)
        assert (deployments.progressing, deployments.warned, deployments.failing) == (2, 2, 2)
        # The one that a Deployment made is not among those of their own.
        assert kinds["ReplicaSet"].total == 2 * (len(workload_states.replicasets()) - 1)
        assert (kinds["Pod"].total, kinds["Pod"].healthy) == (4, 4)
        assert kinds["ReplicationController"].total == 2 * len(controllers)
        unwell = {one.name: one for one in answer.unwell if one.cluster == it and one.kind == "Deployment"}
        stalled = unwell["stalled"]
        assert list(unwell) == ["stalled", "degraded"]
        assert (stalled.why, stalled.status) == ("ProgressDeadlineExceeded: said why", "Stalled")
        assert stalled.since is not None and unwell["degraded"].why == "2 of 3 pods are available."
        rollouts = {(one.cluster, one.name): one for one in answer.rollouts}
        surging = rollouts[it, "surging"]
        assert (surging.wanted, surging.updated, surging.ready) == (3, 3, 3)
        assert {one.kind for one in answer.unwell} >= {"Deployment", "Job", "ReplicaSet"}
        # What happens while somebody looks is told, and is in the next answer.
        version = domains.versions(it)["workloads"]
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments/stalled"
        await real_cluster.must("DELETE", path)
        await ground.until(lambda: domains.versions(it)["workloads"] > version)
        gone = await until_answer(ask, lambda found: found.kinds[0].failing == 0)
        assert "stalled" not in {one.name for one in gone.unwell}
        ground.close("there")
        assert {one.cluster for one in (await ask()).unwell} == {it}
        closed = await ask(there)
        assert ([part.status for part in closed.parts], closed.unwell, closed.whole) == (["closed"], [], False)


async def test_kinds_that_may_not_be_read_are_named_and_the_others_are_there(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    user = "system:serviceaccount:default:workless"
    rules = [
        {"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": ["list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list", "watch"]},
    ]
    await real_cluster.create_role("workless", rules)
    await real_cluster.bind("workless", "workless", users=[user])
    await real_cluster.create_service_account("workless")
    token = await real_cluster.service_account_token("workless")
    await real_cluster.until(200, "/apis/apps/v1/deployments", token=token)
    async with console_on(tmp_path, [real_cluster.entry("it", user={"token": token})]) as ground:
        await ground.settled(ground.open("it"))

        async def ask() -> WorkloadsAnswer:
            return await ground.console.domains.workloads(WorkloadsQuestion())

        def told(found: WorkloadsAnswer) -> bool:
            [part] = found.parts
            return {gap.status for gap in part.gaps} == {"forbidden"} and len(part.gaps) == 6

        answer = await until_answer(ask, told)
        assert (answer.parts[0].status, answer.whole) == ("forbidden", False)
        assert "Deployments" not in [gap.title for gap in answer.parts[0].gaps]
        assert (named(answer)["Deployment"].clusters, named(answer)["Job"].clusters) == (1, 0)
