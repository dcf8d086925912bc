from __future__ import annotations

from typing import Any

import msgspec

from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.catalog.nodes import NODE_KIND
from quarterdeck.catalog.quantity import quantity
from quarterdeck.catalog.times import seconds
from quarterdeck.stores.protocol import Row

Json = dict[str, Any]


def row(kind: KindSpec[Any], meta: Json | None = None, **rest: object) -> Row:
    found = {"metadata": {"name": "x", "uid": "u", **(meta or {})}, **rest}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def node(*conditions: str, spec: Json | None = None, labels: Json | None = None, **status: object) -> Row:
    found = [dict(zip(("type", "status"), c.split("="), strict=True)) for c in conditions]
    return row(NODE_KIND, {"labels": labels}, spec=spec, status={"conditions": found, **status})


def test_a_node_is_ready_not_ready_or_unknown_and_may_be_cordoned() -> None:
    assert (node("Ready=True")["status"], node("Ready=True")["health"]) == ("Ready", "ok")
    assert (node("Ready=False")["status"], node("Ready=False")["health"]) == ("NotReady", "error")
    assert node("Ready=Unknown")["status"] == "NotReady"
    assert (node()["status"], node()["health"]) == ("Unknown", "unknown")
    cordoned = node("Ready=True", spec={"unschedulable": True})
    assert (cordoned["status"], cordoned["health"]) == ("Ready,SchedulingDisabled", "warn")


def test_pressure_warns() -> None:
    found = node("Ready=True", "MemoryPressure=True", "DiskPressure=False")
    assert (found["pressure"], found["health"]) == ("Memory", "warn")


def test_roles_come_from_both_kinds_of_label() -> None:
    labels = {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/": "", "kubernetes.io/role": "control"}
    assert node(labels=labels)["roles"] == "control,worker"


def test_a_node_tells_its_addresses_versions_and_room() -> None:
    found = node(
        "Ready=True",
        spec={"taints": [{"key": "k", "effect": "NoSchedule"}]},
        addresses=[{"type": "Hostname", "address": "h"}, {"type": "InternalIP", "address": "10.0.0.1"}],
        nodeInfo={"kubeletVersion": "v1.37.2", "kernelVersion": "6.1", "architecture": "arm64"},
        allocatable={"cpu": "3920m", "memory": "1Ki", "pods": "110"},
    )
    assert (found["internal_ip"], found["external_ip"], found["version"]) == ("10.0.0.1", "", "v1.37.2")
    assert (found["kernel"], found["cpu"], found["memory"], found["pods"]) == ("6.1 (arm64)", 3.92, 1024, 110)
    assert (found["taint_count"], found["taints"]) == (1, '["k=:NoSchedule"]')


def test_a_namespace_that_terminates_is_progressing() -> None:
    assert row(NAMESPACE_KIND, status={"phase": "Active"})["health"] == "ok"
    assert row(NAMESPACE_KIND, status={"phase": "Terminating"})["health"] == "progressing"


def test_an_event_of_the_old_kind_counts_and_has_two_times() -> None:
    found = row(
        EVENT_KIND,
        type="Warning",
        reason="BackOff",
        message=" again \n",
        count=12,
        firstTimestamp="2026-01-01T00:00:00Z",
        lastTimestamp="2026-01-01T00:01:00Z",
        involvedObject={"kind": "Pod", "name": "web", "fieldPath": "spec.containers{a}", "uid": "u9"},
        source={"component": "kubelet", "host": "n1"},
    )
    assert (found["last_seen"], found["first_seen"], found["count"]) == (1767225660, 1767225600, 12)
    assert (found["object"], found["source"], found["message"]) == ("pod/web", "kubelet, n1", "again")
    assert (found["health"], found["object_uid"]) == ("warn", "u9")


def test_an_event_of_the_new_kind_has_micro_times_and_series() -> None:
    new: Json = {"eventTime": "2026-01-01T00:00:00.123456Z", "reportingComponent": "c", "firstTimestamp": None}
    found = row(EVENT_KIND, type="Normal", **new)
    assert (found["last_seen"], found["count"], found["source"], found["health"]) == (1767225600, 1, "c", "ok")
    series = {"count": 4, "lastObservedTime": "2026-01-01T00:00:30.000000Z"}
    found = row(EVENT_KIND, **new, series=series)
    assert (found["last_seen"], found["count"]) == (1767225630, 4)


def test_quantities_are_read_as_the_api_machinery_writes_them() -> None:
    read = {"100m": 0.1, "1Gi": 2**30, "1k": 1000, "1e3": 1000, "2E": 2e18, ".5": 0.5, "1.5Ki": 1536, "5n": 5e-9}
    assert {text: quantity(text) for text in read} == read
    assert [quantity(odd) for odd in (None, "", "x", "1x", "1 Gi", "NaN", "1e999", "--1")] == [0.0] * 8
    assert quantity(2) == 2


def test_times_that_are_none_are_none() -> None:
    assert [seconds(odd) for odd in (None, "", "yesterday", "0001-13-01T00:00:00Z")] == [None] * 4
    assert seconds("2026-01-01T02:00:00+02:00") == 1767225600
