"""Workloads that have one of everything that kubectl describes of them."""

from __future__ import annotations

from typing import Any

from tests.fleet.kinds.objects import Json, Made
from tests.fleet.kinds.pod_states import before
from tests.fleet.kinds.workload_states import SELECTOR, counts, template, why

_HASH = "pod-template-hash"


def _template(**more: Any) -> Json:
    ask = {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}
    variable = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    web: Json = {"name": "web", "image": "registry.example/web:1.0", "resources": ask, "env": [variable]}
    probe = {"readinessProbe": {"tcpSocket": {"port": 80}}}
    web |= {
        "ports": [{"containerPort": 80}],
        "args": ["--loud"],
        "volumeMounts": [{"name": "d", "mountPath": "/d"}],
        **probe,
    }
    found = template()
    found["metadata"]["annotations"] = {"restarted": "yesterday"}
    init = [{"name": "migrate", "image": "registry.example/migrate:2"}]
    found["spec"] = {"containers": [web], "initContainers": init, "volumes": [{"name": "d", "emptyDir": {}}], **more}
    found["spec"] |= {"serviceAccountName": "default", "nodeSelector": {"disk": "ssd"}}
    found["spec"] |= {"tolerations": [{"key": "gpu", "operator": "Exists"}], "priorityClassName": "described-plain"}
    return found


def deployments() -> list[Made]:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}
    spec: Json = {"replicas": 4, "selector": SELECTOR, "template": _template(), "minReadySeconds": 10, "paused": True}
    spec |= {"progressDeadlineSeconds": 300, "revisionHistoryLimit": 3, "strategy": rolling}
    late = why("Progressing", "False", "ProgressDeadlineExceeded")
    status = counts(
        4, updatedReplicas=1, availableReplicas=3, readyReplicas=3, unavailableReplicas=1, conditions=[late]
    )
    annotations = {"deployment.kubernetes.io/revision": "2", "kubernetes.io/change-cause": "a new image"}
    recreate: Json = {"replicas": 1, "selector": SELECTOR, "template": template(), "strategy": {"type": "Recreate"}}
    return [Made("rolling", spec, status, meta={"annotations": annotations}), Made("recreate", recreate, counts(1))]


def replicasets(owner: Json) -> list[Made]:
    """Of the deployment that rolls: its new one, and the old one."""

    def one(name: str, revision: str, replicas: int, body: Json) -> Made:
        owned = {"apiVersion": "apps/v1", "kind": "Deployment", "controller": True, **owner}
        meta: Json = {"annotations": {"deployment.kubernetes.io/revision": revision}, "ownerReferences": [owned]}
        labels = {**body["metadata"]["labels"], _HASH: name}
        meta["labels"] = labels
        chosen = {"matchLabels": labels}
        spec = {
            "replicas": replicas,
            "selector": chosen,
            "template": {**body, "metadata": {**body["metadata"], "labels": labels}},
        }
        return Made(f"rolling-{name}", spec, {"replicas": replicas, "readyReplicas": replicas - 1}, meta=meta)

    old = _template()
    old["spec"]["containers"][0]["image"] = "registry.example/web:0.9"
    return [one("new", "2", 1, _template()), one("old", "1", 3, old)]


def statefulsets() -> list[Made]:
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "5Gi"}},
        "storageClassName": "fast",
    }
    templates = [{"metadata": {"name": "data", "labels": {"tier": "db"}}, "spec": claim}]
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    spec: Json = {"replicas": 3, "selector": SELECTOR, "template": _template(), "serviceName": "db"}
    spec |= {"updateStrategy": strategy, "podManagementPolicy": "Parallel", "volumeClaimTemplates": templates}
    spec |= {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"}}
    status = counts(3, updatedReplicas=1, currentRevision="one", updateRevision="two", conditions=[])
    return [Made("parted", spec, status)]


def daemonsets() -> list[Made]:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    status = {"desiredNumberScheduled": 5, "currentNumberScheduled": 4, "updatedNumberScheduled": 3, "numberReady": 2}
    status |= {"numberAvailable": 2, "numberMisscheduled": 1, "numberUnavailable": 3, "observedGeneration": 1}
    return [Made("chosen", {"selector": SELECTOR, "template": _template(), "updateStrategy": strategy}, status)]


def jobs() -> list[Made]:
    once = _template(restartPolicy="Never")
    spec: Json = {"template": once, "parallelism": 3, "completions": 10, "completionMode": "Indexed", "backoffLimit": 4}
    spec |= {"activeDeadlineSeconds": 3600, "ttlSecondsAfterFinished": 600, "backoffLimitPerIndex": 2, "suspend": False}
    status = {"startTime": before(hours=2), "active": 2, "succeeded": 5, "failed": 1, "ready": 1, "terminating": 0}
    status |= {"completedIndexes": "0-3,6", "failedIndexes": "4"}
    met = why("SuccessCriteriaMet", "True", "CompletionsReached")
    done: Json = {"startTime": before(hours=3), "completionTime": before(hours=2), "succeeded": 1}
    done |= {"conditions": [met, {**met, "type": "Complete"}]}
    plain = {"template": _template(restartPolicy="Never")}
    return [Made("indexed", spec, status), Made("done", plain, done), Made("held", {**plain, "suspend": True})]


def cronjobs() -> list[Made]:
    body = {"spec": {"template": _template(restartPolicy="OnFailure"), "completions": 2, "parallelism": 2}}
    spec: Json = {"schedule": "*/5 * * * *", "timeZone": "Europe/Berlin", "jobTemplate": body, "suspend": True}
    spec |= {"concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 90}
    spec |= {"successfulJobsHistoryLimit": 5, "failedJobsHistoryLimit": 2}
    run = {"apiVersion": "batch/v1", "kind": "Job", "name": "nightly-1", "namespace": "described"}
    status = {"lastScheduleTime": before(minutes=9), "lastSuccessfulTime": before(minutes=14), "active": [run]}
    return [Made("nightly", spec, status)]


def autoscalers() -> list[Made]:
    def metric(kind: str, **source: Any) -> Json:
        return {"type": kind, f"{kind[0].lower()}{kind[1:]}": source}

    thing = {"apiVersion": "v1", "kind": "Service", "name": "web"}
    targets = [
        metric("Resource", name="cpu", target={"type": "Utilization", "averageUtilization": 80}),
        metric("Pods", metric={"name": "rps"}, target={"type": "AverageValue", "averageValue": "1k"}),
        metric("Object", describedObject=thing, metric={"name": "q"}, target={"type": "Value", "value": "30"}),
        metric("External", metric={"name": "len"}, target={"type": "AverageValue", "averageValue": "20"}),
    ]
    now = [
        metric("Resource", name="cpu", current={"averageUtilization": 45, "averageValue": "100m"}),
        metric("Pods", metric={"name": "rps"}, current={"averageValue": "1500m"}),
    ]
    policy = {"type": "Percent", "value": 50, "periodSeconds": 60}
    down = {"stabilizationWindowSeconds": 120, "selectPolicy": "Min", "policies": [policy]}
    spec: Json = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "rolling"}}
    spec |= {"minReplicas": 2, "maxReplicas": 10, "metrics": targets, "behavior": {"scaleDown": down}}
    limited = why("ScalingLimited", "True", "TooManyReplicas", "the desired count is more than the maximum")
    status = {"currentReplicas": 3, "desiredReplicas": 5, "currentMetrics": now, "conditions": [limited]}
    return [Made("scaler", spec, {**status, "lastScaleTime": before(hours=1)})]


def budgets() -> list[Made]:
    short = why("DisruptionAllowed", "False", "InsufficientPods")
    status = {"disruptionsAllowed": 0, "currentHealthy": 2, "desiredHealthy": 3, "expectedPods": 4}
    spec = {"maxUnavailable": "25%", "selector": SELECTOR, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    return [Made("tight", spec, {**status, "conditions": [short]})]
