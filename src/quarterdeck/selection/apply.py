"""Carrying out a plan: what each action does to a lane, synchronously. No await stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.selection.derive import Health
from quarterdeck.selection.intents import (
    CancelWork,
    CredentialsLost,
    CredentialsRecovered,
    Intent,
    Retry,
    TransportLost,
)
from quarterdeck.selection.plan import Plan
from quarterdeck.selection.records import Action, Outcome

if TYPE_CHECKING:
    from quarterdeck.selection.coordinator import Coordinator
    from quarterdeck.selection.lane import Lane


def apply(coordinator: Coordinator, intent: Intent, plan: Plan) -> None:
    """After it every lane whose desire changed has been kicked, and what is closed is no longer visible."""
    for cluster, action in plan.actions.items():
        lane = coordinator.lane(cluster)
        match action:
            case Action.CLOSE:
                _close(coordinator, lane, plan, missing=cluster in plan.missing)
            case Action.OPEN:
                _open(coordinator, lane, intent)
            case Action.CARRY:
                _carry(coordinator, lane)
            case Action.REBUILD:
                _rebuild(coordinator, lane, intent, plan)
            case Action.KEEP:
                _keep(coordinator, lane, intent)
        coordinator.kick(lane)


def _open(coordinator: Coordinator, lane: Lane, intent: Intent) -> None:
    generation = coordinator.generation
    _supersede(coordinator, lane)
    lane.retire_dormant()
    target = coordinator.targets.get(lane.cluster)
    if isinstance(intent, Retry) and target is not None:
        coordinator.host.forget_wait(target)
    failure = lane.failure
    lane.want(target, generation)
    if isinstance(intent, CredentialsRecovered):
        lane.failure = failure  # Shown until it is seen whether the login is worth something.
    lane.config_failure = None if target is not None else coordinator.failures.get(lane.cluster)
    if target is None:
        lane.failed_at = coordinator.now()
        _settle_without_target(coordinator, lane, generation)


def _settle_without_target(coordinator: Coordinator, lane: Lane, generation: int) -> None:
    if lane.config_failure is not None:
        coordinator.ledger.settle(generation, lane.cluster, Outcome.FAILED, failure=lane.config_failure)
    else:
        lane.missing_since = coordinator.now()
        coordinator.ledger.settle(generation, lane.cluster, Outcome.MISSING)


def _close(coordinator: Coordinator, lane: Lane, plan: Plan, *, missing: bool) -> None:
    generation = coordinator.generation
    _supersede(coordinator, lane)
    coordinator.drop(lane.cluster)
    lane.retire_visible(keep_rows=False)
    lane.retire_dormant()
    lane.unwant(generation)
    coordinator.ledger.started(generation, lane.cluster, 0)
    coordinator.ledger.committed(generation, lane.cluster)
    if missing:
        # It stays selected, with its ID: it opens again when the context is back.
        lane.wanted = True
        lane.missing_since = coordinator.now()
        coordinator.ledger.settle(generation, lane.cluster, Outcome.MISSING)
    else:
        lane.closings.append(generation)


def _carry(coordinator: Coordinator, lane: Lane) -> None:
    """The work under way serves the newer intent too: the older change's part is carried into it."""
    generation = coordinator.generation
    coordinator.ledger.settle(lane.generation, lane.cluster, Outcome.CARRIED, by=generation)
    lane.generation = generation
    if lane.job is not None:
        lane.job.generation = generation
        coordinator.ledger.started(generation, lane.cluster, lane.job.epoch)
        coordinator.ledger.phases(generation, lane.cluster, lane.phases)
        if lane.job.committed:
            coordinator.ledger.committed(generation, lane.cluster)


def _rebuild(coordinator: Coordinator, lane: Lane, intent: Intent, plan: Plan) -> None:
    _supersede(coordinator, lane)
    if lane.cluster in plan.break_first:
        drop_rows = lane.cluster in plan.drop_rows
        if drop_rows:
            coordinator.drop(lane.cluster)
        else:
            coordinator.hide_runtime(lane.cluster)
        lane.retire_visible(keep_rows=not drop_rows)
    lane.retire_dormant()
    target = coordinator.targets.get(lane.cluster, lane.visible)
    if isinstance(intent, Retry) and target is not None:
        coordinator.host.forget_wait(target)
    lane.want(target, coordinator.generation)
    if isinstance(intent, TransportLost):
        lane.failure = intent.failure
        lane.failed_at = coordinator.now()


def _keep(coordinator: Coordinator, lane: Lane, intent: Intent) -> None:
    match intent:
        case CancelWork():
            # What had not begun yet has no job whose end would say so.
            coordinator.ledger.settle(lane.generation, lane.cluster, Outcome.CANCELLED)
            lane.due = False
            lane.generation = coordinator.generation
            lane.cancel_job()
            lane.phases = ()
        case CredentialsLost(_, _, failure):
            if lane.health is not None:
                lane.health = Health(lane.health.settled, failure, coordinator.now())
        case CredentialsRecovered():
            if lane.health is not None:
                lane.health = Health(lane.health.settled, None, coordinator.now())
        case _:
            pass


def _supersede(coordinator: Coordinator, lane: Lane) -> None:
    """What runs in the lane does not serve any longer: it is cancelled now, and its part says by what."""
    coordinator.ledger.settle(lane.generation, lane.cluster, Outcome.SUPERSEDED, by=coordinator.generation)
    lane.due = False
    lane.cancel_job()
