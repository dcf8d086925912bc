"""A lane: the queue of one cluster, which brings it to what is desired, one job at a time; the newest desire wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec
import structlog

from quarterdeck.aio.backoff import Backoff
from quarterdeck.clusters.protocol import ClusterHost, OpenFailed, OpenOrder, OpenResult
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import ErrorClass, InternalError
from quarterdeck.model.states import Closed, ClusterState, Failure, Phase, state_name
from quarterdeck.model.target import ClusterId, Key, Target, key_of
from quarterdeck.selection.derive import Health, LaneFacts, derive
from quarterdeck.selection.plan import Running

log = structlog.get_logger(__name__)

RETRIED = frozenset({ErrorClass.DNS, ErrorClass.CONNECT, ErrorClass.TIMEOUT, ErrorClass.SERVER})
"""Classes that may pass by themselves; the others wait for a person, a login or a changed file."""


class Job(msgspec.Struct):
    """An opening under way. `generation`: the newest intent that it serves; carrying it over moves that on."""

    epoch: int
    target: Target
    generation: int
    task: asyncio.Task[OpenResult]
    committed: bool = False
    cancelled: bool = False
    refused: Failure | None = None


class LaneOwner(Protocol):
    """What a lane asks of its coordinator."""

    host: ClusterHost
    deadlines: Deadlines
    now: Callable[[], float]

    def next_epoch(self) -> int: ...

    def backoff(self) -> Backoff: ...

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Held by each job: nothing in parallel mode, the one lock in serial mode."""
        ...

    def spawn_job(self, lane: Lane, order: OpenOrder) -> asyncio.Task[OpenResult]: ...

    def job_started(self, lane: Lane, job: Job) -> None: ...

    def job_ended(self, lane: Lane, job: Job, result: OpenResult | None) -> None:
        """`result` is None where it was cancelled."""
        ...

    def torn_down(self, lane: Lane) -> None: ...

    def lane_changed(self, lane: Lane) -> None: ...

    def kick(self, lane: Lane) -> None: ...


class Lane:
    """Changed by its coordinator (synchronously, at intent and commit time) and by its own `drive`, nobody else."""

    def __init__(self, cluster: ClusterId, owner: LaneOwner) -> None:
        self.cluster = cluster
        self.key: Key = key_of(cluster)
        self._owner = owner
        self.wanted = False
        self.generation = 0
        self.target: Target | None = None
        self.config_failure: Failure | None = None
        self.due = False
        """An opening must run; it is started as soon as nothing of before is left."""
        self.job: Job | None = None
        self.visible: Target | None = None
        self.visible_epoch = 0
        self.health: Health | None = None
        self.dormant_epoch = 0
        self.retiring: list[int] = []
        self.failure: Failure | None = None
        self.failed_at = 0.0
        self.retry_at: float | None = None
        self.stale_since: float | None = None
        self.missing_since: float | None = None
        self.absence = 0
        self.attempt = 0
        self.tried = ""
        self.opened_at = 0.0
        self.closing_since = 0.0
        self.closings: list[int] = []
        """Generations of the closings whose teardown has not ended yet."""
        self.phases: tuple[Phase, ...] = ()
        self.task: asyncio.Task[None] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._holds_rows = False
        self._timer: asyncio.TimerHandle | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._backoff = owner.backoff()
        self._state: ClusterState = Closed()

    @property
    def rests(self) -> bool:
        """Nothing of it may stay open: it is closed, or its context is gone."""
        return not self.wanted or self.missing_since is not None

    @property
    def state(self) -> ClusterState:
        return self._state

    @property
    def busy(self) -> bool:
        return self.job is not None or bool(self.retiring) or (self.task is not None and not self.task.done())

    def running(self) -> Running:
        """What the plan needs to know. A job on its way out serves nobody: nothing can be carried into it."""
        under_way = self.job if self.job is not None and not self.job.cancelled else None
        job = under_way.target if under_way is not None else self.target if self.wanted and self.due else None
        return Running(
            visible=self.visible,
            visible_epoch=self.visible_epoch,
            visible_alive=self.visible_epoch != 0,
            job=job,
            job_epoch=under_way.epoch if under_way is not None else 0,
            dormant_epoch=self.dormant_epoch,
            missing=self.missing_since is not None,
            absence=self.absence,
            tried=self.tried,
        )

    def refresh(self) -> None:
        """Sets the state anew from the facts: the one place where it changes."""
        state = derive(
            LaneFacts(
                wanted=self.wanted,
                busy=self.busy,
                missing_since=self.missing_since,
                config_failure=self.config_failure,
                health=self.health,
                phases=self.phases,
                committed=self.job is not None and self.job.committed,
                failure=self.failure,
                failed_at=self.failed_at,
                retry_at=self.retry_at,
                stale_since=self.stale_since,
                opened_at=self.opened_at,
                open_deadline=self._owner.deadlines.open,
                attempt=max(1, self.attempt),
                closing_since=self.closing_since,
            )
        )
        if state != self._state:
            if type(state) is not type(self._state):
                log.info("state", cluster=self.cluster, was=state_name(self._state), now=state_name(state))
            self._state = state
            self._owner.lane_changed(self)

    def want(self, target: Target | None, generation: int) -> None:
        """Desire it open (anew): the next opening starts as soon as nothing of before is left."""
        self.wanted = True
        self.generation = generation
        self.target = target
        self.missing_since = None
        self._forget_failure()
        self.due = target is not None
        if self.visible_epoch == 0:
            self.opened_at = self._owner.now()
            self.phases = ()

    def unwant(self, generation: int) -> None:
        self.wanted = False
        self.generation = generation
        self.due = False
        self.config_failure = None
        self.missing_since = None
        self.stale_since = None
        self.closing_since = self._owner.now()
        self.expect_back()
        self._forget_failure()

    def retire_visible(self, *, keep_rows: bool) -> None:
        """The committed runtime ends: revoked now, torn down by the lane. `keep_rows`: they stay shown, stale."""
        epoch, self.visible_epoch, self.health = self.visible_epoch, 0, None
        if epoch:
            self.retire(epoch)
        if keep_rows:
            self.stale_since = self._owner.now()
        else:
            self.visible = None
            self.stale_since = None

    def retire(self, epoch: int) -> None:
        self._owner.host.revoke(epoch)
        self.retiring.append(epoch)
        self.wake()

    def retire_dormant(self) -> None:
        epoch, self.dormant_epoch = self.dormant_epoch, 0
        if epoch:
            self.retire(epoch)

    def cancel_job(self) -> None:
        """The job does not serve any longer: its epoch is revoked now, and its task ends as soon as it can. A committed
        one only stops being waited for: its runtime is visible, and goes on until it is retired."""
        if self.job is not None:
            if not self.job.committed:
                self._owner.host.revoke(self.job.epoch)
            self.job.cancelled = True
            self.job.task.cancel()
            self.wake()

    def vanish(self, absence: int, act: Callable[[], None]) -> None:
        """Its context is gone from the files: `act` is called after the grace, unless it is back before."""
        if self._grace is None and self.missing_since is None:
            self.absence = absence
            self._grace = asyncio.get_running_loop().call_later(self._owner.deadlines.missing_grace, act)

    def expect_back(self) -> None:
        """It is back, or nobody cares any more."""
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
        self.absence = 0

    def wake(self) -> None:
        """Something changed that a waiting job does not see by itself."""
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def stop_timers(self) -> None:
        self.expect_back()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def drive(self) -> None:
        """Brings the cluster to what is desired; ends when it is there or nothing more can be done now."""
        while True:
            if self.retiring or (self._holds_rows and self.rests):
                async with self._owner.turn():
                    await self._teardown()
            elif self.wanted and self.due and self.target is not None:
                async with self._owner.turn():
                    await self._open()
            else:
                return

    async def _open(self) -> None:
        target = self.target
        if not (self.wanted and self.due and target is not None):
            return  # The desire changed while the serial lock was waited for.
        self.due = False
        self.attempt += 1
        self.retry_at = None
        self.tried = target.fingerprint()
        order = OpenOrder(self._owner.next_epoch(), target, self.attempt)
        job = Job(order.epoch, target, self.generation, self._owner.spawn_job(self, order))
        self.job = job
        self._holds_rows = True
        self._owner.job_started(self, job)
        self.refresh()
        try:
            await self._attend(job)
        finally:
            if not job.task.done():
                job.task.cancel()
            self.job = None
        result = _result_of(job.task)
        if not job.committed:  # A committed one is visible, or was retired by what replaced it.
            if _sleeps(result) and not job.cancelled:
                self.dormant_epoch = job.epoch
            else:
                self.retire(job.epoch)
        self._take(job, result)
        self._owner.job_ended(self, job, result)
        self.refresh()

    async def _attend(self, job: Job) -> None:
        """Waits for the job; what a commit of it replaced is torn down beside it. A cancelled job that will not end
        within the close deadline is left to the coordinator's reaper."""
        loop = asyncio.get_running_loop()
        while not job.task.done():
            self._wake = loop.create_future()
            limit = self._owner.deadlines.close if job.cancelled else None
            done, _ = await asyncio.wait({job.task, self._wake}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if job.cancelled and not done:
                log.warning("an opening would not stop", cluster=self.cluster, epoch=job.epoch)
                return
            if self.retiring and not job.task.done():
                await self._teardown()

    async def _teardown(self) -> None:
        while self.retiring:
            epoch = self.retiring[0]
            stragglers = await self._owner.host.teardown(epoch)
            self.retiring.remove(epoch)
            if stragglers:
                log.warning("still being torn down", cluster=self.cluster, epoch=epoch, stragglers=stragglers)
        if self.rests and self._holds_rows and self.job is None:
            self._holds_rows = False
            await self._owner.host.release(self.key)
        self._owner.torn_down(self)

    def _take(self, job: Job, result: OpenResult | None) -> None:
        """Books how the newest attempt ended; nothing of a job that is no longer wanted."""
        if not self.wanted or job.generation != self.generation or (result is None and job.refused is None):
            return
        failure = job.refused or (result.failure if isinstance(result, OpenFailed) else None)
        if job.committed:
            if self.health is not None and self.visible_epoch == job.epoch:
                since = self.health.since if failure is not None and self.health.failure else self._owner.now()
                kept = failure if failure is not None else self.health.failure
                self.health = msgspec.structs.replace(self.health, settled=True, failure=kept, since=since)
            if failure is None:
                self._backoff.reset()
                self.attempt = 0
            return
        if failure is None:
            return
        if self.visible_epoch:
            return  # A rebuild failed: what runs goes on, and the record says so.
        if self.failure is None:
            self.failed_at = self._owner.now()
        self.failure = failure
        if failure.error_class in RETRIED:
            self._retry_later()

    def _retry_later(self) -> None:
        wait = self._backoff.next()
        self.retry_at = self._owner.now() + wait
        self._timer = asyncio.get_running_loop().call_later(wait, self._retry)

    def _retry(self) -> None:
        self._timer = None
        if self.wanted and self.missing_since is None and self.visible_epoch == 0:
            self.due = True
            self._owner.kick(self)

    def _forget_failure(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.failure = None
        self.retry_at = None
        self.attempt = 0
        self._backoff.reset()


def _sleeps(result: OpenResult | None) -> bool:
    return isinstance(result, OpenFailed) and result.alive


def _result_of(task: asyncio.Task[OpenResult]) -> OpenResult | None:
    if not task.done() or task.cancelled():
        return None
    error = task.exception()
    if error is None:
        return task.result()
    log.error("opening failed by a mistake of ours", exc_info=error)
    mistake = InternalError("internal", f"Internal error: {error}", advice="Save the diagnostics and report it.")
    return OpenFailed(Failure.of(mistake))
