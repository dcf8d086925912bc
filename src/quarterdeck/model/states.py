"""The state of one cluster, as data: each state carries only its own fields, so impossible states cannot be written.

Times are seconds since the epoch (wall clock) for people, durations are milliseconds.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from quarterdeck.model.errors import ClusterError, ConfigError, ErrorClass


class PhaseName(StrEnum):
    """In the order in which they are drawn; they may overlap."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    AUTHENTICATE = "authenticate"
    DISCOVER = "discover"
    LIST = "list"


class PhaseStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Phase(msgspec.Struct, frozen=True):
    """`started_at` is wall clock; `duration_ms` stands once it ended; `deadline_s` counts from its start.

    `detail` is a short line such as "Listing, 4,100 objects so far" or "Waiting for aws-iam-authenticator".
    """

    name: PhaseName
    status: PhaseStatus = PhaseStatus.PENDING
    started_at: float | None = None
    duration_ms: float | None = None
    deadline_s: float = 0
    detail: str = ""
    waiting_for_person: bool = False


class Failure(msgspec.Struct, frozen=True):
    """What happened and what to do. Never holds a secret."""

    error_class: ErrorClass
    reason: str
    message: str
    advice: str = ""
    command: str | None = None
    phase: PhaseName | None = None
    file: str = ""
    line: int = 0

    @classmethod
    def of(cls, error: ClusterError, phase: PhaseName | None = None) -> Failure:
        file, line = (error.file, error.line) if isinstance(error, ConfigError) else ("", 0)
        return cls(error.error_class, error.reason, error.message, error.advice, error.command, phase, file, line)


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    pass


class Connecting(msgspec.Struct, frozen=True, tag="connecting"):
    """`committed`: it is authenticated and its rows are shown, marked partial; its first lists are still coming."""

    since: float
    deadline_s: float
    phases: tuple[Phase, ...]
    committed: bool = False
    attempt: int = 1


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    since: float
    phases: tuple[Phase, ...] = ()


class Degraded(msgspec.Struct, frozen=True, tag="degraded"):
    """The transport is lost or lists stopped; rows are stale since `stale_since`. `retry_at`: when it is tried next."""

    since: float
    stale_since: float
    failure: Failure
    retry_at: float | None = None
    phases: tuple[Phase, ...] = ()


class AuthRequired(msgspec.Struct, frozen=True, tag="auth_required"):
    """`stale_since` where rows from before are still shown."""

    since: float
    failure: Failure
    retry_at: float | None = None
    stale_since: float | None = None
    phases: tuple[Phase, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    since: float
    failure: Failure
    retry_at: float | None = None
    phases: tuple[Phase, ...] = ()


class Missing(msgspec.Struct, frozen=True, tag="missing"):
    """Its context is gone from the files; its ID is kept and it opens again when the context is back."""

    since: float


class Closing(msgspec.Struct, frozen=True, tag="closing"):
    since: float


ClusterState = Closed | Connecting | Ready | Degraded | AuthRequired | Failed | Missing | Closing

STATE_NAMES = ("closed", "connecting", "ready", "degraded", "auth_required", "failed", "missing", "closing")


def state_name(state: ClusterState) -> str:
    """The tag, e.g. `auth_required`."""
    tag = state.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
