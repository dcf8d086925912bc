"""What kubectl's printers_test.go (TestPrintPod) expects, and what it does not look at."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.stores.protocol import Row

Json = dict[str, Any]
READY = {"type": "Ready", "status": "True"}
RUNNING: Json = {"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}, "ready": True}


def row(spec: Json | None = None, status: Json | None = None, **meta: object) -> Row:
    pod = {"metadata": {"name": "web", "namespace": "shop", "uid": "u1", **meta}, "spec": spec, "status": status}
    return POD_KIND.project(msgspec.json.decode(msgspec.json.encode(pod), type=POD_KIND.decoder))


def ended(code: int = 0, reason: str = "", signal: int = 0, at: str | None = None) -> Json:
    return {"terminated": {"exitCode": code, "reason": reason, "signal": signal, "finishedAt": at}}


def waiting(reason: str) -> Json:
    return {"state": {"waiting": {"reason": reason}}}


def shown(spec: Json | None = None, status: Json | None = None, **meta: object) -> tuple[object, ...]:
    found = row(spec, status, **meta)
    return found["ready"], found["status"], found["restarts"], found["health"]


def containers(*names: str) -> list[Json]:
    return [{"name": name, "image": f"{name}:1"} for name in names]


TWO: Json = {"containers": containers("a", "b")}
ONE: Json = {"containers": containers("a")}
INIT: Json = {"containers": containers("a"), "initContainers": containers("i", "j", "k")}
SIDECAR: Json = {
    "containers": containers("a"),
    "initContainers": [{"name": "i"}, {"name": "proxy", "restartPolicy": "Always"}],
}


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        (TWO, {"phase": "Running", "containerStatuses": [RUNNING, RUNNING]}, ("2/2", "Running", 0, "ok")),
        (TWO, {"phase": "Running", "containerStatuses": [RUNNING, {}]}, ("1/2", "Running", 0, "warn")),
        (ONE, {"phase": "Pending"}, ("0/1", "Pending", 0, "progressing")),
        (
            ONE,
            {"phase": "Pending", "containerStatuses": [waiting("ContainerCreating")]},
            ("0/1", "ContainerCreating", 0, "progressing"),
        ),
        (
            ONE,
            {"phase": "Running", "containerStatuses": [{**waiting("CrashLoopBackOff"), "restartCount": 7}]},
            ("0/1", "CrashLoopBackOff", 7, "error"),
        ),
        (
            ONE,
            {"phase": "Pending", "containerStatuses": [waiting("ImagePullBackOff")]},
            ("0/1", "ImagePullBackOff", 0, "error"),
        ),
        (
            ONE,
            {"phase": "Running", "containerStatuses": [{"state": ended(137, "OOMKilled")}]},
            ("0/1", "OOMKilled", 0, "error"),
        ),
        (
            ONE,
            {"phase": "Failed", "containerStatuses": [{"state": ended(137, signal=9)}]},
            ("0/1", "Signal:9", 0, "error"),
        ),
        (ONE, {"phase": "Failed", "containerStatuses": [{"state": ended(1)}]}, ("0/1", "ExitCode:1", 0, "error")),
        (
            ONE,
            {"phase": "Succeeded", "containerStatuses": [{"state": ended(0, "Completed")}]},
            ("0/1", "Completed", 0, "done"),
        ),
        (
            TWO,
            {
                "phase": "Running",
                "conditions": [READY],
                "containerStatuses": [{"state": ended(0, "Completed")}, RUNNING],
            },
            ("1/2", "Running", 0, "warn"),
        ),
        (
            TWO,
            {"phase": "Running", "containerStatuses": [{"state": ended(0, "Completed")}, RUNNING]},
            ("1/2", "NotReady", 0, "warn"),
        ),
        (
            TWO,
            {
                "phase": "Failed",
                "containerStatuses": [{"state": ended(0, "Completed")}, {"state": ended(2, "Error")}],
            },
            ("0/2", "Error", 0, "error"),
        ),
        (ONE, {"phase": "Failed", "reason": "Evicted"}, ("0/1", "Evicted", 0, "error")),
        (
            ONE,
            {
                "phase": "Pending",
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
            },
            ("0/1", "SchedulingGated", 0, "progressing"),
        ),
        (
            ONE,
            {
                "phase": "Pending",
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}],
            },
            ("0/1", "Pending", 0, "warn"),
        ),
        (
            INIT,
            {
                "phase": "Pending",
                "initContainerStatuses": [{"name": "i", "state": ended()}, {"name": "j", **RUNNING}, {"name": "k"}],
            },
            ("0/1", "Init:1/3", 0, "progressing"),
        ),
        (
            INIT,
            {
                "phase": "Pending",
                "initContainerStatuses": [{"name": "i", "state": ended(1, "Error"), "restartCount": 2}],
            },
            ("0/1", "Init:Error", 2, "error"),
        ),
        (
            INIT,
            {"phase": "Pending", "initContainerStatuses": [{"name": "i", "state": ended(1)}]},
            ("0/1", "Init:ExitCode:1", 0, "error"),
        ),
        (
            INIT,
            {"phase": "Pending", "initContainerStatuses": [{"name": "i", "state": ended(9, signal=9)}]},
            ("0/1", "Init:Signal:9", 0, "error"),
        ),
        (
            INIT,
            {
                "phase": "Pending",
                "initContainerStatuses": [{"name": "i", "restartCount": 4, **waiting("CrashLoopBackOff")}],
            },
            ("0/1", "Init:CrashLoopBackOff", 4, "error"),
        ),
        (
            INIT,
            {
                "phase": "Pending",
                "initContainerStatuses": [{"name": n, "state": ended()} for n in "ijk"],
                "containerStatuses": [waiting("PodInitializing")],
            },
            ("0/1", "PodInitializing", 0, "progressing"),
        ),
        (
            SIDECAR,
            {
                "phase": "Running",
                "initContainerStatuses": [
                    {"name": "i", "state": ended(), "restartCount": 3},
                    {"name": "proxy", "started": True, "ready": True, "restartCount": 2},
                ],
                "containerStatuses": [{**RUNNING, "restartCount": 1}],
            },
            ("2/2", "Running", 3, "ok"),
        ),
        (
            SIDECAR,
            {
                "phase": "Pending",
                "initContainerStatuses": [{"name": "i", "state": ended()}, {"name": "proxy", "started": False}],
            },
            ("0/2", "Init:1/2", 0, "progressing"),
        ),
        (
            INIT,
            {
                "phase": "Running",
                "conditions": [{"type": "Initialized", "status": "True"}],
                "initContainerStatuses": [{"name": "i", "restartCount": 5, **RUNNING}],
                "containerStatuses": [RUNNING],
            },
            ("1/1", "Init:0/3", 0, "progressing"),
        ),
        ({}, {}, ("0/0", "", 0, "unknown")),
        (None, None, ("0/0", "", 0, "unknown")),
    ],
)
def test_ready_status_and_restarts_are_what_kubectl_prints(
    spec: Json | None, status: Json | None, expected: tuple[object, ...]
) -> None:
    assert shown(spec, status) == expected


def test_a_deleted_pod_is_terminating_unless_it_ended_or_its_node_is_lost() -> None:
    deleted = "2026-01-01T00:00:00Z"
    running: Json = {"phase": "Running", "containerStatuses": [RUNNING]}
    assert row(ONE, running, deletionTimestamp=deleted)["status"] == "Terminating"
    assert row(ONE, {**running, "reason": "NodeLost"}, deletionTimestamp=deleted)["status"] == "Unknown"
    assert row(ONE, {"phase": "Failed"}, deletionTimestamp=deleted)["status"] == "Failed"


def test_the_last_end_is_the_newest_of_any_container_but_for_init_containers_that_did_their_work() -> None:
    def last(spec: Json, **status: object) -> tuple[object, ...]:
        found = row(spec, {"phase": "Running", **status})
        return found["last_reason"], found["last_exit_code"], found["last_end"]

    early = {"lastState": ended(1, "Error", at="2026-01-01T00:00:05Z")}
    late = {"lastState": ended(137, "OOMKilled", at="2026-01-01T00:00:09Z"), "state": ended(signal=9)}
    assert last(TWO, containerStatuses=[early, late]) == ("OOMKilled", 137, 1767225609)
    assert last(TWO, containerStatuses=[RUNNING]) == ("", None, None)
    assert last(ONE, containerStatuses=[{"state": ended(3)}]) == ("ExitCode:3", 3, None)
    assert last(ONE, containerStatuses=[{"state": ended(3), "lastState": ended(4)}])[1] == 3
    done, failed = {"name": "i", "state": ended(0, "Completed")}, {"name": "i", "state": ended(2, "Error")}
    assert last(SIDECAR, initContainerStatuses=[done]) == ("", None, None)
    assert last(SIDECAR, initContainerStatuses=[failed])[:2] == ("Error", 2)
    assert last(SIDECAR, initContainerStatuses=[{"name": "proxy", "lastState": ended(0, "Completed")}])[1] == 0


def test_a_pod_names_its_images_and_each_tag_once() -> None:
    found = row({"containers": [{"image": "web:1.2"}, {"image": "proxy:1.2"}, {"image": "own"}, {}]})
    assert (found["images"], found["tag"]) == ("web:1.2,proxy:1.2,own,", "1.2,latest")


def test_the_last_restart_is_the_latest_end_of_any_container() -> None:
    early = {"restartCount": 1, "lastState": ended(1, at="2026-01-01T00:00:05Z")}
    late = {"restartCount": 1, "lastState": ended(1, at="2026-01-01T00:00:09Z")}
    assert row(TWO, {"phase": "Running", "containerStatuses": [late, early]})["last_restart"] == 1767225609
    assert row(TWO, {"phase": "Running"})["last_restart"] is None


def test_readiness_gates_count_the_true_ones() -> None:
    gated = {**ONE, "readinessGates": [{"conditionType": "x"}, {"conditionType": "y"}]}
    assert row(gated, {"conditions": [{"type": "x", "status": "True"}]})["readiness_gates"] == "1/2"
    assert row(ONE)["readiness_gates"] == ""


def test_a_pod_asks_for_the_larger_of_its_containers_and_its_init_containers() -> None:
    def asks(cpu: str) -> Json:
        return {"resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}

    sidecar = {"name": "proxy", "restartPolicy": "Always", **asks("500m")}
    spec: Json = {"containers": [asks("250m"), asks("250m")], "initContainers": [sidecar, asks("1")]}
    assert row(spec)["cpu_request"] == 1.5
    assert row(spec)["memory_request"] == 3 * 2**30
    assert row({**spec, "overhead": {"cpu": "100m"}})["cpu_request"] == 1.6
    assert row({**spec, "resources": {"requests": {"cpu": "3"}}})["cpu_request"] == 3
    assert row(ONE)["cpu_limit"] == 0


def test_containers_carry_their_image_state_and_how_they_ended_before() -> None:
    found = row(
        ONE,
        {"containerStatuses": [{"name": "a", "restartCount": 2, **RUNNING, "lastState": ended(137, "OOMKilled")}]},
    )
    (container,) = msgspec.json.decode(str(found["containers"]))
    assert container["image"] == "a:1"
    assert (container["state"], container["last_reason"], container["last_exit_code"]) == ("running", "OOMKilled", 137)


def test_what_the_scheduler_says_is_the_message_of_a_pending_pod() -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}
    assert row(ONE, {"phase": "Pending", "conditions": [condition]})["message"] == "0/3 nodes"


def test_the_owner_is_the_one_that_controls() -> None:
    owners = [{"kind": "Thing", "name": "t"}, {"kind": "ReplicaSet", "name": "web-1", "controller": True}]
    assert row(ONE, ownerReferences=owners)["owner"] == "ReplicaSet/web-1"


def _maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Objects in which any field may be missing or null."""
    return st.fixed_dictionaries(cast("Json", {}), optional={k: st.none() | v for k, v in fields.items()})


_ended = _maybe(exitCode=st.integers(-1, 300), signal=st.integers(0, 64), reason=st.text(max_size=9))
_state = _maybe(running=_maybe(), waiting=_maybe(reason=st.text(max_size=9)), terminated=_ended)
_statuses = st.lists(
    _maybe(
        state=_state, lastState=_state, ready=st.booleans(), started=st.booleans(), restartCount=st.integers(0, 2**31)
    ).map(lambda status: {**status, "name": "i"}),
    max_size=4,
)
_pods = _maybe(
    spec=st.sampled_from([INIT, SIDECAR, {"containers": None}]),
    status=_maybe(
        phase=st.sampled_from(["Running", "Pending", "Failed", "Succeeded", "odd"]),
        initContainerStatuses=_statuses,
        containerStatuses=_statuses,
    ),
    metadata=_maybe(creationTimestamp=st.text(max_size=9) | st.just("2026-01-01T00:00:00Z")),
)


@given(_pods)
def test_whatever_decodes_has_a_row_of_exactly_its_columns(pod: Json) -> None:
    meta: Json = pod.get("metadata") or {}
    found = row(pod.get("spec"), pod.get("status"), **meta)
    assert list(found) == [c.name for c in POD_KIND.columns]
    assert all(v is None or isinstance(v, str | int | float) for v in found.values())
    assert all(found[c.name] is not None for c in POD_KIND.columns if c.indexed)


def test_an_empty_object_of_every_kind_has_a_row() -> None:
    for kind in core_kinds():
        found = kind.project(msgspec.json.decode(b'{"metadata":{"name":"x"}}', type=kind.decoder))
        assert list(found) == [c.name for c in kind.columns], kind.kind
        assert all(found[c.name] is not None for c in kind.columns if c.indexed), kind.kind
