"""The ledger: one record per change in a ring buffer, and who waits for one to settle."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from quarterdeck.model.states import Phase
from quarterdeck.model.target import ClusterId, Target, key_of
from quarterdeck.selection.intents import Origin
from quarterdeck.selection.plan import Plan
from quarterdeck.selection.records import Action, ChangeRecord, ClusterRecord, Outcome, PhaseSpan

KEPT = 200
"""Records in the ring: a long day of opening and closing; each is a few kB."""


class Ledger:
    """Owns the records. `changed(generation)` is called after each change of one."""

    def __init__(self, now: Callable[[], float], changed: Callable[[int], None]) -> None:
        self._now = now
        self._changed = changed
        self._records: OrderedDict[int, ChangeRecord] = OrderedDict()
        self._began: dict[int, float] = {}
        self._parts: dict[int, dict[ClusterId, ClusterRecord]] = {}
        self._waiting: dict[int, list[asyncio.Future[ChangeRecord]]] = {}
        self.counters: dict[str, int] = {}

    def begin(
        self,
        generation: int,
        plan: Plan,
        origin: Origin,
        started: float,
        queue_depth: int,
        targets: Mapping[ClusterId, Target],
    ) -> None:
        """`started` is the loop's time at which the intent arrived."""
        loop_time = asyncio.get_running_loop().time()
        self._began[generation] = started
        self._parts[generation] = {
            cluster: ClusterRecord(key_of(cluster), _name(cluster, targets), action)
            for cluster, action in plan.actions.items()
            if action is not Action.KEEP
        }
        self._records[generation] = ChangeRecord(
            generation=generation,
            kind=plan.kind,
            enqueued_at=self._now(),
            plan_ms=(loop_time - started) * 1000,
            client_wait_ms=origin.client_wait_ms,
            coalesced=origin.coalesced,
            queue_depth=queue_depth,
            reason=plan.reason,
        )
        self._count("coalesced", origin.coalesced)
        while len(self._records) > KEPT:
            old, _ = self._records.popitem(last=False)
            self._began.pop(old, None)
            self._parts.pop(old, None)
        self._refresh(generation)

    def started(self, generation: int, cluster: ClusterId, epoch: int) -> None:
        """Its lane took it up."""
        part = self._part(generation, cluster)
        if part is not None and part.started_ms is None:
            self._put(generation, cluster, started_ms=self._ms(generation), epoch=epoch)

    def phases(self, generation: int, cluster: ClusterId, phases: Sequence[Phase]) -> None:
        part = self._part(generation, cluster)
        if part is None or part.outcome is not Outcome.PENDING:
            return
        now = self._ms(generation)
        spans = {s.phase.name: s for s in part.phases}
        for phase in phases:
            if phase.started_at is None:
                continue
            old = spans.get(phase.name)
            start = old.start_ms if old is not None and old.phase.started_at == phase.started_at else now
            ended = phase.duration_ms is not None
            end = start + phase.duration_ms if ended and phase.duration_ms is not None else None
            spans[phase.name] = PhaseSpan(phase, start, end)
        self._put(generation, cluster, phases=tuple(spans.values()))

    def committed(self, generation: int, cluster: ClusterId) -> None:
        """Its results became visible; for a close: it was gone from the snapshot."""
        if (part := self._part(generation, cluster)) is None or part.committed_ms is not None:
            return
        now = self._ms(generation)
        record = self._records[generation]
        self._records[generation] = msgspec.structs.replace(record, commits=(*record.commits, now))
        self._put(generation, cluster, committed_ms=now)

    def settle(self, generation: int, cluster: ClusterId, outcome: Outcome, **fields: Any) -> None:
        """Ends one cluster's part; a part that has ended stays as it ended."""
        part = self._part(generation, cluster)
        if part is None or part.outcome is not Outcome.PENDING:
            return
        self._count(outcome.value, 1)
        failure = fields.get("failure")
        if failure is not None:
            self._count(f"failed_{failure.error_class}", 1)
        self._put(generation, cluster, outcome=outcome, settled_ms=self._ms(generation), **fields)

    def stale_commit(self) -> None:
        """A result came for an epoch or a generation that is no longer wanted, and was dropped."""
        self._count("stale_commits", 1)

    def record(self, generation: int) -> ChangeRecord | None:
        return self._records.get(generation)

    def records(self) -> list[ChangeRecord]:
        return list(self._records.values())

    async def settled(self, generation: int) -> ChangeRecord:
        """Waits until it has settled. KeyError where the ring no longer holds it."""
        record = self._records[generation]
        if record.settled_ms is not None:
            return record
        future: asyncio.Future[ChangeRecord] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(generation, []).append(future)
        try:
            return await future
        finally:
            with contextlib.suppress(KeyError, ValueError):
                self._waiting[generation].remove(future)

    def _part(self, generation: int, cluster: ClusterId) -> ClusterRecord | None:
        return self._parts.get(generation, {}).get(cluster)

    def _ms(self, generation: int) -> float:
        return (asyncio.get_running_loop().time() - self._began[generation]) * 1000

    def _put(self, generation: int, cluster: ClusterId, **fields: Any) -> None:
        parts = self._parts[generation]
        parts[cluster] = msgspec.structs.replace(parts[cluster], **fields)
        self._refresh(generation)

    def _refresh(self, generation: int) -> None:
        parts = tuple(self._parts[generation].values())
        record = self._records[generation]
        settled = record.settled_ms
        if settled is None and all(p.outcome is not Outcome.PENDING for p in parts):
            settled = self._ms(generation)
        record = msgspec.structs.replace(record, clusters=parts, settled_ms=settled)
        self._records[generation] = record
        self._changed(generation)
        if settled is not None:
            for future in self._waiting.pop(generation, []):
                if not future.done():
                    future.set_result(record)

    def _count(self, name: str, by: int) -> None:
        if by:
            self.counters[name] = self.counters.get(name, 0) + by


def _name(cluster: ClusterId, targets: Mapping[ClusterId, Target]) -> str:
    target = targets.get(cluster)
    return target.context if target is not None else cluster
