"""Pods that do not run, or run and do not serve."""

from __future__ import annotations

from typing import Any

import msgspec

from quarterdeck.catalog.attention.rule import BY_OWNER, MINUTE, Cells, Rule, Severity, counted, number, text
from quarterdeck.model.kinds import PODS

_PULLS = ("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
          "RegistryUnavailable", "SignatureValidationFailed")  # fmt: skip
_SETS_UP = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreStartHookError",
            "PostStartHookError", "ContainerCannotRun", "StartError")  # fmt: skip
_SHOWN = ("owner", "status", "message", "unready_since", "containers", "restarts")
_containers = msgspec.json.Decoder(list[dict[str, Any]])


def _one_of(words: tuple[str, ...]) -> str:
    both = [*words, *(f"Init:{word}" for word in words)]
    return "status IN (" + ", ".join(f"'{word}'" for word in both) + ")"


def _waiting(cells: Cells, words: tuple[str, ...]) -> dict[str, Any]:
    """The first container that waits for one of these reasons."""
    found = _containers.decode(str(cells["containers"] or "[]"))
    for one in found:
        if one.get("state") == "waiting" and one.get("reason") in words:
            return one
    return {}


def _crashed(cells: Cells) -> str:
    one = _waiting(cells, ("CrashLoopBackOff",))
    restarts = counted(int(one.get("restarts") or number(cells, "restarts")), "restart")
    name, code, reason = one.get("name", ""), one.get("last_exit_code"), one.get("last_reason") or ""
    who = f"Container {name}" if name else "A container"
    if code is None:
        return f"{who} crashes again and again, {restarts}."
    word = f" ({reason})" if reason and not reason.startswith("ExitCode") else ""
    return f"{who} ended with exit code {code}{word}, {restarts}."


def _asked(words: tuple[str, ...]) -> Any:
    def why(cells: Cells) -> str:
        one = _waiting(cells, words)
        who = f"{one['name']} ({one.get('image') or 'no image'}): " if one else ""
        return f"{who}{text(cells, 'message') or text(cells, 'status')}"

    return why


def _unscheduled(cells: Cells) -> str:
    return text(cells, "message") or "The scheduler finds no node for it."


def _failed(cells: Cells) -> str:
    return f"{text(cells, 'status') or 'Failed'}{': ' if cells['message'] else ''}{text(cells, 'message')}"


def _not_ready(cells: Cells) -> str:
    found = _containers.decode(str(cells["containers"] or "[]"))
    lacking = [str(one["name"]) for one in found if one.get("role") != "init" and not one.get("ready")]
    return f"It runs, but {', '.join(lacking) or 'it'} {'are' if len(lacking) > 1 else 'is'} not ready."


def _setting_up(cells: Cells) -> str:
    return text(cells, "message") or f"It is {text(cells, 'status')} for a long time."


RULES = (
    Rule(
        "pod-crash-loop", "Crash loop", Severity.CRITICAL, (PODS,),
        where=_one_of(("CrashLoopBackOff",)),
        columns=_SHOWN, why=_crashed, since="coalesce(unready_since, created)", by=BY_OWNER,
        hint="Read the log of the container before its last restart, and what its exit code means; "
        "137 with OOMKilled is a memory limit that is too low.",
    ),
    Rule(
        "pod-image-pull", "Image cannot be pulled", Severity.CRITICAL, (PODS,),
        where=_one_of(_PULLS),
        columns=_SHOWN, why=_asked(_PULLS), since="coalesce(unready_since, created)", by=BY_OWNER,
        hint="Check name and tag of the image, whether the node reaches the registry, and imagePullSecrets.",
    ),
    Rule(
        "pod-cannot-start", "Container cannot start", Severity.CRITICAL, (PODS,),
        where=_one_of(_SETS_UP),
        columns=_SHOWN, why=_asked(_SETS_UP), since="coalesce(unready_since, created)", by=BY_OWNER,
        hint="Mostly a ConfigMap, a Secret or a command that is not there: the message names it.",
    ),
    Rule(
        "pod-unschedulable", "Cannot be scheduled", Severity.WARNING, (PODS,),
        where="status = 'Pending' AND health = 'warn'",
        columns=_SHOWN, why=_unscheduled, since="coalesce(unready_since, created)", by=BY_OWNER,
        hint="Compare what it asks for with what nodes have left, and its node selector, affinity and tolerations.",
    ),
    Rule(
        "pod-slow-start", "Does not get started", Severity.WARNING, (PODS,),
        where="health = 'progressing' AND phase = 'Pending' AND node <> '' AND deleted IS NULL "
        f"AND created < unixepoch() - {10 * MINUTE}",
        columns=(*_SHOWN, "phase", "node"), why=_setting_up, since="created", by=BY_OWNER, timely=True,
        hint="Look at its events: volumes that are not mounted and networks that are not set up are said there; "
        "an init container may be waiting for something.",
    ),
    Rule(
        "pod-not-ready", "Runs and is not ready", Severity.WARNING, (PODS,),
        where=f"health = 'warn' AND phase = 'Running' AND unready_since < unixepoch() - {5 * MINUTE}",
        columns=(*_SHOWN, "phase"), why=_not_ready, since="unready_since", by=BY_OWNER, timely=True,
        hint="Its readiness probe fails, or a readiness gate is not met: services leave it out. Look at its events.",
    ),
    Rule(
        "pod-failed", "Pod failed", Severity.NOTICE, (PODS,),
        # What a job started is the job's to judge.
        where="phase = 'Failed' AND owner NOT LIKE 'Job/%' AND deleted IS NULL",
        columns=(*_SHOWN, "phase"), why=_failed, since="coalesce(unready_since, created)", by=BY_OWNER,
        hint="It stays as it is and takes a place in lists; evicted ones tell of nodes under pressure. "
        "Delete it when it has been looked at.",
    ),
)  # fmt: skip
