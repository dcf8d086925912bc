"""What the controller manager writes into the statuses of workloads, from their pods."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simfleet import deployment_conditions
from simfleet.kinds import JsonObject
from simfleet.parts import part, parts
from simfleet.pods import PodState


class Count(msgspec.Struct):
    """Pods of one owner: those that are neither going nor done, those of them that are ready, and those going."""

    active: int = 0
    ready: int = 0
    going: int = 0

    def add(self, state: PodState, amount: int = 1) -> None:
        if state is PodState.TERMINATING:
            self.going += amount
        elif state is not PodState.COMPLETED:
            self.active += amount
            if state is PodState.RUNNING:
                self.ready += amount


class Wanted(msgspec.Struct, frozen=True):
    """What a spec asks for. `spare`: how many pods a Deployment may lack and still be available. `deadline`: seconds
    without progress after which a rollout has failed."""

    generation: int
    replicas: int
    spare: int
    deadline: int

    @classmethod
    def of(cls, value: JsonObject) -> Wanted:
        spec = part(value, "spec")
        replicas = int(spec.get("replicas", 1))
        generation = int(value["metadata"].get("generation", 1))
        return cls(generation, replicas, _spare(spec, replicas), int(spec.get("progressDeadlineSeconds", 600)))


def _spare(spec: JsonObject, replicas: int) -> int:
    """As ResolveFenceposts of pkg/controller/deployment/util: shares of pods are rounded down."""
    strategy = part(spec, "strategy")
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return 0
    rolling = part(strategy, "rollingUpdate")
    said = rolling.get("maxUnavailable", "25%")
    found = replicas * int(said[:-1]) // 100 if isinstance(said, str) else int(said)
    if not found and rolling.get("maxSurge", "25%") in {0, "0%"}:
        found = 1
    return min(found, replicas)


def _known(status: JsonObject, *always: str) -> JsonObject:
    """Counts that are zero are left out, as Go's omitempty does, but for those that are `always` there."""
    return {name: value for name, value in status.items() if value or name in always}


def replica_set_status(wanted: Wanted, count: Count) -> JsonObject:
    status = {"replicas": count.active, "fullyLabeledReplicas": count.active, "readyReplicas": count.ready}
    return _known(status | {"availableReplicas": count.ready, "observedGeneration": wanted.generation}, "replicas")


def stateful_set_status(wanted: Wanted, count: Count, revision: str) -> JsonObject:
    """Pods that go count for as long as they are ready (updateStatus of pkg/controller/statefulset)."""
    ready = count.ready + count.going
    status: JsonObject = {"observedGeneration": wanted.generation, "replicas": count.active + count.going}
    status |= {"readyReplicas": ready, "availableReplicas": ready}
    status |= {"currentReplicas": count.active, "updatedReplicas": count.active}
    status |= {"currentRevision": revision, "updateRevision": revision, "collisionCount": 0}
    return _known(status, "replicas", "availableReplicas", "collisionCount")


def daemon_set_status(wanted: Wanted, count: Count, nodes: int) -> JsonObject:
    placed, ready = count.active + count.going, count.ready + count.going
    status: JsonObject = {"currentNumberScheduled": placed, "numberMisscheduled": 0, "desiredNumberScheduled": nodes}
    status |= {"numberReady": ready, "observedGeneration": wanted.generation, "updatedNumberScheduled": placed}
    status |= {"numberAvailable": ready, "numberUnavailable": max(0, nodes - ready)}
    return _known(status, "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")


def deployment_status(
    wanted: Wanted, old: JsonObject, owner: str, newest: Count, others: Iterable[Count], now: float
) -> JsonObject:
    """`owner` is the newest ReplicaSet's name; `newest` and `others` are the pods of it and of the ones before it."""
    every = [newest, *others]
    ready = sum(count.ready for count in every)
    status: JsonObject = {"observedGeneration": wanted.generation, "replicas": sum(count.active for count in every)}
    status |= {"updatedReplicas": newest.active, "readyReplicas": ready, "availableReplicas": ready}
    status = _known(status | {"unavailableReplicas": max(0, wanted.replicas - ready)})
    good = ready >= wanted.replicas - wanted.spare
    conditions = deployment_conditions.with_condition(
        parts(old, "conditions"), deployment_conditions.available(good, now)
    )
    moved = deployment_conditions.progressing(old, status, owner, wanted.replicas, wanted.deadline, now)
    if moved not in conditions:
        conditions = [*(c for c in conditions if c["type"] != "Progressing"), moved]
    return status | {"conditions": conditions}
