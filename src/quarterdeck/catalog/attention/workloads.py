"""What makes pods and cannot, what scales and cannot, and what keeps nodes from being drained."""

from __future__ import annotations

from quarterdeck.catalog.attention.rule import Cells, Rule, Severity, number, said, text
from quarterdeck.model.kinds import Resource

DEPLOYMENTS = Resource("apps", "v1", "deployments")
DAEMONSETS = Resource("apps", "v1", "daemonsets")
STATEFULSETS = Resource("apps", "v1", "statefulsets")
REPLICASETS = Resource("apps", "v1", "replicasets")
JOBS = Resource("batch", "v1", "jobs")
AUTOSCALERS = Resource("autoscaling", "v2", "horizontalpodautoscalers")
BUDGETS = Resource("policy", "v1", "poddisruptionbudgets")
_STANDING = ("status", "reason", "message", "since")
_SINCE = "coalesce(since, created)"


def _unavailable(cells: Cells) -> str:
    message = text(cells, "message")
    return f"{text(cells, 'ready')} pods are ready{': ' if message else '.'}{message}"


def _too_few(cells: Cells) -> str:
    return f"{number(cells, 'available')} of {number(cells, 'desired')} pods are available."


def _at_most(cells: Cells) -> str:
    wants = f"{text(cells, 'reference')} has {number(cells, 'max_pods')} pods, its maximum"
    return f"{wants}, at {text(cells, 'targets')}." if cells["targets"] else f"{wants}."


def _blocked(cells: Cells) -> str:
    healthy, needed = number(cells, "healthy"), number(cells, "needed")
    return f"No pod may be evicted: {healthy} of {number(cells, 'expected')} are healthy, {needed} must stay."


RULES = (
    Rule(
        "rollout-stalled", "Rollout stalled", Severity.CRITICAL, (DEPLOYMENTS,),
        where="status = 'Stalled'", columns=_STANDING, why=said("reason", "message"), since=_SINCE,
        hint="Its new pods do not get ready: look at them, then fix the template or roll back.",
    ),
    Rule(
        "pods-refused", "Pods cannot be created", Severity.CRITICAL, (DEPLOYMENTS, REPLICASETS),
        # A ReplicaSet of a deployment is told of by the deployment.
        where="status = 'ReplicaFailure' AND owner NOT LIKE 'Deployment/%'",
        columns=(*_STANDING, "owner"), why=said("reason", "message"), since=_SINCE,
        hint="The API server refuses them: a quota, a limit range, a missing service account or an admission rule.",
    ),
    Rule(
        "deployment-unavailable", "Deployment is not available", Severity.CRITICAL, (DEPLOYMENTS,),
        where="status = 'Unavailable'", columns=(*_STANDING, "ready"), why=_unavailable, since=_SINCE,
        hint="Fewer pods are ready than it must have: look at its pods.",
    ),
    Rule(
        "daemonset-unavailable", "Daemon set is not available", Severity.CRITICAL, (DAEMONSETS,),
        where="status = 'Unavailable'", columns=("status", "available", "desired"), why=_too_few,
        hint="None of its pods is available: look at them.",
    ),
    Rule(
        "daemonset-degraded", "Daemon set lacks pods", Severity.WARNING, (DAEMONSETS,),
        where="status = 'Degraded'", columns=("status", "available", "desired"), why=_too_few,
        hint="On some nodes its pod is not available: look at these pods and their nodes.",
    ),
    Rule(
        "job-failed", "Job failed", Severity.WARNING, (JOBS,),
        where="status IN ('Failed', 'FailureTarget')", columns=(*_STANDING, "owner"), why=said("reason", "message"),
        since=_SINCE, by="CASE WHEN owner = '' THEN uid ELSE namespace || '/' || owner END",
        hint="Read the log of its last pod. A job that failed is not tried again.",
    ),
    Rule(
        "autoscaler-at-maximum", "Autoscaler at its maximum", Severity.WARNING, (AUTOSCALERS,),
        where="status = 'AtMaximum'", columns=(*_STANDING, "reference", "max_pods", "targets"), why=_at_most,
        since=_SINCE,
        hint="It would have more pods if it might: raise maxReplicas, or find out what the load is.",
    ),
    Rule(
        "autoscaler-blind", "Autoscaler cannot scale", Severity.WARNING, (AUTOSCALERS,),
        where="status IN ('NoMetrics', 'UnableToScale')", columns=_STANDING, why=said("reason", "message"),
        since=_SINCE,
        hint="It has no figures to go by, or its target cannot be scaled: check the metrics API and the target.",
    ),
    Rule(
        "budget-blocks", "Disruption budget blocks evictions", Severity.WARNING, (BUDGETS,),
        where="status IN ('Blocked', 'Unhealthy') AND allowed = 0 AND expected > 0",
        columns=(*_STANDING, "allowed", "healthy", "needed", "expected"), why=_blocked, since=_SINCE,
        hint="Nodes with its pods cannot be drained: get its pods healthy, or let it do with fewer.",
    ),
)  # fmt: skip
