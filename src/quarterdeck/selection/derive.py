"""`derive(facts)`: the one state of a cluster, from what its lane knows. Pure, so that no state can contradict it."""

from __future__ import annotations

import msgspec

from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.states import (
    AuthRequired,
    Closed,
    Closing,
    ClusterState,
    Connecting,
    Degraded,
    Failed,
    Failure,
    Missing,
    Phase,
    Ready,
)


class Health(msgspec.Struct, frozen=True):
    """Of a committed runtime. `settled`: its opening has ended; `failure` None means that all is live."""

    settled: bool = False
    failure: Failure | None = None
    since: float = 0
    retry_at: float | None = None


class LaneFacts(msgspec.Struct, frozen=True):
    """`failure` is of the newest attempt, kept while it is retried by itself; `stale_since` where rows of a runtime
    that is gone are still shown. Times are wall clock."""

    wanted: bool
    busy: bool
    missing_since: float | None = None
    config_failure: Failure | None = None
    health: Health | None = None
    phases: tuple[Phase, ...] = ()
    committed: bool = False
    failure: Failure | None = None
    failed_at: float = 0
    retry_at: float | None = None
    stale_since: float | None = None
    opened_at: float = 0
    open_deadline: float = 0
    attempt: int = 1
    closing_since: float = 0


def derive(facts: LaneFacts) -> ClusterState:
    if not facts.wanted:
        return Closing(facts.closing_since) if facts.busy else Closed()
    if facts.missing_since is not None:
        return Missing(facts.missing_since)
    health = facts.health
    if health is not None:
        return _of_runtime(facts, health)
    if facts.config_failure is not None:
        return Failed(facts.failed_at, facts.config_failure)
    if facts.failure is None:
        return Connecting(facts.opened_at, facts.open_deadline, facts.phases, facts.committed, facts.attempt)
    if facts.failure.error_class is ErrorClass.AUTH:
        return AuthRequired(facts.failed_at, facts.failure, facts.retry_at, facts.stale_since, facts.phases)
    if facts.stale_since is not None:
        return Degraded(facts.failed_at, facts.stale_since, facts.failure, facts.retry_at, facts.phases)
    return Failed(facts.failed_at, facts.failure, facts.retry_at, facts.phases)


def _of_runtime(facts: LaneFacts, health: Health) -> ClusterState:
    if not health.settled and health.failure is None:
        return Connecting(facts.opened_at, facts.open_deadline, facts.phases, committed=True, attempt=facts.attempt)
    if health.failure is None:
        return Ready(health.since, facts.phases)
    if health.failure.error_class is ErrorClass.AUTH:
        return AuthRequired(health.since, health.failure, health.retry_at, health.since, facts.phases)
    return Degraded(health.since, health.since, health.failure, health.retry_at, facts.phases)
