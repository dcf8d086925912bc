"""The first network policies and autoscalers of a simulated cluster."""

from __future__ import annotations

from simfleet.clock import stamp
from simfleet.kinds import JsonObject
from simfleet.manifests import meta
from simfleet.pods import uid_of
from simfleet.populate_storage import DAY, Add
from simfleet.world import Workload

_PORTS = {"postgres": 5432, "redis": 6379, "kafka": 9092}
_SCALED = ("web", "api-gateway", "checkout", "catalog", "search", "recommender")
_TARGET = 80
"""Percent of the CPU that its pods asked for."""


def add_policies(add: Add, cluster: str, now: int, workloads: list[Workload]) -> None:
    """Namespaces are shut but for themselves where they keep data, and what keeps it is reached on its port alone."""
    born = now - 200 * DAY
    keeping = sorted((w for w in workloads if w.kind == "StatefulSet" and w.name in _PORTS), key=lambda w: w.name)

    def put(space: str, name: str, pods: JsonObject, spec: JsonObject) -> None:
        about = meta(cluster, "NetworkPolicy", space, name, born, generation=1)
        add("networkpolicies", "networking.k8s.io", {"metadata": about, "spec": {"podSelector": pods, **spec}})

    everybody: JsonObject = {}
    for space in sorted({w.namespace for w in keeping}):
        put(space, "default-deny-ingress", everybody, {"policyTypes": ["Ingress"]})
        inside = [{"from": [{"podSelector": everybody}]}]
        put(space, "allow-same-namespace", everybody, {"policyTypes": ["Ingress"], "ingress": inside})
    for workload in keeping:
        port = {"protocol": "TCP", "port": _PORTS[workload.name]}
        named = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["ml"]}]}
        rule = {"from": [{"namespaceSelector": named}], "ports": [port]}
        pods = {"matchLabels": {"app": workload.name}}
        put(workload.namespace, workload.name, pods, {"policyTypes": ["Ingress"], "ingress": [rule]})
    for workload in workloads:
        if workload.name == "payments":
            dns = {
                "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
                "ports": [{"protocol": "UDP", "port": 53}],
            }
            outside = {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"protocol": "TCP", "port": 443}]}
            spec = {"policyTypes": ["Egress"], "egress": [dns, outside]}
            put(workload.namespace, "payments-egress", {"matchLabels": {"app": workload.name}}, spec)
    put("platform", "legacy-api", {"matchLabels": {"app": "legacy-api"}}, {"policyTypes": ["Ingress", "Egress"]})


def add_autoscalers(add: Add, cluster: str, now: int, workloads: list[Workload]) -> None:
    """Of the applications whose load comes and goes: one in four is at its maximum, one in eight reads no metrics."""
    for workload in workloads:
        if workload.kind == "Deployment" and workload.name in _SCALED:
            add("horizontalpodautoscalers", "autoscaling", _autoscaler(cluster, now, workload))


def _autoscaler(cluster: str, now: int, workload: Workload) -> JsonObject:
    chance, replicas = int(uid_of(cluster, "autoscaler", workload.namespace, workload.name)[:2], 16), workload.replicas
    blind, full = chance % 8 == 0, chance % 4 == 1
    most = replicas if full else replicas + 2 + replicas // 2
    least = max(1, replicas // 2)
    used = None if blind else 95 + chance % 30 if full else 60 + chance % 25
    since = now - 600 - chance * 300
    conditions = [_condition("AbleToScale", True, "ReadyForNewScale", "recommended size matches current size", since)]
    if blind:
        message = (
            "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for "
            "resource cpu: no metrics returned from resource metrics API"
        )
        conditions[0] = _condition("AbleToScale", True, "SucceededGetScale", _GOT_SCALE, since)
        conditions.append(_condition("ScalingActive", False, "FailedGetResourceMetric", message, since))
    else:
        conditions.append(_condition("ScalingActive", True, "ValidMetricFound", _COMPUTED, since))
        conditions.append(
            _condition("ScalingLimited", True, "TooManyReplicas", _TOO_MANY, since)
            if full
            else _condition("ScalingLimited", False, "DesiredWithinRange", _WITHIN, since)
        )
    status: JsonObject = {"currentReplicas": replicas, "desiredReplicas": replicas}
    if not blind:
        status["lastScaleTime"] = stamp(since)
        current = {"averageUtilization": used, "averageValue": f"{(used or 0) * 2}m"}
        status["currentMetrics"] = [{"type": "Resource", "resource": {"name": "cpu", "current": current}}]
    target = {"type": "Utilization", "averageUtilization": _TARGET}
    return {
        "metadata": meta(
            cluster, "HorizontalPodAutoscaler", workload.namespace, workload.name, workload.created + 3600,
            labels={"app": workload.name},
        ),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.name},
            "minReplicas": least,
            "maxReplicas": most,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        },
        "status": status | {"conditions": conditions},
    }  # fmt: skip


_GOT_SCALE = "the HPA controller was able to get the target's current scale"
_TOO_MANY = "the desired replica count is more than the maximum replica count"
_WITHIN = "the desired count is within the acceptable range"
_COMPUTED = (
    "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)"
)


def _condition(kind: str, good: bool, reason: str, message: str, since: int) -> JsonObject:
    found = {"type": kind, "status": "True" if good else "False", "lastTransitionTime": stamp(since)}
    return found | {"reason": reason, "message": message}
