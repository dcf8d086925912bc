"""What kubectl does not print of the kinds that make pods. What it prints is judged on real servers (tests/fleet)."""

from __future__ import annotations

import pytest

from quarterdeck.catalog.images import tag
from quarterdeck.catalog.selectors import Expression, Selector, written
from quarterdeck.catalog.workloads.cronjobs import CRONJOB_KIND
from quarterdeck.catalog.workloads.daemonsets import DAEMONSET_KIND
from quarterdeck.catalog.workloads.deployments import DEPLOYMENT_KIND
from quarterdeck.catalog.workloads.horizontalpodautoscalers import AUTOSCALER_KIND
from quarterdeck.catalog.workloads.jobs import JOB_KIND
from quarterdeck.catalog.workloads.poddisruptionbudgets import BUDGET_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.catalog.workloads.replicationcontrollers import REPLICATIONCONTROLLER_KIND
from quarterdeck.catalog.workloads.statefulsets import STATEFULSET_KIND
from tests.unit.catalog.workloads.rows import Json, because, row, stands

WHOLE: Json = {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2}
DELETED = {"deletionTimestamp": "2026-01-01T00:00:00Z"}


def test_a_stalled_rollout_is_an_error_with_its_reason_and_since_when() -> None:
    late = because("Progressing", "False", "ProgressDeadlineExceeded", "timed out")
    found = row(DEPLOYMENT_KIND, {"replicas": 2}, {**WHOLE, "conditions": [late]})
    assert stands(found) == ("error", "Stalled", "ProgressDeadlineExceeded")
    assert (found["message"], found["since"]) == ("timed out", 1767225600)


def test_pods_that_may_not_be_made_are_an_error_with_the_servers_words() -> None:
    refused = because("ReplicaFailure", "True", "FailedCreate", "exceeded quota")
    for kind in (DEPLOYMENT_KIND, REPLICASET_KIND, REPLICATIONCONTROLLER_KIND):
        found = row(kind, {"replicas": 2}, {"conditions": [refused]})
        assert (*stands(found), found["message"]) == ("error", "ReplicaFailure", "FailedCreate", "exceeded quota")


def test_a_deployment_pauses_goes_rests_and_is_not_done_before_its_newest_spec_was_seen() -> None:
    assert stands(row(DEPLOYMENT_KIND, {"replicas": 2, "paused": True}, WHOLE))[:2] == ("warn", "Paused")
    assert stands(row(DEPLOYMENT_KIND, {"replicas": 2}, WHOLE, **DELETED))[:2] == ("progressing", "Terminating")
    assert stands(row(DEPLOYMENT_KIND, {"replicas": 0}, {}))[:2] == ("done", "ScaledDown")
    seen = {**WHOLE, "observedGeneration": 3}
    assert stands(row(DEPLOYMENT_KIND, {"replicas": 2}, seen, generation=3))[:2] == ("ok", "Available")
    assert stands(row(DEPLOYMENT_KIND, {"replicas": 2}, seen, generation=4))[:2] == ("progressing", "Progressing")


def test_pods_lost_after_a_rollout_degrade_a_deployment_and_too_many_make_it_unavailable() -> None:
    done, less = because("Progressing", "True", "NewReplicaSetAvailable"), {**WHOLE, "availableReplicas": 1}
    assert stands(row(DEPLOYMENT_KIND, {"replicas": 2}, {**less, "conditions": [done]}))[:2] == ("warn", "Degraded")
    short = because("Available", "False", "MinimumReplicasUnavailable")
    found = row(DEPLOYMENT_KIND, {"replicas": 2}, {**less, "conditions": [done, short]})
    assert stands(found) == ("error", "Unavailable", "MinimumReplicasUnavailable")
    on_its_way = because("Progressing", "True", "ReplicaSetUpdated")
    found = row(DEPLOYMENT_KIND, {"replicas": 2}, {**less, "conditions": [on_its_way, short]})
    assert stands(found)[:2] == ("progressing", "Progressing")


def test_a_workload_tells_its_images_tags_owner_labels_and_what_a_pod_asks_for() -> None:
    asks = {"requests": {"cpu": "250m", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}
    pods = [{"name": "a", "image": "host:5000/app:1.2", "resources": asks}, {"name": "b", "image": "side"}]
    owners = [{"kind": "Thing", "name": "t", "controller": True}]
    for kind in (DEPLOYMENT_KIND, REPLICASET_KIND, STATEFULSET_KIND, DAEMONSET_KIND, JOB_KIND):
        spec = {"template": {"spec": {"containers": pods}}}
        found = row(kind, spec, ownerReferences=owners, labels={"b": "2", "a": "1"})
        assert (found["containers"], found["images"], found["tag"]) == ("a,b", "host:5000/app:1.2,side", "1.2,latest")
        assert (found["cpu_request"], found["cpu_limit"]) == (0.25, 1)
        assert (found["memory_request"], found["memory_limit"]) == (2**30, 2**31)
        assert (found["owner"], found["labels"]) == ("Thing/t", '{"a":"1","b":"2"}')


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("app:1.2", "1.2"),
        ("app", "latest"),
        ("host:5000/team/app", "latest"),
        ("host:5000/team/app:v3@sha256:" + "0" * 64, "v3"),
        ("app@sha256:0123456789abcdef", "0123456789ab"),
    ],
)
def test_the_tag_is_what_a_kubelet_would_pull(image: str, expected: str) -> None:
    assert tag(image) == expected


def test_a_selector_is_worded_by_key() -> None:
    expressions = [Expression("z", "In", ["b", "a"]), Expression("b", "DoesNotExist"), Expression("c", "Exists")]
    assert written(Selector({"m": "1"}, expressions)) == "!b,c,m=1,z in (a,b)"
    assert written(Selector({}, [])) == written(None) == ""


def test_a_stateful_set_updates_may_be_held_back_or_wait_for_a_hand() -> None:
    other = {**WHOLE, "updatedReplicas": 1, "currentRevision": "one", "updateRevision": "two"}
    held = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    assert stands(row(STATEFULSET_KIND, {"replicas": 2}, other))[:2] == ("progressing", "Updating")
    assert stands(row(STATEFULSET_KIND, {"replicas": 2, "updateStrategy": held}, other))[:2] == ("ok", "PartlyUpdated")
    by_hand = {"replicas": 2, "updateStrategy": {"type": "OnDelete"}}
    assert stands(row(STATEFULSET_KIND, by_hand, other))[:2] == ("warn", "Outdated")


def test_a_daemon_set_misses_pods_by_plan_or_by_mishap() -> None:
    whole: Json = dict.fromkeys(("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled"), 3)
    assert stands(row(DAEMONSET_KIND, {}, {**whole, "numberAvailable": 3}))[:2] == ("ok", "Available")
    assert stands(row(DAEMONSET_KIND, {}, {**whole, "numberAvailable": 2}))[:2] == ("warn", "Degraded")
    assert stands(row(DAEMONSET_KIND, {}, whole))[:2] == ("error", "Unavailable")
    updating = {**whole, "numberAvailable": 2, "updatedNumberScheduled": 1}
    assert stands(row(DAEMONSET_KIND, {}, updating))[:2] == ("progressing", "Progressing")
    assert stands(row(DAEMONSET_KIND, {}, {}))[:2] == ("done", "NoNodes")


def test_a_failed_job_says_why_and_its_duration_ends_when_it_failed() -> None:
    failed = because("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    status = {"startTime": "2025-12-31T23:59:00Z", "failed": 6, "conditions": [failed]}
    found = row(JOB_KIND, {"backoffLimit": 5}, status)
    assert stands(found) == ("error", "Failed", "BackoffLimitExceeded")
    assert (found["completed"], found["ended"], found["duration"]) == (None, 1767225600, 60)
    assert (found["failed"], found["backoff_limit"]) == (6, 5)


def test_a_job_that_goes_on_has_no_duration_yet_and_failures_warn() -> None:
    found = row(JOB_KIND, {}, {"startTime": "2026-01-01T00:00:00Z", "active": 1})
    assert (found["health"], found["duration"], found["started"]) == ("progressing", None, 1767225600)
    assert row(JOB_KIND, {}, {"active": 1, "failed": 1})["health"] == "warn"
    assert stands(row(JOB_KIND, {}, {"conditions": [because("Suspended", "True")]}))[:2] == ("warn", "Suspended")


def test_a_cron_job_knows_whether_its_last_run_succeeded() -> None:
    early, late = "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"
    assert row(CRONJOB_KIND, {}, {"lastScheduleTime": early, "lastSuccessfulTime": late})["status"] == "Scheduled"
    failed: Json = {"lastScheduleTime": late, "lastSuccessfulTime": early}
    assert stands(row(CRONJOB_KIND, {}, failed))[:2] == ("warn", "LastRunFailed")
    active = row(CRONJOB_KIND, {}, {**failed, "active": [{"name": "run-1"}, {"name": "run-2"}]})
    assert (active["status"], active["active_jobs"]) == ("Active", "run-1,run-2")
    assert row(CRONJOB_KIND, {"suspend": True}, failed)["status"] == "Suspended"


def test_an_autoscaler_at_its_maximum_or_without_metrics_says_so() -> None:
    limited = because("ScalingLimited", "True", "TooManyReplicas")
    assert stands(row(AUTOSCALER_KIND, {}, {"conditions": [limited]})) == ("warn", "AtMaximum", "TooManyReplicas")
    blind = because("ScalingActive", "False", "FailedGetResourceMetric")
    assert stands(row(AUTOSCALER_KIND, {}, {"conditions": [limited, blind]}))[:2] == ("error", "NoMetrics")
    unable = because("AbleToScale", "False", "FailedGetScale")
    assert stands(row(AUTOSCALER_KIND, {}, {"conditions": [unable, blind]}))[:2] == ("error", "UnableToScale")


def test_a_budget_blocks_is_unhealthy_or_guards_nothing() -> None:
    status = {"expectedPods": 3, "currentHealthy": 3, "desiredHealthy": 3, "disruptionsAllowed": 0}
    short = because("DisruptionAllowed", "False", "InsufficientPods")
    found = row(BUDGET_KIND, {"maxUnavailable": 0}, {**status, "conditions": [short]})
    assert (*stands(found), found["max_unavailable"]) == ("warn", "Blocked", "InsufficientPods", "0")
    assert stands(row(BUDGET_KIND, {}, {**status, "currentHealthy": 2}))[:2] == ("error", "Unhealthy")
    assert stands(row(BUDGET_KIND, {}, {}))[:2] == ("unknown", "NoPods")
