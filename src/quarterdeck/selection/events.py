"""What the coordinator makes of a host's events and of a commit's results. Synchronous; no await stands here.

Every event carries an epoch: one that is not the lane's is ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from quarterdeck.clusters.protocol import (
    Authenticated,
    LostCredentials,
    LostTransport,
    PhasesChanged,
    RecoveredCredentials,
    RowsOpened,
    RuntimeEvent,
    Synced,
    Unsynced,
)
from quarterdeck.model.errors import ErrorClass, InternalError
from quarterdeck.model.states import Failure
from quarterdeck.model.target import ClusterId
from quarterdeck.selection.commit import Visible
from quarterdeck.selection.derive import Health
from quarterdeck.selection.intents import ContextMissing, CredentialsLost, CredentialsRecovered, TransportLost
from quarterdeck.selection.lane import Job, Lane

if TYPE_CHECKING:
    from quarterdeck.selection.coordinator import Coordinator


class Reactions:
    """Acts on the coordinator's lanes; holds nothing but a counter of absences."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._absences = 0

    def take(self, event: RuntimeEvent) -> None:
        lane = self._coordinator.lane_of(event.key)
        if lane is None:
            return
        match event:
            case PhasesChanged(_, epoch, phases):
                if (job := self._job(lane, epoch)) is not None:
                    lane.phases = phases
                    self._coordinator.ledger.phases(job.generation, lane.cluster, phases)
            case RowsOpened(_, epoch):
                job = self._job(lane, epoch)
                waits = self._coordinator.candidates.get(lane.cluster)
                if job is not None and lane.visible_epoch == 0 and (waits is None or waits.epoch == 0):
                    store = self._coordinator.host.rows(epoch)
                    self._coordinator.ask_commit(lane.cluster, Visible(job.target, 0, store))
            case Authenticated(_, epoch):
                if (job := self._job(lane, epoch)) is not None:
                    store = self._coordinator.host.rows(epoch)
                    self._coordinator.ask_commit(lane.cluster, Visible(job.target, epoch, store))
                else:
                    self._coordinator.ledger.stale_commit()
            case Synced(_, epoch):
                if (health := self._health(lane, epoch)) is not None and (health.failure or not health.settled):
                    lane.health = Health(True, None, self._coordinator.now())
            case Unsynced(_, epoch, failure, retry_at):
                self._unsynced(lane, epoch, failure, retry_at)
            case LostCredentials(_, epoch, failure):
                self._coordinator.post(CredentialsLost(lane.cluster, epoch, failure))
            case RecoveredCredentials(_, epoch):
                self._coordinator.post(CredentialsRecovered(lane.cluster, epoch))
            case LostTransport(_, epoch, failure):
                self._coordinator.post(TransportLost(lane.cluster, epoch, failure))
        lane.refresh()

    def still_wanted(self, cluster: ClusterId, visible: Visible) -> bool:
        """Whether this result may be committed: its epoch is the lane's, and its job, not cancelled, serves the newest
        intent."""
        lane = self._coordinator.lanes.get(cluster)
        if lane is None or not lane.wanted or lane.missing_since is not None or lane.job is None:
            return False
        if lane.job.cancelled:  # in this very turn, after its result had come: its epoch is revoked
            return False
        if visible.epoch == 0:
            return lane.visible_epoch == 0 and self.generation_is_current(lane)
        return self.epoch_is_current(lane, visible.epoch) and self.generation_is_current(lane)

    def epoch_is_current(self, lane: Lane, epoch: int) -> bool:
        return lane.job is not None and lane.job.epoch == epoch

    def generation_is_current(self, lane: Lane) -> bool:
        return lane.job is not None and lane.job.generation == lane.generation

    def committed(self, lane: Lane, visible: Visible) -> None:
        job = lane.job
        if visible.epoch == 0 or job is None:
            return
        replaced, lane.visible_epoch = lane.visible_epoch, visible.epoch
        lane.visible = visible.target
        lane.health = Health(since=self._coordinator.now())
        lane.stale_since = None
        lane.failure = None
        job.committed = True
        if replaced:
            lane.retire(replaced)
        self._coordinator.host.permit(visible.epoch)
        self._coordinator.ledger.committed(job.generation, lane.cluster)
        lane.refresh()

    def refused(self, lane: Lane, visible: Visible, reason: str) -> None:
        """Dropped from the commit: torn down, and said so."""
        if lane.cluster not in self._coordinator.snapshot.clusters and lane.visible_epoch:
            lane.retire_visible(keep_rows=False)
        if lane.job is not None and visible.epoch == lane.job.epoch:
            error = InternalError("refused", reason, advice="Retry; if it happens again, save the diagnostics.")
            lane.job.refused = Failure.of(error)
            lane.cancel_job()
        lane.refresh()

    def context_vanished(self, lane: Lane) -> None:
        """Begins the grace of a context that is gone from the files."""
        if lane.absence or lane.missing_since is not None:
            return
        self._absences += 1
        absence = self._absences
        lane.vanish(absence, lambda: self._coordinator.post(ContextMissing(lane.cluster, absence)))

    def _job(self, lane: Lane, epoch: int) -> Job | None:
        return lane.job if self.epoch_is_current(lane, epoch) else None

    def _health(self, lane: Lane, epoch: int) -> Health | None:
        return lane.health if lane.visible_epoch == epoch else None

    def _unsynced(self, lane: Lane, epoch: int, failure: Failure, retry_at: float | None) -> None:
        health = self._health(lane, epoch)
        if health is None or (lane.job is not None and lane.job.epoch == epoch):
            return  # While it opens, the opening itself says how it ends.
        if health.failure is None:
            lane.health = Health(True, failure, self._coordinator.now(), retry_at)
        elif health.failure.error_class is not ErrorClass.AUTH:
            lane.health = msgspec.structs.replace(health, failure=failure, retry_at=retry_at)
