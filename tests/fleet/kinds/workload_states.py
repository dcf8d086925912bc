"""Objects of every kind that makes pods, in every normal and odd state. The word after each name is its status."""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made
from tests.fleet.kinds.pod_states import before, containers

LABELS = {"app": "web"}
SELECTOR: Json = {"matchLabels": LABELS}
ODD: Json = {
    "matchLabels": {"app": "web", "tier": "x"},
    "matchExpressions": [
        {"key": "track", "operator": "In", "values": ["stable", "canary"]},
        {"key": "old", "operator": "DoesNotExist"},
        {"key": "app", "operator": "Exists"},
        {"key": "zone", "operator": "NotIn", "values": ["a"]},
    ],
}
_FITS_ODD = {"app": "web", "tier": "x", "track": "stable", "zone": "b"}


def template(*names: str, labels: Json | None = None, **more: Any) -> Json:
    return {"metadata": {"labels": labels or LABELS}, "spec": {"containers": containers(*(names or ("a",))), **more}}


def why(kind: str, status: str, reason: str = "Because", message: str = "said why") -> Json:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": before(minutes=4),
    }


def counts(of: int, **more: Any) -> Json:
    """A status in which all `of` pods are as they should be."""
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return {**dict.fromkeys(names, of), "observedGeneration": 1, **more}


def _spec(replicas: int = 3, **more: Any) -> Json:
    return {"replicas": replicas, "selector": SELECTOR, "template": template(), **more}


def deployments() -> dict[Made, str]:
    done = why("Progressing", "True", "NewReplicaSetAvailable")
    late = why("Progressing", "False", "ProgressDeadlineExceeded")
    short = why("Available", "False", "MinimumReplicasUnavailable")
    return {
        Made("available", _spec(), counts(3, conditions=[done])): "Available",
        Made("two-containers", _spec(selector=ODD, template=template("a", "b", labels=_FITS_ODD))): "Progressing",
        Made("new", _spec()): "Progressing",
        Made("surging", _spec(), counts(3, replicas=4, conditions=[done])): "Progressing",
        Made("stalled", _spec(), counts(3, availableReplicas=1, unavailableReplicas=2, conditions=[late])): "Stalled",
        Made(
            "refused", _spec(), {"observedGeneration": 1, "conditions": [why("ReplicaFailure", "True", "FailedCreate")]}
        ): "ReplicaFailure",
        Made("paused", _spec(paused=True), counts(3)): "Paused",
        Made("degraded", _spec(), counts(3, readyReplicas=2, availableReplicas=2, conditions=[done])): "Degraded",
        Made(
            "unavailable", _spec(), counts(3, readyReplicas=0, availableReplicas=0, conditions=[done, short])
        ): "Unavailable",
        Made("scaled-down", _spec(0), counts(0)): "ScaledDown",
        Made("going", _spec(), counts(3), deleted=True): "Terminating",
    }


def replicasets() -> dict[Made, str]:
    def status(replicas: int, ready: int, *conditions: Json) -> Json:
        return {"replicas": replicas, "readyReplicas": ready, "conditions": list(conditions)}

    odd: Json = {"replicas": 1, "selector": ODD, "template": template("a", "b", labels=_FITS_ODD)}
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "u1", "controller": True}
    return {
        Made("ready", _spec(), status(3, 3), meta={"ownerReferences": [owner]}): "Ready",
        Made("odd", odd, status(1, 0)): "Progressing",
        Made("old", _spec(0), status(0, 0)): "ScaledDown",
        Made("shrinking", _spec(1), status(2, 2)): "Progressing",
        Made("refused", _spec(), status(0, 0, why("ReplicaFailure", "True", "FailedCreate"))): "ReplicaFailure",
        Made("going", _spec(), status(3, 3), deleted=True): "Terminating",
    }


def replicationcontrollers() -> dict[Made, str]:
    def spec(replicas: int = 2) -> Json:
        return {"replicas": replicas, "selector": {"app": "web"}, "template": template("a", "b")}

    return {
        Made("ready", spec(), {"replicas": 2, "readyReplicas": 2}): "Ready",
        Made("new", spec()): "Progressing",
        Made("old", spec(0), {"replicas": 0}): "ScaledDown",
        Made("going", spec(), deleted=True): "Terminating",
    }


def statefulsets() -> dict[Made, str]:
    def spec(replicas: int = 3, strategy: Json | None = None) -> Json:
        return {**_spec(replicas), "serviceName": "db", **({"updateStrategy": strategy} if strategy else {})}

    held: Json = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    same = {"currentRevision": "one", "updateRevision": "one"}
    other = {"currentRevision": "one", "updateRevision": "two"}
    return {
        Made("ready", spec(), counts(3, **same)): "Ready",
        Made("new", spec()): "Progressing",
        Made("one-of-three", spec(), counts(3, readyReplicas=1, availableReplicas=1, **same)): "Progressing",
        Made("updating", spec(), counts(3, updatedReplicas=1, **other)): "Updating",
        Made("held-back", spec(3, held), counts(3, updatedReplicas=1, **other)): "PartlyUpdated",
        Made("held-updating", spec(3, held), counts(3, updatedReplicas=0, **other)): "Updating",
        Made("by-hand", spec(3, {"type": "OnDelete"}), counts(3, updatedReplicas=1, **other)): "Outdated",
        Made("scaled-down", spec(0), counts(0, **same)): "ScaledDown",
        Made("going", spec(), counts(3), deleted=True): "Terminating",
    }


def daemonsets() -> dict[Made, str]:
    def spec(**more: Any) -> Json:
        return {"selector": SELECTOR, "template": template(), **more}

    def status(of: int, **more: int) -> Json:
        names = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")
        return {**dict.fromkeys((*names, "numberAvailable"), of), "numberMisscheduled": 0} | {
            "observedGeneration": 1,
            **more,
        }

    chosen = template("a", "b", nodeSelector={"disk": "ssd", "arch": "arm64"})
    by_hand = {"type": "OnDelete"}
    return {
        Made("available", spec(), status(3)): "Available",
        Made("chosen-nodes", {"selector": SELECTOR, "template": chosen}, status(2)): "Available",
        Made("new", spec()): "Progressing",
        Made("updating", spec(), status(3, updatedNumberScheduled=1, numberAvailable=2)): "Progressing",
        Made("updated-in-part", spec(), status(3, updatedNumberScheduled=1)): "Progressing",
        Made("degraded", spec(), status(3, numberAvailable=2, numberReady=2, numberUnavailable=1)): "Degraded",
        Made("unavailable", spec(), status(3, numberAvailable=0, numberReady=0, numberUnavailable=3)): "Unavailable",
        Made("by-hand", spec(updateStrategy=by_hand), status(3, updatedNumberScheduled=1)): "Outdated",
        Made("misscheduled", spec(), status(3, numberMisscheduled=1)): "Misscheduled",
        Made("no-nodes", spec(), status(0)): "NoNodes",
        Made("going", spec(), status(3), deleted=True): "Terminating",
    }


def jobs() -> dict[Made, str]:
    def spec(**more: Any) -> Json:
        return {"template": template("a", "b", restartPolicy="Never"), **more}

    began = {"startTime": before(hours=2)}
    met = why("SuccessCriteriaMet", "True", "CompletionsReached")
    failing = why("FailureTarget", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    failed = {**failing, "type": "Failed"}
    complete = {**met, "type": "Complete"}
    return {
        Made("unstarted", spec()): "Running",
        Made("running", spec(completions=5), {**began, "active": 1, "succeeded": 2}): "Running",
        Made("retrying", spec(), {**began, "active": 1, "failed": 2}): "Running",
        Made("queue", {**spec(parallelism=4), "completions": None}, {**began, "active": 4}): "Running",
        Made("queue-of-one", {**spec(), "parallelism": 1, "completions": None}, {**began, "active": 1}): "Running",
        Made(
            "complete",
            spec(),
            {**began, "succeeded": 1, "completionTime": before(minutes=50), "conditions": [met, complete]},
        ): "Complete",
        Made("failed", spec(), {**began, "failed": 1, "conditions": [failing, failed]}): "Failed",
        Made("failing", spec(), {**began, "failed": 1, "active": 1, "conditions": [failing]}): "FailureTarget",
        Made("succeeding", spec(), {**began, "active": 1, "conditions": [met]}): "SuccessCriteriaMet",
        Made("suspended", spec(suspend=True), {"conditions": [why("Suspended", "True", "JobSuspended")]}): "Suspended",
        Made("going", spec(), {**began, "active": 1}, deleted=True): "Terminating",
    }  # fmt: skip


def cronjobs() -> dict[Made, str]:
    def spec(**more: Any) -> Json:
        return {
            "schedule": "*/5 * * * *",
            "jobTemplate": {"spec": {"template": template("a", "b", restartPolicy="Never")}},
            **more,
        }

    run = {"apiVersion": "batch/v1", "kind": "Job", "name": "run-1", "namespace": "x"}
    good = {"lastScheduleTime": before(minutes=9), "lastSuccessfulTime": before(minutes=8)}
    bad = {"lastScheduleTime": before(minutes=9), "lastSuccessfulTime": before(minutes=14)}
    return {
        Made("new", spec()): "Scheduled",
        Made("good", spec(timeZone="Europe/Berlin"), good): "Scheduled",
        Made("bad", spec(), bad): "LastRunFailed",
        Made("active", spec(), {**bad, "active": [run]}): "Active",
        Made("suspended", spec(suspend=True), good): "Suspended",
        Made("going", spec(), deleted=True): "Terminating",
    }


def _metric(kind: str, **source: Any) -> Json:
    return {"type": kind, f"{kind[0].lower()}{kind[1:]}": source}


def autoscalers() -> dict[Made, str]:
    def spec(*metrics: Json, least: int | None = 2, most: int = 10) -> Json:
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
        found: Json = {"scaleTargetRef": target, "maxReplicas": most, "metrics": list(metrics)}
        return found | ({"minReplicas": least} if least is not None else {})

    def status(current: int, desired: int, *conditions: Json, metrics: list[Json] | None = None) -> Json:
        able = why("AbleToScale", "True", "ReadyForNewScale")
        return {
            "currentReplicas": current,
            "desiredReplicas": desired,
            "currentMetrics": metrics or [],
            "conditions": [*(() if any(c["type"] == "AbleToScale" for c in conditions) else (able,)), *conditions],
            "lastScaleTime": before(hours=1),
        }

    cpu = _metric("Resource", name="cpu", target={"type": "Utilization", "averageUtilization": 80})
    cpu_now = _metric("Resource", name="cpu", current={"averageUtilization": 45, "averageValue": "100m"})
    memory = _metric("Resource", name="memory", target={"type": "AverageValue", "averageValue": "512Mi"})
    memory_now = _metric("Resource", name="memory", current={"averageValue": "300Mi"})
    pods = _metric("Pods", metric={"name": "rps"}, target={"type": "AverageValue", "averageValue": "1k"})
    pods_now = _metric("Pods", metric={"name": "rps"}, current={"averageValue": "1500m"})
    thing = {"apiVersion": "v1", "kind": "Service", "name": "s"}
    object_ = _metric("Object", describedObject=thing, metric={"name": "q"}, target={"type": "Value", "value": "30"})
    object_now = _metric("Object", describedObject=thing, metric={"name": "q"}, current={"value": "12"})
    shared = _metric(
        "Object", describedObject=thing, metric={"name": "q"}, target={"type": "AverageValue", "averageValue": "5"}
    )
    shared_now = _metric(
        "Object", describedObject=thing, metric={"name": "q"}, current={"value": "12", "averageValue": "4"}
    )
    queue = _metric("External", metric={"name": "len"}, target={"type": "Value", "value": "100"})
    queue_now = _metric("External", metric={"name": "len"}, current={"value": "7"})
    queue_each = _metric("External", metric={"name": "len"}, target={"type": "AverageValue", "averageValue": "20"})
    queue_each_now = _metric("External", metric={"name": "len"}, current={"value": "7", "averageValue": "3500m"})
    inner = _metric(
        "ContainerResource", name="cpu", container="a", target={"type": "Utilization", "averageUtilization": 60}
    )
    inner_now = _metric(
        "ContainerResource", name="cpu", container="a", current={"averageUtilization": 20, "averageValue": "1"}
    )
    inner_value = _metric(
        "ContainerResource", name="memory", container="a", target={"type": "AverageValue", "averageValue": "1Gi"}
    )
    limited = why("ScalingLimited", "True", "TooManyReplicas", "the desired replica count is more than the maximum")
    blind = why("ScalingActive", "False", "FailedGetResourceMetric", "no metrics known for pods")
    return {
        Made("new", spec(cpu)): "Unknown",
        Made("unset", spec(least=None)): "Unknown",
        Made("active", spec(cpu, memory), status(3, 3, metrics=[cpu_now, memory_now])): "Active",
        Made("values", spec(pods, object_), status(3, 3, metrics=[pods_now, object_now])): "Active",
        Made("values-unknown", spec(pods, object_), status(3, 3)): "Active",
        Made("averages", spec(shared, queue_each), status(3, 3, metrics=[shared_now, queue_each_now])): "Active",
        Made("averages-unknown", spec(shared, queue_each), status(3, 3)): "Active",
        Made("containers", spec(inner, inner_value), status(3, 3, metrics=[inner_now])): "Active",
        Made(
            "many", spec(queue, memory, pods, cpu), status(3, 3, metrics=[queue_now, memory_now, pods_now, cpu_now])
        ): "Active",
        Made("scaling", spec(queue), status(3, 5)): "Scaling",
        Made("at-maximum", spec(cpu), status(10, 10, limited, metrics=[cpu_now])): "AtMaximum",
        Made("at-minimum", spec(cpu), status(2, 2, {**limited, "reason": "TooFewReplicas"})): "AtMinimum",
        Made("blind", spec(cpu), status(3, 3, blind)): "NoMetrics",
        Made("disabled", spec(cpu), status(0, 0, {**blind, "reason": "ScalingDisabled"})): "Disabled",
        Made(
            "unable", spec(cpu), status(3, 3, why("AbleToScale", "False", "FailedGetScale", "no such deployment"))
        ): "UnableToScale",
        Made("going", spec(cpu), status(3, 3), deleted=True): "Terminating",
    }


def budgets() -> dict[Made, str]:
    def status(allowed: int, healthy: int, needed: int, expected: int, *conditions: Json) -> Json:
        return {
            "disruptionsAllowed": allowed,
            "currentHealthy": healthy,
            "desiredHealthy": needed,
            "expectedPods": expected,
            "conditions": list(conditions),
        }

    short = why("DisruptionAllowed", "False", "InsufficientPods")
    failed = why("DisruptionAllowed", "False", "SyncFailed", "found no controller ref for pod")
    return {
        Made("allowed", {"minAvailable": 2, "selector": SELECTOR}, status(1, 3, 2, 3)): "Allowed",
        Made("by-share", {"maxUnavailable": "25%", "selector": SELECTOR}, status(0, 3, 3, 3, short)): "Blocked",
        Made("none-allowed", {"maxUnavailable": 0, "selector": ODD}, status(0, 3, 3, 3, short)): "Blocked",
        Made("unhealthy", {"minAvailable": "50%", "selector": SELECTOR}, status(0, 1, 2, 4, short)): "Unhealthy",
        Made("unsynced", {"maxUnavailable": 1, "selector": SELECTOR}, status(0, 0, 0, 0, failed)): "SyncFailed",
        Made("no-pods", {"minAvailable": 1, "selector": SELECTOR}): "NoPods",
        Made("unbounded", {"selector": SELECTOR}): "NoPods",
        Made("going", {"minAvailable": 1, "selector": SELECTOR}, status(1, 2, 1, 2), deleted=True): "Terminating",
    }
