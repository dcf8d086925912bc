"""What is decoded of a pod: only what its row needs. Everything may be missing or null (core/v1 types.go)."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import Decoded, Whole


class Resources(msgspec.Struct, gc=False):
    requests: dict[str, str | int | float] | None = None
    limits: dict[str, str | int | float] | None = None


class Container(msgspec.Struct, gc=False):
    name: str = ""
    image: str | None = None
    restart_policy: str | None = msgspec.field(default=None, name="restartPolicy")
    resources: Resources | None = None

    @property
    def sidecar(self) -> bool:
        """Of init containers: it runs beside the others (KEP-753)."""
        return self.restart_policy == "Always"


class ClaimSource(msgspec.Struct, gc=False):
    claim: str | None = msgspec.field(default=None, name="claimName")


class Ephemeral(msgspec.Struct, gc=False):
    """Its claim is made with the pod, and named after both."""


class Volume(msgspec.Struct, gc=False):
    name: str = ""
    claim: ClaimSource | None = msgspec.field(default=None, name="persistentVolumeClaim")
    ephemeral: Ephemeral | None = None


class Running(msgspec.Struct, gc=False):
    started: str | None = msgspec.field(default=None, name="startedAt")


class Waiting(msgspec.Struct, gc=False):
    reason: str | None = None
    message: str | None = None


class Terminated(msgspec.Struct, gc=False):
    exit_code: int | None = msgspec.field(default=None, name="exitCode")
    signal: int | None = None
    reason: str | None = None
    message: str | None = None
    finished: str | None = msgspec.field(default=None, name="finishedAt")

    @property
    def word(self) -> str:
        """As kubectl words it: the reason, else Signal:9 or ExitCode:1."""
        if self.reason:
            return self.reason
        return f"Signal:{self.signal}" if self.signal else f"ExitCode:{self.exit_code or 0}"


class State(msgspec.Struct, gc=False):
    running: Running | None = None
    waiting: Waiting | None = None
    terminated: Terminated | None = None


class ContainerStatus(msgspec.Struct, gc=False):
    name: str = ""
    image: str | None = None
    ready: bool | None = None
    started: bool | None = None
    restarts: Whole | None = msgspec.field(default=None, name="restartCount")
    state: State | None = None
    last: State | None = msgspec.field(default=None, name="lastState")


class Condition(msgspec.Struct, gc=False):
    type: str = ""
    status: str = ""
    reason: str | None = None
    message: str | None = None
    since: str | None = msgspec.field(default=None, name="lastTransitionTime")


class Gate(msgspec.Struct, gc=False):
    condition: str | None = msgspec.field(default=None, name="conditionType")


class Address(msgspec.Struct, gc=False):
    ip: str | None = None


class Spec(msgspec.Struct, gc=False):
    containers: list[Container] | None = None
    init: list[Container] | None = msgspec.field(default=None, name="initContainers")
    volumes: list[Volume] | None = None
    node: str | None = msgspec.field(default=None, name="nodeName")
    gates: list[Gate] | None = msgspec.field(default=None, name="readinessGates")
    account: str | None = msgspec.field(default=None, name="serviceAccountName")
    priority_class: str | None = msgspec.field(default=None, name="priorityClassName")
    overhead: dict[str, str | int | float] | None = None
    resources: Resources | None = None


class Status(msgspec.Struct, gc=False):
    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    ip: str | None = msgspec.field(default=None, name="podIP")
    ips: list[Address] | None = msgspec.field(default=None, name="podIPs")
    host_ip: str | None = msgspec.field(default=None, name="hostIP")
    nominated: str | None = msgspec.field(default=None, name="nominatedNodeName")
    qos: str | None = msgspec.field(default=None, name="qosClass")
    started: str | None = msgspec.field(default=None, name="startTime")
    conditions: list[Condition] | None = None
    init: list[ContainerStatus] | None = msgspec.field(default=None, name="initContainerStatuses")
    containers: list[ContainerStatus] | None = msgspec.field(default=None, name="containerStatuses")


class Pod(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None

    def condition(self, name: str | None) -> Condition | None:
        found = self.status.conditions if self.status is not None else None
        return next((c for c in found or () if c.type == name), None)
