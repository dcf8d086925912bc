"""Pods in every state that kubectl has a word for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.fleet.kinds.objects import Json, Made


def before(**span: float) -> str:
    """A time as the API server writes it, so long ago as this is asked."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return (now - dt.timedelta(**span)).isoformat().replace("+00:00", "Z")


def containers(*names: str, **more: Any) -> list[Json]:
    return [{"name": n, "image": f"registry.example/{n}:1.0", **more} for n in names]


def spec(*names: str, init: list[Json] | None = None, **more: Any) -> Json:
    found: Json = {"containers": containers(*(names or ("a",))), **more}
    return found | ({"initContainers": init} if init else {})


def state(name: str, *, restarts: int = 0, ready: bool = False, **more: Any) -> Json:
    return {"name": name, "image": "i", "imageID": "", "restartCount": restarts, "ready": ready, **more}


def runs(name: str, *, restarts: int = 0, ready: bool = True, **more: Any) -> Json:
    now = {"state": {"running": {"startedAt": before(hours=1)}}}
    return state(name, restarts=restarts, ready=ready, **now, **more)


def waits(name: str, reason: str, *, restarts: int = 0, **more: Any) -> Json:
    return state(name, restarts=restarts, state={"waiting": {"reason": reason, "message": f"{reason}: why"}}, **more)


def end(code: int = 0, reason: str = "", *, signal: int = 0, ago: float = 60) -> Json:
    found: Json = {"exitCode": code, "finishedAt": before(seconds=ago)}
    return {"terminated": found | ({"reason": reason} if reason else {}) | ({"signal": signal} if signal else {})}


def ended(name: str, *end_of: Any, restarts: int = 0, **more: Any) -> Json:
    return state(name, restarts=restarts, state=end(*end_of, **more))


def conditions(**kinds: str) -> list[Json]:
    return [{"type": k, "status": v} for k, v in kinds.items()]


def status(phase: str, *found: Json, init: list[Json] | None = None, **more: Any) -> Json:
    result: Json = {"phase": phase, "containerStatuses": list(found), **more}
    return result | ({"initContainerStatuses": init} if init else {})


_INITS = containers("i", "j", "k")
_SIDECAR = containers("proxy", restartPolicy="Always")
_LOST: dict[str, Any] = {"reason": "NodeLost", "message": "the node is unreachable"}


def _init(name: str, *first: Json) -> Made:
    return Made(name, spec(init=_INITS), status("Pending", waits("a", "PodInitializing"), init=list(first)))


def pod_objects() -> list[Made]:
    scheduled: Json = {"type": "PodScheduled", "status": "False"}
    two = ("a", "b")
    return [
        Made("pending", spec()),
        Made(
            "unschedulable",
            spec(),
            status("Pending", conditions=[{**scheduled, "reason": "Unschedulable", "message": "0/3 nodes"}]),
        ),
        Made("gated", spec(schedulingGates=[{"name": "quarterdeck.test/gate"}])),
        Made("creating", spec(nodeName="n1"), status("Pending", waits("a", "ContainerCreating"))),
        Made("nominated", spec(), status("Pending", nominatedNodeName="n2")),
        _init("init-1-of-3", ended("i"), runs("j", ready=False), waits("k", "PodInitializing")),
        _init("init-error", ended("i", 1, "Error", restarts=2)),
        _init("init-exit-code", ended("i", 3)),
        _init("init-signal", ended("i", 9, signal=9)),
        _init("init-loop", waits("i", "CrashLoopBackOff", restarts=4, lastState=end(1, "Error", ago=150))),
        _init("initializing", ended("i"), ended("j"), ended("k")),
        Made("running", spec(*two, nodeName="n1"), status("Running", runs("a"), runs("b"), podIP="10.1.0.1")),
        Made("not-ready-yet", spec(*two), status("Running", runs("a"), runs("b", ready=False))),
        Made("one-of-two-done", spec(*two), status("Running", runs("a"), ended("b", 0, "Completed"))),
        Made(
            "gates",
            spec(readinessGates=[{"conditionType": "quarterdeck.test/x"}, {"conditionType": "quarterdeck.test/y"}]),
            status("Running", runs("a"), conditions=[{"type": "quarterdeck.test/x", "status": "True"}]),
        ),
        Made(
            "crash-loop",
            spec(),
            status("Running", waits("a", "CrashLoopBackOff", restarts=7, lastState=end(1, "Error", ago=4000))),
        ),
        Made("pull", spec(), status("Pending", waits("a", "ImagePullBackOff"))),
        Made("oom", spec(), status("Running", ended("a", 137, "OOMKilled", restarts=1))),
        Made("signal", spec(restartPolicy="Never"), status("Failed", ended("a", 137, signal=9))),
        Made("exit-code", spec(restartPolicy="Never"), status("Failed", ended("a", 7))),
        Made("completed", spec(restartPolicy="Never"), status("Succeeded", ended("a", 0, "Completed"))),
        Made("evicted", spec(), status("Failed", reason="Evicted", message="The node was low on resource: memory.")),
        Made(
            "mixed-end",
            spec(*two, restartPolicy="Never"),
            status("Failed", ended("a", 0, "Completed"), ended("b", 2, "Error")),
        ),
        Made("sidecar", spec(init=_SIDECAR), status("Running", runs("a"), init=[runs("proxy", started=True)])),
        Made(
            "sidecar-starting",
            spec(init=_SIDECAR),
            status("Pending", waits("a", "PodInitializing"), init=[runs("proxy", ready=False, started=False)]),
        ),
        Made(
            "sidecar-restarted",
            spec(init=[*containers("i"), *_SIDECAR]),
            status(
                "Running",
                runs("a", restarts=1, lastState=end(1, "Error", ago=8000)),
                init=[
                    ended("i", restarts=5),
                    runs("proxy", restarts=2, started=True, lastState=end(2, "Error", ago=700)),
                ],
            ),
        ),
        Made("terminating", spec(), status("Running", runs("a")), deleted=True),
        Made("lost", spec(), status("Running", runs("a"), **_LOST), deleted=True),
        Made(
            "ended-but-kept",
            spec(restartPolicy="Never"),
            status("Succeeded", ended("a", 0, "Completed")),
            deleted=True,
        ),
    ]  # fmt: skip
