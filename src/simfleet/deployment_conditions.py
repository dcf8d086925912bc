"""A Deployment's conditions, as its controller sets them (kubernetes pkg/controller/deployment/{sync,progress}.go)."""

from __future__ import annotations

from simfleet.clock import parse_stamp, stamp
from simfleet.kinds import JsonObject
from simfleet.parts import parts

COMPLETE = "NewReplicaSetAvailable"
_TIMED_OUT = "ProgressDeadlineExceeded"


def condition(kind: str, good: bool, reason: str, message: str, now: float) -> JsonObject:
    return {
        "type": kind,
        "status": "True" if good else "False",
        "lastUpdateTime": stamp(now),
        "lastTransitionTime": stamp(now),
        "reason": reason,
        "message": message,
    }


def of_type(status: JsonObject, kind: str) -> JsonObject | None:
    return next((c for c in parts(status, "conditions") if c["type"] == kind), None)


def available(good: bool, now: float) -> JsonObject:
    if good:
        return condition("Available", True, "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
    message = "Deployment does not have minimum availability."
    return condition("Available", False, "MinimumReplicasUnavailable", message, now)


def complete(owner: str, now: float) -> JsonObject:
    """`owner`: the name of the newest ReplicaSet."""
    return condition("Progressing", True, COMPLETE, f'ReplicaSet "{owner}" has successfully progressed.', now)


def begun(owner: str, now: float) -> JsonObject:
    return condition("Progressing", True, "NewReplicaSetCreated", f'Created new replica set "{owner}"', now)


def with_condition(conditions: list[JsonObject], new: JsonObject) -> list[JsonObject]:
    """One that says the same stays as it is."""
    old = next((c for c in conditions if c["type"] == new["type"]), None)
    if old is not None and (old["status"], old["reason"]) == (new["status"], new["reason"]):
        return conditions
    return [*(c for c in conditions if c is not old), _after(old, new)]


def _after(old: JsonObject | None, new: JsonObject) -> JsonObject:
    """A time of transition is that of the status alone."""
    if old is None or old["status"] != new["status"]:
        return new
    return new | {"lastTransitionTime": old["lastTransitionTime"]}


def progressing(old: JsonObject, new: JsonObject, owner: str, wanted: int, deadline: int, now: float) -> JsonObject:
    """What Progressing says once the status turns from `old` into `new`; `old` may have none yet. Times in seconds."""
    before = of_type(old, "Progressing")
    replicas, updated = new.get("replicas", 0), new.get("updatedReplicas", 0)
    if before is not None and before["reason"] == COMPLETE and replicas == updated:
        return before
    if replicas == updated == wanted == new.get("availableReplicas", 0):
        return _after(before, complete(owner, now))
    if before is None or _went_on(old, new):
        message = f'ReplicaSet "{owner}" is progressing.'
        return _after(before, condition("Progressing", True, "ReplicaSetUpdated", message, now))
    if awaits_deadline(old) and parse_stamp(before["lastUpdateTime"]) + deadline < now:
        message = f'ReplicaSet "{owner}" has timed out progressing.'
        return condition("Progressing", False, _TIMED_OUT, message, now)
    return before


def awaits_deadline(status: JsonObject) -> bool:
    """Whether only time may change what is said of the progress."""
    found = of_type(status, "Progressing")
    return found is not None and found["reason"] not in {COMPLETE, _TIMED_OUT}


def _went_on(old: JsonObject, new: JsonObject) -> bool:
    def outdated(status: JsonObject) -> int:
        return status.get("replicas", 0) - status.get("updatedReplicas", 0)

    grown = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return outdated(new) < outdated(old) or any(new.get(name, 0) > old.get(name, 0) for name in grown)
