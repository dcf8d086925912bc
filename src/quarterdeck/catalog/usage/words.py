"""Why there is no usage to show, for people."""

from __future__ import annotations


def why_none(status: str, message: str) -> str:
    """`status` and `message` as in ClusterPart, of a kind of metrics.k8s.io."""
    if status == "not_served":
        return "Nobody answers metrics.k8s.io here."
    if status == "ready":
        return "metrics.k8s.io knows no node."
    return message or "metrics.k8s.io has not answered yet."
