"""The coordinator: the one gate through which every change of the selection and of cluster runtimes passes.

Intent (synchronous): `submit` plans, books and answers. Work (parallel): lanes. Commit (synchronous): all results ready
in one turn of the loop become visible together. See docs/architecture/selection.md.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Literal

import msgspec
import structlog

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.slots import Slots
from quarterdeck.aio.tasks import TaskBag
from quarterdeck.clusters.protocol import ClusterHost, OpenFailed, OpenOrder, OpenResult
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import RefusedError, RequestError
from quarterdeck.model.states import Closed, Failure
from quarterdeck.model.target import ClusterId, Key, Target, key_of
from quarterdeck.selection.apply import apply
from quarterdeck.selection.commit import Participant, Snapshot, Visible, commit, without
from quarterdeck.selection.events import Reactions
from quarterdeck.selection.intents import Intent, KubeconfigChanged, Origin, Shutdown
from quarterdeck.selection.lane import Job, Lane
from quarterdeck.selection.ledger import Ledger
from quarterdeck.selection.plan import PlanState, Running, plan
from quarterdeck.selection.protocol import Accepted, ClusterStatus, News
from quarterdeck.selection.records import ChangeRecord, Outcome

log = structlog.get_logger(__name__)

MOST_SLOTS = 256
COMMITS_TIMED = 500


class Coordinator:
    """Owns the generation, the desired selection, the lanes and the snapshot. Everything runs on one loop.

    `mode="serial"` runs one job at a time under one lock: the baseline of benchmarks. `now` is wall clock.
    """

    def __init__(
        self,
        host: ClusterHost,
        *,
        deadlines: Deadlines,
        now: Callable[[], float],
        slots: Slots,
        slot_cap: int | None = None,
        rng: random.Random | None = None,
        mode: Literal["parallel", "serial"] = "parallel",
        participants: Sequence[Participant] = (),
        generation: int = 0,
    ) -> None:
        self.host = host
        self.deadlines = deadlines
        self.now = now
        self.mode = mode
        self.slots = slots
        self.participants = tuple(participants)
        self.targets: Mapping[ClusterId, Target] = {}
        self.failures: Mapping[ClusterId, Failure] = {}
        self.lanes: dict[ClusterId, Lane] = {}
        self._by_key: dict[Key, Lane] = {}
        self.snapshot = Snapshot(0, {})
        self.ledger = Ledger(now, self._record_changed)
        self.candidates: dict[ClusterId, Visible] = {}
        self.commit_ms: deque[float] = deque(maxlen=COMMITS_TIMED)
        self._slot_cap = slot_cap
        self._rng = rng or random.Random()  # noqa: S311 - jitter, not a secret
        self._lock = asyncio.Lock() if mode == "serial" else None
        self._generation = generation
        self._selected: tuple[ClusterId, ...] = ()
        self._expected: frozenset[ClusterId] = frozenset()
        self._epoch = 0
        self._bag = TaskBag("coordinator")
        self._listeners: list[Callable[[News], None]] = []
        self._dirty: set[Key] = set()
        self._dirty_records: set[int] = set()
        self._flushing = False
        self._commit_due = False
        self._committing = False
        self._stopping = False
        self._reactions = Reactions(self)
        host.attach(self._reactions.take)

    # --- intent: synchronous, no await --------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def selected(self) -> tuple[ClusterId, ...]:
        return self._selected

    @property
    def queue_depth(self) -> int:
        """Lanes with work in hand."""
        return sum(lane.busy for lane in self.lanes.values())

    def submit(self, intent: Intent, origin: Origin = Origin()) -> Accepted:  # noqa: B008 - frozen
        """Plans, books and answers; raises RequestError with nothing applied. Facts that change nothing are accepted
        without a generation. Must not be called from within a commit: participants use `post`."""
        if self._committing:
            raise RuntimeError("submit within a commit: use post")
        if self._stopping:
            raise RefusedError("Quarterdeck is shutting down.")
        started = asyncio.get_running_loop().time()
        if isinstance(intent, KubeconfigChanged):
            self.targets, self.failures = intent.targets, intent.failures
        made = plan(self._plan_state(), intent)
        self._watch_absent(made.absent)
        if not made.actions and made.selected == self._selected and not _is_wish(intent):
            return Accepted(self._generation, self._selected, {})
        self._generation += 1
        self._stopping = isinstance(intent, Shutdown)
        self._selected = made.selected
        self.ledger.begin(self._generation, made, origin, started, self.queue_depth, self.targets)
        self._resize_slots()
        apply(self, intent, made)
        log.info("change", generation=self._generation, kind=made.kind.value, clusters=len(made.actions))
        return Accepted(self._generation, self._selected, made.actions)

    def resume(self, generation: int) -> None:
        """Goes on counting where an earlier start stopped; before the first intent only."""
        self._generation = max(self._generation, generation)

    def expect(self, clusters: Sequence[ClusterId]) -> None:
        """IDs of an earlier start: they may be opened even where no file holds their context now (then `missing`)."""
        self._expected = frozenset(clusters)

    def post(self, intent: Intent) -> None:
        """Submits in the next turn of the loop: for facts, and from within a commit. A refusal is logged."""
        asyncio.get_running_loop().call_soon(self._submit_posted, intent)

    def _submit_posted(self, intent: Intent) -> None:
        try:
            self.submit(intent)
        except RequestError as error:
            log.info("fact not accepted", reason=error.message)

    def _plan_state(self) -> PlanState:
        running: dict[ClusterId, Running] = {c: lane.running() for c, lane in self.lanes.items()}
        return PlanState(self._generation, self._selected, self.targets, self.failures, running, self._expected)

    def _watch_absent(self, absent: frozenset[ClusterId]) -> None:
        for cluster, lane in self.lanes.items():
            if cluster in absent:
                self._reactions.context_vanished(lane)
            else:
                lane.expect_back()

    def _resize_slots(self) -> None:
        batch = max(1, len(self._selected))
        self.slots.resize(self._slot_cap or min(MOST_SLOTS, batch))

    def lane(self, cluster: ClusterId) -> Lane:
        lane = self.lanes.get(cluster)
        if lane is None:
            lane = self.lanes[cluster] = self._by_key[key_of(cluster)] = Lane(cluster, self)
        return lane

    def lane_of(self, key: Key) -> Lane | None:
        return self._by_key.get(key)

    # --- work: parallel, what lanes ask -------------------------------------------------------------------------------

    def next_epoch(self) -> int:
        self._epoch += 1
        return self._epoch

    def backoff(self) -> Backoff:
        return Backoff(self.deadlines.backoff_first, self.deadlines.backoff_most, self._rng)

    def turn(self) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._lock is None else self._lock

    def spawn_job(self, lane: Lane, order: OpenOrder) -> asyncio.Task[OpenResult]:
        return self._bag.spawn(self.host.open(order), f"open {lane.cluster} epoch {order.epoch}")

    def kick(self, lane: Lane) -> None:
        """Makes sure that the lane looks at its desire again."""
        lane.wake()
        if lane.task is None or lane.task.done():
            lane.task = self._bag.spawn(lane.drive(), f"lane {lane.cluster}")
            lane.task.add_done_callback(lambda _: self._lane_rests(lane))
        lane.refresh()

    def _lane_rests(self, lane: Lane) -> None:
        self.torn_down(lane)
        lane.refresh()
        if not lane.wanted and not lane.busy and self.lanes.get(lane.cluster) is lane:
            lane.stop_timers()
            del self.lanes[lane.cluster]
            del self._by_key[lane.key]

    def job_started(self, lane: Lane, job: Job) -> None:
        self.ledger.started(job.generation, lane.cluster, job.epoch)

    def job_ended(self, lane: Lane, job: Job, result: OpenResult | None) -> None:
        if self.candidates.get(lane.cluster, None) is not None and self.candidates[lane.cluster].epoch == job.epoch:
            del self.candidates[lane.cluster]
        failure = job.refused or (result.failure if isinstance(result, OpenFailed) else None)
        if failure is not None:
            self.ledger.settle(job.generation, lane.cluster, Outcome.FAILED, failure=failure)
        elif result is None:
            self.ledger.settle(job.generation, lane.cluster, Outcome.CANCELLED)
        else:
            objects = 0 if isinstance(result, OpenFailed) else result.objects
            self.ledger.settle(job.generation, lane.cluster, Outcome.COMMITTED, objects=objects)

    def torn_down(self, lane: Lane) -> None:
        if lane.job is None and not lane.retiring:
            closings, lane.closings = lane.closings, []
            for generation in closings:
                self.ledger.settle(generation, lane.cluster, Outcome.CLOSED)

    # --- commit: synchronous, no await --------------------------------------------------------------------------------

    def ask_commit(self, cluster: ClusterId, visible: Visible) -> None:
        """All that ask in one turn of the loop are committed together at its end."""
        self.candidates[cluster] = visible
        if not self._commit_due:
            self._commit_due = True
            asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        self._commit_due = False
        candidates, self.candidates = self.candidates, {}
        current = {c: v for c, v in candidates.items() if self._reactions.still_wanted(c, v)}
        for _ in range(len(candidates) - len(current)):
            self.ledger.stale_commit()
        if not current:
            return
        self._committing = True
        began = time.perf_counter()
        try:
            done = commit(self.snapshot, current, self.participants)
        finally:
            self._committing = False
            self.commit_ms.append((time.perf_counter() - began) * 1000)
        self.snapshot = done.snapshot
        for cluster, visible in done.accepted.items():
            self._reactions.committed(self.lanes[cluster], visible)
            self.kick(self.lanes[cluster])
        for cluster, reason in done.refused.items():
            self._reactions.refused(self.lanes[cluster], current[cluster], reason)

    def drop(self, cluster: ClusterId) -> None:
        """The cluster leaves the snapshot now."""
        self.candidates.pop(cluster, None)
        self._committing = True
        try:
            self.snapshot = without(self.snapshot, cluster, self.participants)
        finally:
            self._committing = False

    def hide_runtime(self, cluster: ClusterId) -> None:
        """Its runtime leaves the snapshot now; its rows stay, stale."""
        visible = self.snapshot.clusters.get(cluster)
        if visible is None or visible.epoch == 0:
            return
        self._committing = True
        try:
            rows_only = msgspec.structs.replace(visible, epoch=0)
            self.snapshot = commit(self.snapshot, {cluster: rows_only}, self.participants).snapshot
        finally:
            self._committing = False
        if self.snapshot.clusters.get(cluster) is visible:
            self.drop(cluster)

    # --- what others read ---------------------------------------------------------------------------------------------

    def status(self, cluster: ClusterId) -> ClusterStatus:
        lane = self.lanes.get(cluster)
        if lane is None:
            return ClusterStatus(cluster, key_of(cluster), Closed(), False, 0, 0)
        return ClusterStatus(cluster, lane.key, lane.state, lane.wanted, lane.generation, lane.visible_epoch)

    def statuses(self) -> Sequence[ClusterStatus]:
        return [self.status(cluster) for cluster in self.lanes]

    def record(self, generation: int) -> ChangeRecord | None:
        return self.ledger.record(generation)

    def records(self) -> Sequence[ChangeRecord]:
        return self.ledger.records()

    async def settled(self, generation: int) -> ChangeRecord:
        return await self.ledger.settled(generation)

    def subscribe(self, listener: Callable[[News], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def lane_changed(self, lane: Lane) -> None:
        self._dirty.add(lane.key)
        self._flush_soon()

    def _record_changed(self, generation: int) -> None:
        self._dirty_records.add(generation)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        news = News(frozenset(self._dirty), frozenset(self._dirty_records))
        self._dirty, self._dirty_records = set(), set()
        for listener in tuple(self._listeners):
            listener(news)

    # --- the end ------------------------------------------------------------------------------------------------------

    async def close(self) -> list[str]:
        """Tears everything down, the selection on disk stays. Returns the names of what would not stop."""
        if not self._stopping:
            generation = self.submit(Shutdown()).generation
            limit = self.deadlines.close * 2 + 1
            try:
                async with asyncio.timeout(limit):
                    await self.settled(generation)
            except TimeoutError:
                log.warning("some clusters would not stop", seconds=limit)
        for lane in self.lanes.values():
            lane.stop_timers()
        return await self._bag.close(self.deadlines.close)


def _is_wish(intent: Intent) -> bool:
    """A person's wish always gets a generation, even where it changes nothing."""
    return type(intent).__name__ in {
        "SetSelection",
        "ChangeSelection",
        "ClearSelection",
        "Retry",
        "CancelWork",
        "Shutdown",
    }
