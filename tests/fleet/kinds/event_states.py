"""Events of the old kind and of the new, single and in series."""

from __future__ import annotations

from tests.fleet.kinds.objects import Json
from tests.fleet.kinds.pod_states import before


def event_bodies(namespace: str) -> list[Json]:
    """Bodies for core/v1, and for events.k8s.io/v1 those that have a `note`."""
    pod: Json = {"kind": "Pod", "namespace": namespace, "name": "web", "apiVersion": "v1", "uid": "u1"}
    old: Json = {"apiVersion": "v1", "kind": "Event", "involvedObject": pod, "type": "Normal", "reason": "Pulled"}
    new: Json = {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "regarding": pod,
        "type": "Normal",
        "reason": "Scheduled",
        "action": "Binding",
        "note": "Assigned to n1",
        "reportingController": "default-scheduler",
        "reportingInstance": "default-scheduler-0",
        "eventTime": before(minutes=3).replace("Z", ".250000Z"),
    }
    return [
        {
            **old,
            "metadata": {"name": "repeated"},
            "involvedObject": {**pod, "fieldPath": "spec.containers{a}"},
            "type": "Warning",
            "reason": "BackOff",
            "message": "Back-off restarting\nfailed container",
            "count": 12,
            "firstTimestamp": before(hours=30),
            "lastTimestamp": before(minutes=7, seconds=10),
            "source": {"component": "kubelet", "host": "n1"},
        },
        {**old, "metadata": {"name": "once"}, "firstTimestamp": before(days=3), "message": " padded ", "source": {}},
        {**old, "metadata": {"name": "timeless"}, "message": "", "source": {"component": "kubelet"}},
        {**old, "metadata": {"name": "of-a-kind"}, "involvedObject": {"kind": "Pod", "namespace": namespace}},
        {**new, "metadata": {"name": "new"}},
        {
            **new,
            "metadata": {"name": "series"},
            "series": {"count": 4, "lastObservedTime": before(minutes=1).replace("Z", ".500000Z")},
        },
    ]
