"""Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs, as dicts without resourceVersion."""

from __future__ import annotations

from simfleet import deployment_conditions
from simfleet.archetypes import DATA_MOUNT, Archetype, containers
from simfleet.clock import stamp
from simfleet.kinds import JsonObject
from simfleet.manifests import meta, owned_by
from simfleet.parts import part, parts
from simfleet.workload_status import (
    Count,
    Wanted,
    daemon_set_status,
    deployment_status,
    replica_set_status,
    stateful_set_status,
)


def pod_template(app: Archetype, workload: str, tag: str, labels: dict[str, str] | None = None) -> JsonObject:
    named = {} if app.account == "default" else {"serviceAccountName": app.account, "serviceAccount": app.account}
    return {
        "metadata": {"labels": labels or {"app": workload, "app.kubernetes.io/name": app.name}},
        "spec": {
            "containers": containers(app, f"{app.image}:{tag}"),
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "securityContext": {},
            "schedulerName": "default-scheduler",
            **named,
        },
    }


def deployment(
    cluster: str,
    space: str,
    name: str,
    app: Archetype,
    tag: str,
    hashed: str,
    replicas: int,
    ready: int,
    created: float,
    revision: int = 1,
) -> JsonObject:
    """Whose rollout is long complete, however its pods are doing now."""
    labels = {"app": name, "app.kubernetes.io/name": app.name, "app.kubernetes.io/managed-by": "Helm"}
    annotations = {"deployment.kubernetes.io/revision": str(revision)}
    found: JsonObject = {
        "metadata": meta(
            cluster, "Deployment", space, name, created, generation=revision, labels=labels, annotations=annotations
        ),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": pod_template(app, name, tag),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
        },
    }
    owner = f"{name}-{hashed}"
    rolled_out: JsonObject = {"conditions": [deployment_conditions.complete(owner, created)]}
    found["status"] = deployment_status(Wanted.of(found), rolled_out, owner, Count(replicas, ready), (), created)
    return found


def replica_set(
    cluster: str,
    space: str,
    workload: str,
    app: Archetype,
    tag: str,
    hashed: str,
    owner_uid: str,
    replicas: int,
    ready: int,
    created: float,
    revision: int = 1,
) -> JsonObject:
    name = f"{workload}-{hashed}"
    labels = {"app": workload, "app.kubernetes.io/name": app.name, "pod-template-hash": hashed}
    found: JsonObject = {
        "metadata": meta(
            cluster, "ReplicaSet", space, name, created, generation=1, labels=labels,
            annotations={"deployment.kubernetes.io/revision": str(revision)},
            ownerReferences=owned_by("Deployment", workload, owner_uid),
        ),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": workload, "pod-template-hash": hashed}},
            "template": pod_template(app, workload, tag, labels),
        },
    }  # fmt: skip
    return found | {"status": replica_set_status(Wanted.of(found), Count(replicas, ready))}


def next_replica_set(
    value: JsonObject, name: str, uid: str, hashed: str, image: str, revision: int, created: float
) -> JsonObject:
    """The one after `value`, which it takes over: without a pod so far."""
    about, spec = value["metadata"], value["spec"]
    about |= {"name": name, "uid": uid, "generation": 1, "creationTimestamp": stamp(created)}
    about["annotations"] = {"deployment.kubernetes.io/revision": str(revision)}
    template = part(spec, "template")
    for labels in (part(about, "labels"), part(part(template, "metadata"), "labels"), spec["selector"]["matchLabels"]):
        labels["pod-template-hash"] = hashed
    for container in parts(part(template, "spec"), "containers")[:1]:
        container["image"] = image
    spec["replicas"], value["status"] = 0, {"replicas": 0}
    return value


def stateful_set(
    cluster: str,
    space: str,
    name: str,
    app: Archetype,
    tag: str,
    hashed: str,
    replicas: int,
    ready: int,
    created: float,
    *,
    claim: JsonObject | None = None,
) -> JsonObject:
    """`claim`: the spec of what each pod claims for its data, if it keeps any."""
    template = pod_template(app, name, tag)
    claims: JsonObject = {}
    if claim is not None:
        claims["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
        template["spec"]["containers"][0]["volumeMounts"].insert(0, DATA_MOUNT)
    found: JsonObject = {
        "metadata": meta(cluster, "StatefulSet", space, name, created, generation=1, labels={"app": name}),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": template,
            **claims,
            "serviceName": name,
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "revisionHistoryLimit": 10,
        },
    }
    return found | {"status": stateful_set_status(Wanted.of(found), Count(replicas, ready), f"{name}-{hashed}")}


def daemon_set(
    cluster: str, space: str, name: str, app: Archetype, tag: str, nodes: int, ready: int, created: float
) -> JsonObject:
    found: JsonObject = {
        "metadata": meta(cluster, "DaemonSet", space, name, created, generation=1, labels={"app": name}),
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": pod_template(app, name, tag),
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
            "revisionHistoryLimit": 10,
        },
    }
    return found | {"status": daemon_set_status(Wanted.of(found), Count(nodes, ready), nodes)}


def cron_job(cluster: str, space: str, name: str, app: Archetype, tag: str, created: float, last: float) -> JsonObject:
    return {
        "metadata": meta(cluster, "CronJob", space, name, created, generation=1, labels={"app": name}),
        "spec": {
            "schedule": "*/30 * * * *",
            "concurrencyPolicy": "Forbid",
            "suspend": False,
            "jobTemplate": {"metadata": {}, "spec": {"template": pod_template(app, name, tag)}},
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        },
        "status": {"lastScheduleTime": stamp(last), "lastSuccessfulTime": stamp(last + 30)},
    }


def job(
    cluster: str, space: str, name: str, app: Archetype, tag: str, owner: tuple[str, str], created: float, *, done: bool
) -> JsonObject:
    labels = {"app": owner[0], "batch.kubernetes.io/job-name": name}
    if done:
        condition = {"type": "Complete", "status": "True", "lastProbeTime": stamp(created + 30)}
        condition |= {"lastTransitionTime": stamp(created + 30), "reason": "CompletionsReached"}
        condition["message"] = "Reached expected number of succeeded pods"
        status: JsonObject = {"conditions": [condition], "startTime": stamp(created), "succeeded": 1, "ready": 0}
        status["completionTime"] = stamp(created + 30)
    else:
        status = {"startTime": stamp(created), "active": 1, "ready": 1}
    return {
        "metadata": meta(
            cluster, "Job", space, name, created, generation=1, labels=labels,
            ownerReferences=owned_by("CronJob", *owner),
        ),
        "spec": {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 6,
            "selector": {"matchLabels": {"batch.kubernetes.io/job-name": name}},
            "template": pod_template(app, owner[0], tag, labels),
            "completionMode": "NonIndexed",
            "suspend": False,
        },
        "status": status,
    }  # fmt: skip
