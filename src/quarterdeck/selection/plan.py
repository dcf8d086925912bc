"""`plan(state, intent)`: what an intent asks of each cluster, as a value. Pure; the coordinator carries it out.

The difference is taken against what runs, never against what was requested before: a cluster that was deselected and
reselected while its job was still on its way out is opened again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from quarterdeck.model.errors import (
    InvalidRequestError,
    RefusedError,
    StaleGenerationError,
    UnknownClusterError,
)
from quarterdeck.model.states import Failure
from quarterdeck.model.target import ClusterId, Target
from quarterdeck.selection.intents import (
    CancelWork,
    ChangeSelection,
    ClearSelection,
    ContextMissing,
    CredentialsLost,
    CredentialsRecovered,
    Intent,
    KubeconfigChanged,
    Retry,
    SetSelection,
    Shutdown,
    TransportLost,
    TransportRebuild,
)
from quarterdeck.selection.records import Action, IntentKind


class Running(msgspec.Struct, frozen=True):
    """What there is of one cluster. `visible`: the target of its committed runtime; `job`: of the opening under way or
    queued; `dormant`: it waits for credentials without a runtime that is shown."""

    visible: Target | None = None
    visible_epoch: int = 0
    visible_alive: bool = True
    job: Target | None = None
    job_epoch: int = 0
    dormant_epoch: int = 0
    missing: bool = False
    absence: int = 0
    tried: str = ""
    """Fingerprint of the newest attempt, "" before the first."""


class PlanState(msgspec.Struct, frozen=True):
    generation: int
    selected: tuple[ClusterId, ...]
    targets: Mapping[ClusterId, Target]
    failures: Mapping[ClusterId, Failure]
    running: Mapping[ClusterId, Running]
    expected: frozenset[ClusterId] = frozenset()
    """IDs of an earlier start, whose contexts may be gone from the files."""


class Plan(msgspec.Struct, frozen=True):
    """`actions` in the order in which lanes are started. `break_first`: rebuilds that end the old runtime before the
    new one is made; `drop_rows`: of those, whose rows must vanish too (another server or identity).
    `absent`: selected IDs that the files no longer hold, whose grace begins; `missing`: those whose grace has passed,
    which stay selected."""

    kind: IntentKind
    selected: tuple[ClusterId, ...]
    actions: Mapping[ClusterId, Action]
    break_first: frozenset[ClusterId] = frozenset()
    drop_rows: frozenset[ClusterId] = frozenset()
    absent: frozenset[ClusterId] = frozenset()
    missing: frozenset[ClusterId] = frozenset()
    reason: str = ""

    def of(self, action: Action) -> tuple[ClusterId, ...]:
        return tuple(c for c, a in self.actions.items() if a is action)


_NOTHING = Running()


def plan(state: PlanState, intent: Intent) -> Plan:
    """Raises UnknownClusterError, StaleGenerationError, RefusedError, InvalidRequestError; then nothing is applied."""
    match intent:
        case SetSelection(selected, based_on):
            if based_on is not None and based_on != state.generation:
                raise StaleGenerationError(
                    f"The selection is at generation {state.generation}; this was based on {based_on}. Read it anew."
                )
            wanted = _known(state, selected)
            closing = tuple(c for c in state.selected if c not in set(wanted))
            return _change(state, IntentKind.SET, wanted, opened=wanted, closed=closing)
        case ChangeSelection(opened, closed):
            return _delta(state, _known(state, opened), _known(state, closed))
        case ClearSelection():
            return _change(state, IntentKind.CLEAR, (), opened=(), closed=state.selected)
        case Shutdown():
            actions = dict.fromkeys(state.selected, Action.CLOSE)
            return Plan(IntentKind.SHUTDOWN, state.selected, actions)
        case Retry(cluster):
            return _retry(state, cluster)
        case CancelWork(cluster):
            return _cancel(state, cluster)
        case KubeconfigChanged():
            return _kubeconfig(state)
        case ContextMissing(cluster, absence):
            gone = cluster in state.selected and _runs(state, cluster).absence == absence and absence > 0
            ended = _one(state, IntentKind.KUBECONFIG, cluster if gone else None, Action.CLOSE, "context gone")
            return msgspec.structs.replace(ended, missing=frozenset(ended.actions))
        case CredentialsLost(cluster, epoch):
            match_ = epoch != 0 and _runs(state, cluster).visible_epoch == epoch
            return _one(state, IntentKind.CREDENTIALS_LOST, cluster if match_ else None, Action.KEEP, "401")
        case CredentialsRecovered(cluster, epoch):
            runs = _runs(state, cluster)
            if epoch != 0 and runs.dormant_epoch == epoch and cluster in state.selected:
                return _one(state, IntentKind.CREDENTIALS_RECOVERED, cluster, Action.OPEN, "logged in")
            match_ = epoch != 0 and runs.visible_epoch == epoch
            return _one(state, IntentKind.CREDENTIALS_RECOVERED, cluster if match_ else None, Action.KEEP, "logged in")
        case TransportLost(cluster, epoch):
            current = _current_epoch(state, cluster, epoch)
            broken = _one(state, IntentKind.TRANSPORT_LOST, current, Action.REBUILD, "transport lost")
            return msgspec.structs.replace(broken, break_first=frozenset(broken.actions))
        case TransportRebuild(cluster, epoch, reason):
            current = _current_epoch(state, cluster, epoch)
            return _one(state, IntentKind.TRANSPORT_REBUILD, current, Action.REBUILD, reason)


def _runs(state: PlanState, cluster: ClusterId) -> Running:
    return state.running.get(cluster, _NOTHING)


def _current_epoch(state: PlanState, cluster: ClusterId, epoch: int) -> ClusterId | None:
    """The cluster, if `epoch` is of its visible runtime: a callback with an old epoch is ignored."""
    return (
        cluster if cluster in state.selected and epoch != 0 and _runs(state, cluster).visible_epoch == epoch else None
    )


def _known(state: PlanState, clusters: Iterable[ClusterId]) -> tuple[ClusterId, ...]:
    """Folds duplicates. An unknown ID refuses the whole request."""
    folded = tuple(dict.fromkeys(clusters))
    known = (state.targets, state.failures, state.selected, state.expected)
    for cluster in folded:
        if not any(cluster in ids for ids in known):
            raise UnknownClusterError(f"There is no context {cluster}.")
    return folded


def _delta(state: PlanState, opened: tuple[ClusterId, ...], closed: tuple[ClusterId, ...]) -> Plan:
    both = set(opened) & set(closed)
    if both:
        raise InvalidRequestError(f"Asked to open and to close {', '.join(sorted(both))} at once.")
    if not opened and not closed:
        raise InvalidRequestError("Nothing to open or close was named.")
    kept = tuple(c for c in state.selected if c not in set(closed))
    selected = kept + tuple(c for c in opened if c not in set(kept))
    closing = tuple(c for c in closed if c in set(state.selected))
    kind = IntentKind.CHANGE if opened and closed else IntentKind.OPEN if opened else IntentKind.CLOSE
    return _change(state, kind, selected, opened=opened, closed=closing)


def _change(
    state: PlanState,
    kind: IntentKind,
    selected: tuple[ClusterId, ...],
    *,
    opened: tuple[ClusterId, ...],
    closed: tuple[ClusterId, ...],
) -> Plan:
    actions = dict.fromkeys(closed, Action.CLOSE)
    actions |= {c: _open_action(state, c) for c in opened}
    return Plan(kind, selected, actions)


def _open_action(state: PlanState, cluster: ClusterId) -> Action:
    """Of a cluster that is wanted: what brings it there from what runs now."""
    runs = _runs(state, cluster)
    if cluster not in state.selected:
        return Action.OPEN
    if runs.missing:
        return Action.KEEP
    target = state.targets.get(cluster)
    wanted = target.fingerprint() if target else ""
    if runs.job is not None:
        return Action.CARRY if runs.job.fingerprint() == wanted or target is None else Action.OPEN
    if runs.visible is not None and runs.visible_alive:
        return Action.KEEP
    return Action.OPEN


def _retry(state: PlanState, cluster: ClusterId) -> Plan:
    _known(state, (cluster,))
    if cluster not in state.selected:
        raise RefusedError(f"{cluster} is not open; open it instead.")
    action = _open_action(state, cluster)
    runs = _runs(state, cluster)
    if runs.missing:
        raise RefusedError(f"The context {cluster} is no longer in the kubeconfig files.")
    if action is Action.KEEP:
        action = Action.REBUILD
    return Plan(IntentKind.RETRY, state.selected, {cluster: action}, reason="retry")


def _cancel(state: PlanState, cluster: ClusterId) -> Plan:
    _known(state, (cluster,))
    runs = _runs(state, cluster)
    if cluster not in state.selected or runs.job is None:
        raise RefusedError(f"Nothing is under way on {cluster}.")
    rebuilds = runs.visible is not None and runs.visible_alive and runs.job_epoch != runs.visible_epoch
    if rebuilds:
        return Plan(IntentKind.CANCEL, state.selected, {cluster: Action.KEEP}, reason="cancel")
    selected = tuple(c for c in state.selected if c != cluster)
    return Plan(IntentKind.CANCEL, selected, {cluster: Action.CLOSE}, reason="cancel")


def _kubeconfig(state: PlanState) -> Plan:
    """`state` already holds what the files say now."""
    actions: dict[ClusterId, Action] = {}
    absent: set[ClusterId] = set()
    break_first: set[ClusterId] = set()
    for cluster in state.selected:
        runs = _runs(state, cluster)
        target = state.targets.get(cluster)
        if target is None:
            # A file that cannot be read now says nothing about what already runs (DESIGN: never closes a cluster).
            if cluster not in state.failures:
                absent.add(cluster)
            continue
        old = runs.job or runs.visible
        if runs.missing:
            actions[cluster] = Action.OPEN
        elif old is None:
            if runs.tried != target.fingerprint():
                actions[cluster] = Action.OPEN
        elif old.fingerprint() != target.fingerprint():
            actions[cluster] = Action.REBUILD if runs.visible is not None else Action.OPEN
            if runs.visible is not None and runs.visible.break_fingerprint() != target.break_fingerprint():
                break_first.add(cluster)
    return Plan(
        IntentKind.KUBECONFIG,
        state.selected,
        actions,
        break_first=frozenset(break_first),
        drop_rows=frozenset(break_first),
        absent=frozenset(absent),
        reason="kubeconfig changed",
    )


def _one(state: PlanState, kind: IntentKind, cluster: ClusterId | None, action: Action, reason: str) -> Plan:
    return Plan(kind, state.selected, {cluster: action} if cluster is not None else {}, reason=reason)
