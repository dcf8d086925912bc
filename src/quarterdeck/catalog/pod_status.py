"""The status, ready and restarts of a pod exactly as kubectl prints them.

Follows kubernetes/pkg/printers/internalversion/printers.go, printPod (v1.37).
"""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import DONE, ERROR, OK, PROGRESSING, UNKNOWN, WARN
from quarterdeck.catalog.pod_objects import Container, ContainerStatus, Pod, Spec, State, Status, Terminated
from quarterdeck.catalog.times import seconds

_NODE_LOST = "NodeLost"
"""pkg/util/node, NodeUnreachablePodReason."""
_PROGRESSING = ("Pending", "ContainerCreating", "PodInitializing", "Terminating", "SchedulingGated")
_NOTHING = State()


class Printed(msgspec.Struct, gc=False):
    """`last_restart` in seconds since the epoch."""

    status: str
    ready: int
    total: int
    restarts: int
    last_restart: int | None


def printed(pod: Pod) -> Printed:
    """Total over whatever decodes."""
    spec, status = pod.spec or Spec(), pod.status or Status()
    inits = {c.name: c for c in spec.init or ()}
    total = len(spec.containers or ()) + sum(c.sidecar for c in spec.init or ())
    word = status.reason or status.phase or ""
    scheduled = [c for c in status.conditions or () if c.type == "PodScheduled"]
    if any(c.reason == "SchedulingGated" for c in scheduled):
        word = "SchedulingGated"

    ready = restarts = sidecar_restarts = 0
    last = sidecar_last = 0
    initializing = False
    for index, container in enumerate(status.init or ()):
        restarts += container.restarts or 0
        last = max(last, _last_end(container))
        sidecar = _sidecar(inits, container)
        if sidecar:
            sidecar_restarts += container.restarts or 0
            sidecar_last = max(sidecar_last, _last_end(container))
        state = container.state or _NOTHING
        if state.terminated is not None and not state.terminated.exit_code:
            continue
        if sidecar and container.started:
            ready += bool(container.ready)
            continue
        if state.terminated is not None:
            word = f"Init:{state.terminated.word}"
        elif state.waiting is not None and state.waiting.reason and state.waiting.reason != "PodInitializing":
            word = f"Init:{state.waiting.reason}"
        else:
            word = f"Init:{index}/{len(spec.init or ())}"
        initializing = True
        break

    initialized = pod.condition("Initialized")
    if not initializing or (initialized is not None and initialized.status == "True"):
        restarts, last = sidecar_restarts, sidecar_last
        running, failed = False, ""
        for container in reversed(status.containers or ()):
            restarts += container.restarts or 0
            last = max(last, _last_end(container))
            state = container.state or _NOTHING
            if state.waiting is not None and state.waiting.reason:
                word = state.waiting.reason
            elif state.terminated is not None:
                word = state.terminated.word
                if state.terminated.exit_code:
                    failed = word
            elif container.ready and state.running is not None:
                running = True
                ready += 1
        if word == "Completed":
            conditions = status.conditions or ()
            if running and any(c.type == "Ready" and c.status == "True" for c in conditions):
                word = "Running"
            elif failed:
                word = failed
            elif running:
                word = "NotReady"

    if pod.metadata.deleted is not None:
        if status.reason == _NODE_LOST:
            word = "Unknown"
        elif status.phase not in ("Succeeded", "Failed"):
            word = "Terminating"
    return Printed(word, ready, total, restarts, last if restarts and last else None)


def gates(pod: Pod) -> str:
    """`1/2` readiness gates are true; empty where it has none."""
    wanted = pod.spec.gates if pod.spec is not None else None
    if not wanted:
        return ""
    met = sum((c := pod.condition(g.condition)) is not None and c.status == "True" for g in wanted)
    return f"{met}/{len(wanted)}"


def health(pod: Pod, shown: Printed) -> str:
    """For the glyph: by what a person would do about it, not by phase alone."""
    word, phase = shown.status, (pod.status.phase if pod.status is not None else None) or ""
    if word == "Unknown" or not word:
        return UNKNOWN
    if word == "Terminating":
        return PROGRESSING
    if word in ("Completed", "Succeeded") or (phase == "Succeeded"):
        return DONE
    if word == "Running":
        return OK if shown.ready >= shown.total else WARN
    if word == "NotReady":
        return WARN
    scheduled = pod.condition("PodScheduled")
    if word == "Pending" and scheduled is not None and scheduled.reason == "Unschedulable":
        return WARN
    if word in _PROGRESSING or _counts(word):
        return PROGRESSING
    return ERROR


def why(pod: Pod, shown: Printed) -> str:
    """The message behind a status that is not as it should be, as the kubelet or the scheduler put it."""
    status = pod.status or Status()
    if status.message:
        return status.message
    for container in (*(status.containers or ()), *(status.init or ())):
        state = container.state or _NOTHING
        if state.waiting is not None and state.waiting.message:
            return state.waiting.message
        if state.terminated is not None and state.terminated.exit_code and state.terminated.message:
            return state.terminated.message
    scheduled = pod.condition("PodScheduled")
    if scheduled is not None and scheduled.status == "False" and shown.status in ("Pending", "SchedulingGated"):
        return scheduled.message or ""
    return ""


def last_termination(pod: Pod) -> Terminated | None:
    """How one of its containers ended last: the newest of all ends, but for init containers that did their work."""
    spec, status = pod.spec or Spec(), pod.status or Status()
    inits = {c.name: c for c in spec.init or ()}
    ends = [end for c in status.containers or () for end in _ends(c)]
    for container in status.init or ():
        sidecar = _sidecar(inits, container)
        ends += [end for end in _ends(container) if sidecar or end.exit_code]
    return max(ends, key=lambda end: seconds(end.finished) or 0, default=None)


def _ends(container: ContainerStatus) -> list[Terminated]:
    """Newest first, so that of ends without a time the newest counts."""
    states = (container.state, container.last)
    return [state.terminated for state in states if state is not None and state.terminated is not None]


def _counts(word: str) -> bool:
    """`Init:1/3`, as opposed to `Init:Error`."""
    return word.startswith("Init:") and word[5:6].isdigit() and "/" in word


def _last_end(container: ContainerStatus) -> int:
    ended = container.last.terminated if container.last is not None else None
    return (seconds(ended.finished) or 0) if ended is not None else 0


def _sidecar(inits: dict[str, Container], status: ContainerStatus) -> bool:
    found = inits.get(status.name)
    return found is not None and found.sidecar
