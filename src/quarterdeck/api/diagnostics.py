"""Figures of selection, computed from its records when somebody asks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence

from quarterdeck.aio.lag import LagSampler
from quarterdeck.api.ports import Console
from quarterdeck.api.wire import Percentiles, SelectionDiagnostics
from quarterdeck.selection.records import Action, ChangeRecord, ClusterRecord, Outcome

STAGES = ("queue_wait", "plan", "work", "commit", "close")
_WINDOW_S = 3600.0


def percentiles(samples: Iterable[float]) -> Percentiles:
    """Nearest rank; zeros where there are no samples."""
    ordered = sorted(samples)
    if not ordered:
        return Percentiles(0, 0, 0, 0, 0)

    def rank(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)

    return Percentiles(len(ordered), rank(0.50), rank(0.95), rank(0.99), round(ordered[-1], 3))


def lag_percentiles(lag: LagSampler) -> Percentiles:
    p50, p95, p99 = (round(lag.percentile(share), 3) for share in (0.50, 0.95, 0.99))
    return Percentiles(lag.count, p50, p95, p99, round(lag.worst_ever_ms, 3))


def stage_samples(records: Iterable[ChangeRecord]) -> dict[str, list[float]]:
    """Milliseconds per stage. `queue_wait`: from the intent until a lane took the cluster up. `work`: from there until
    its results were visible. `close`: from the intent until it was gone."""
    samples: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for record in records:
        samples["plan"].append(record.plan_ms)
        for cluster in record.clusters:
            _sample(cluster, samples)
    return samples


def _sample(cluster: ClusterRecord, samples: dict[str, list[float]]) -> None:
    if cluster.action is Action.CLOSE:
        if cluster.committed_ms is not None:
            samples["close"].append(cluster.committed_ms)
        return
    if cluster.started_ms is not None:
        samples["queue_wait"].append(cluster.started_ms)
        if cluster.committed_ms is not None:
            samples["work"].append(max(0.0, cluster.committed_ms - cluster.started_ms))


def counters(records: Iterable[ChangeRecord]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for record in records:
        counted["coalesced"] += record.coalesced
        for cluster in record.clusters:
            if cluster.outcome is not Outcome.PENDING:
                counted[cluster.outcome.value] += 1
            if cluster.failure is not None:
                counted[f"failed_{cluster.failure.error_class.value}"] += 1
    return dict(counted)


def selection_diagnostics(console: Console, most_records: int = 200) -> SelectionDiagnostics:
    """The console's own counters stand over those of the records, which only reach as far back as the ring."""
    records: Sequence[ChangeRecord] = console.selection.records()
    since = time.time() - _WINDOW_S
    recent = [record for record in records if record.enqueued_at >= since]
    gauges = console.gauges()
    samples = stage_samples(recent)
    samples["commit"] = list(gauges.commit_ms)
    return SelectionDiagnostics(
        generation=console.selection.generation,
        mode=gauges.mode,
        slots_used=gauges.slots_used,
        slots_cap=gauges.slots_cap,
        queue_depth=gauges.queue_depth,
        stages={stage: percentiles(samples[stage]) for stage in STAGES},
        counters=counters(records) | dict(gauges.counters),
        lag_ms=[round(worst, 3) for worst in console.lag.worst_ms],
        lag=lag_percentiles(console.lag),
        records=list(records[-most_records:]),
    )
