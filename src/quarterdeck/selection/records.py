"""The record of a change, from the arrival of its intent until all its clusters have settled."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from quarterdeck.model.states import Failure, Phase
from quarterdeck.model.target import Key


class IntentKind(StrEnum):
    SET = "set"
    OPEN = "open"
    CLOSE = "close"
    CHANGE = "change"
    """Open some and close others, as the page sends it."""
    CLEAR = "clear"
    RETRY = "retry"
    CANCEL = "cancel"
    KUBECONFIG = "kubeconfig"
    CREDENTIALS_LOST = "credentials_lost"
    CREDENTIALS_RECOVERED = "credentials_recovered"
    TRANSPORT_LOST = "transport_lost"
    TRANSPORT_REBUILD = "transport_rebuild"
    SHUTDOWN = "shutdown"


class Action(StrEnum):
    """What a change asks of one cluster."""

    OPEN = "open"
    CLOSE = "close"
    REBUILD = "rebuild"
    KEEP = "keep"
    CARRY = "carry"


class Outcome(StrEnum):
    """How one cluster's part of a change ended; PENDING until then. A value, never an exception."""

    PENDING = "pending"
    COMMITTED = "committed"
    SUPERSEDED = "superseded"
    CARRIED = "carried"
    COALESCED = "coalesced"
    CANCELLED = "cancelled"
    FAILED = "failed"
    CLOSED = "closed"
    MISSING = "missing"


class ClusterRecord(msgspec.Struct, frozen=True):
    """One cluster's part. Offsets are milliseconds since the change was enqueued.

    `started_ms` is when its lane took it up; `committed_ms` when its results became visible (for a close: when it was
    gone from the snapshot); `settled_ms` when it was ready, failed, torn down. `by` is the generation that superseded
    it or that it was carried into.
    """

    key: Key
    name: str
    action: Action
    outcome: Outcome = Outcome.PENDING
    epoch: int = 0
    started_ms: float | None = None
    committed_ms: float | None = None
    settled_ms: float | None = None
    phases: tuple[PhaseSpan, ...] = ()
    failure: Failure | None = None
    by: int | None = None
    objects: int = 0


class PhaseSpan(msgspec.Struct, frozen=True):
    """A phase as it is drawn: `start_ms` since the change was enqueued; `end_ms` None while it runs."""

    phase: Phase
    start_ms: float
    end_ms: float | None = None


class ChangeRecord(msgspec.Struct, frozen=True):
    """`enqueued_at` is wall clock; `client_wait_ms` is what the page says it queued before sending; `coalesced` how
    many of the page's requests were folded into this one; `queue_depth` how many lanes were busy when it came."""

    generation: int
    kind: IntentKind
    enqueued_at: float
    plan_ms: float
    clusters: tuple[ClusterRecord, ...] = ()
    commits: tuple[float, ...] = ()
    client_wait_ms: float = 0
    coalesced: int = 0
    queue_depth: int = 0
    settled_ms: float | None = None
    reason: str = ""
