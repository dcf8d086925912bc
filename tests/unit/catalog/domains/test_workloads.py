"""Each kind of workload is counted by its health; what is not well is listed, the worst first, with its own words."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.catalog.domains.workloads import PARTS, FoundKind, kinds_of, read, why
from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.workloads.cronjobs import CRONJOB_KIND
from quarterdeck.catalog.workloads.deployments import DEPLOYMENT_KIND
from quarterdeck.catalog.workloads.jobs import JOB_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.catalog.workloads.replicationcontrollers import REPLICATIONCONTROLLER_KIND
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import WorkloadsQuestion
from tests.unit.catalog.domains.kept import Json, Kept

pytestmark = pytest.mark.anyio
A = Key("a")
SINCE = {"lastTransitionTime": "2026-01-01T00:00:00Z"}
AT = 1767225600


def deployment(store: Kept, name: str, namespace: str = "shop", *, of: int = 3, **status: Any) -> None:
    found = {"observedGeneration": 1, "replicas": of, "updatedReplicas": of, "readyReplicas": of, **status}
    store.add(DEPLOYMENT_KIND, name, namespace, spec={"replicas": of}, status={"availableReplicas": of, **found})


def says(kind: str, status: str, reason: str, message: str = "it says so") -> Json:
    return {"conditions": [{"type": kind, "status": status, "reason": reason, "message": message, **SINCE}]}


async def asked(store: Kept, spec: KindSpec[Any] = DEPLOYMENT_KIND, **question: Any) -> FoundKind:
    return (await read(store, A, WorkloadsQuestion(**question)))[spec.resource.path]


async def test_each_kind_is_counted_and_what_is_not_well_is_listed_the_worst_first() -> None:
    store = Kept()
    deployment(store, "fine")
    deployment(store, "none", of=0)
    deployment(store, "fell", availableReplicas=2, **says("Progressing", "True", "NewReplicaSetAvailable"))
    deployment(store, "stuck", **says("Progressing", "False", "ProgressDeadlineExceeded"))
    deployment(store, "rolls", updatedReplicas=1, readyReplicas=2, replicas=4)
    found = await asked(store)
    assert found.health == {"ok": 1, "done": 1, "warn": 1, "error": 1, "progressing": 1}
    assert [(w.name, w.health, w.why, w.since) for w in found.unwell] == [
        ("stuck", "error", "ProgressDeadlineExceeded: it says so", AT),
        ("fell", "warn", "2 of 3 pods are available.", None),
    ]
    [rolls] = found.rollouts
    assert (rolls.name, rolls.wanted, rolls.updated, rolls.ready, rolls.available) == ("rolls", 3, 1, 2, 3)
    assert (found.total, found.rolling) == (2, 1)
    assert (rolls.id, rolls.resource) == ("a/apps/v1/deployments/u-shop-rolls", "apps/v1/deployments")


async def test_a_question_narrows_by_namespace_words_kind_and_health() -> None:
    store = Kept()
    late = says("Progressing", "False", "ProgressDeadlineExceeded")
    deployment(store, "web", "shop", **late)
    deployment(store, "web", "pay", **late)
    deployment(store, "api", "pay", **late)
    deployment(store, "good", "pay")
    assert [w.namespace for w in (await asked(store, text="WEB stalled")).unwell] == ["pay", "shop"]
    in_pay = await asked(store, namespaces=("pay",), limit=1)
    assert ([w.name for w in in_pay.unwell], in_pay.total, in_pay.health) == (["api"], 2, {"error": 2, "ok": 1})
    assert in_pay.namespaces == ["pay", "shop"]
    assert [w.name for w in (await asked(store, health=("ok",))).unwell] == ["good"]
    jobs_only = await asked(store, kinds=(JOB_KIND.resource.path,))
    assert (jobs_only.unwell, jobs_only.total, jobs_only.health) == ([], 0, {"error": 3, "ok": 1})


async def test_of_replica_sets_and_pods_those_count_that_no_counted_workload_made() -> None:
    store = Kept()
    pending: Json = {"phase": "Pending", "message": "no room"}
    for spec, status in ((REPLICASET_KIND, {"readyReplicas": 1}), (POD_KIND, pending)):
        store.add(spec, "bare", spec={"replicas": 3}, status=status)
    store.add(REPLICASET_KIND, "made", owner="Deployment/web", spec={"replicas": 3}, status={"readyReplicas": 1})
    store.add(REPLICASET_KIND, "rolled", owner="Rollout/web", spec={"replicas": 3}, status={"readyReplicas": 1})
    for maker in ("ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"):
        store.add(POD_KIND, f"of-{maker}".lower(), owner=f"{maker}/web", spec={}, status=pending)
    store.add(POD_KIND, "static", owner="Node/n1", spec={}, status=pending)
    store.add(POD_KIND, "postgres", owner="Cluster/pg", spec={}, status=pending)
    found = await read(store, A, WorkloadsQuestion(health=("progressing",)))
    assert [(w.kind, w.name) for one in found.values() for w in one.unwell] == [
        ("ReplicaSet", "bare"), ("ReplicaSet", "rolled"), ("Pod", "bare"), ("Pod", "postgres"), ("Pod", "static"),
    ]  # fmt: skip
    assert found[POD_KIND.resource.path].rollouts == []


async def test_the_filter_of_a_kind_has_its_table_show_the_rows_that_count() -> None:
    store = Kept()
    for name, owner in (("bare", ""), ("static", "Node/n1"), ("rolled", "Rollout/web"), ("made", "Deployment/web")):
        store.add(REPLICASET_KIND, name, owner=owner, spec={}, status={})
        store.add(POD_KIND, name, owner=owner, spec={}, status={})
    store.add(POD_KIND, "of-a-set", owner="ReplicaSet/web-1", spec={}, status={})
    for kind in kinds_of([await read(store, A, WorkloadsQuestion())]):
        spec = next(part.spec for part in PARTS if part.spec.resource.path == kind.resource)
        if kind.filter:
            found = compile_filter(kind.filter, spec)
            assert await store.count(spec.resource, found.where, found.params) == kind.total == (3, 4)[spec is POD_KIND]


async def test_replication_controllers_count_whoever_made_them() -> None:
    store = Kept()
    store.add(REPLICATIONCONTROLLER_KIND, "old", spec={"replicas": 2}, status={"replicas": 2, "readyReplicas": 2})
    refused = says("ReplicaFailure", "True", "FailedCreate", "exceeded quota")
    store.add(REPLICATIONCONTROLLER_KIND, "of-config", owner="DeploymentConfig/a", spec={"replicas": 2}, status=refused)
    found = await asked(store, REPLICATIONCONTROLLER_KIND)
    assert found.health == {"ok": 1, "error": 1}
    assert [(w.name, w.why, w.wanted, w.ready) for w in found.unwell] == [
        ("of-config", "FailedCreate: exceeded quota", 2, 0)
    ]


async def test_jobs_and_cron_jobs_say_since_when_and_why() -> None:
    store = Kept()
    start = {"startTime": "2026-01-01T00:00:00Z"}
    store.add(JOB_KIND, "tries", spec={}, status={"failed": 2, "active": 1, **start})
    store.add(CRONJOB_KIND, "nightly", spec={}, status={"lastScheduleTime": "2026-01-01T00:00:00Z"})
    [tries], [nightly] = (await asked(store, JOB_KIND)).unwell, (await asked(store, CRONJOB_KIND)).unwell
    assert (tries.why, tries.since, tries.wanted) == ("2 of its pods failed; it goes on trying.", AT, None)
    assert (nightly.why, nightly.since) == ("Its last run did not succeed.", AT)


def test_a_sentence_is_the_clusters_own_where_there_is_one_and_not_without_end() -> None:
    assert why({"status": "Paused", "reason": "DeploymentPaused", "message": ""}) == "DeploymentPaused"
    assert why({"status": "Suspended"}) == "Nothing is started until somebody resumes it."
    outdated = {"status": "Outdated", "wanted": 3, "updated": 1, "available": 3}
    assert why(outdated).startswith("1 of 3 pods are of the newest template")
    assert why({"status": "Unknown"}) == ""
    assert len(why({"status": "Stalled", "message": "x" * 5000})) == 400


async def test_a_kind_that_was_never_read_is_not_counted_and_one_of_an_older_version_neither() -> None:
    store = Kept()
    assert await read(store, A, WorkloadsQuestion()) == {}
    store.keep(DEPLOYMENT_KIND.resource, tuple(c for c in DEPLOYMENT_KIND.columns if c.name != "since"))
    store.live(DEPLOYMENT_KIND.resource)
    assert await read(store, A, WorkloadsQuestion()) == {}


def test_kinds_are_summed_over_clusters_and_say_in_how_many_they_are_known() -> None:
    path = DEPLOYMENT_KIND.resource.path
    one, other = FoundKind({"ok": 3, "done": 1, "error": 2}), FoundKind({"ok": 1, "warn": 4, "unknown": 1})
    first, *others = kinds_of([{path: one}, {path: other}, {}])
    assert (first.clusters, first.total, first.healthy, first.resting) == (2, 12, 4, 1)
    assert (first.progressing, first.warned, first.failing, first.unknown) == (0, 4, 2, 1)
    assert len(others) == len(PARTS) - 1 and all(kind.clusters == kind.total == 0 for kind in others)
