"""Cells of roles, bindings, network policies and autoscalers, as the API server prints them."""

from __future__ import annotations

from simfleet.kinds import JsonObject
from simfleet.parts import part, parts

_SHOWN = 2
"""Metrics of an autoscaler that are printed."""


def role(value: JsonObject) -> list[object]:
    """A kind without a table of its own has a name and a time (apiserver registry/rest/table.go)."""
    return [value["metadata"].get("name", ""), value["metadata"].get("creationTimestamp")]


def binding(value: JsonObject, age: str) -> list[object]:
    named = part(value, "roleRef")
    subjects = parts(value, "subjects")
    users, groups = (", ".join(s["name"] for s in subjects if s.get("kind") == kind) for kind in ("User", "Group"))
    accounts = ", ".join(f"{s.get('namespace', '')}/{s['name']}" for s in subjects if s.get("kind") == "ServiceAccount")
    reference = f"{named.get('kind', '')}/{named.get('name', '')}"
    return [value["metadata"].get("name", ""), reference, age, users, groups, accounts]


def autoscaler(value: JsonObject, age: str) -> list[object]:
    spec, status = part(value, "spec"), part(value, "status")
    target = part(spec, "scaleTargetRef")
    reference = f"{target.get('kind', '')}/{target.get('name', '')}"
    least = str(spec["minReplicas"]) if "minReplicas" in spec else "<unset>"
    current = status.get("currentReplicas", 0)
    return [
        value["metadata"].get("name", ""),
        reference,
        _targets(spec, status),
        least,
        spec["maxReplicas"],
        current,
        age,
    ]


def _targets(spec: JsonObject, status: JsonObject) -> str:
    """Of resources alone; no autoscaler of a simulated cluster follows anything else."""
    wanted, found = parts(spec, "metrics"), parts(status, "currentMetrics")
    if not wanted:
        return "<none>"
    texts: list[str] = []
    for at, metric in enumerate(wanted[:_SHOWN]):
        resource = part(metric, "resource")
        now = part(part(found[at], "resource"), "current") if at < len(found) else {}
        used = f"{now['averageUtilization']}%" if "averageUtilization" in now else "<unknown>"
        texts.append(f"{resource.get('name', '')}: {used}/{part(resource, 'target').get('averageUtilization', 0)}%")
    more = len(wanted) - _SHOWN
    return ", ".join(texts) + (f" + {more} more..." if more > 0 else "")
