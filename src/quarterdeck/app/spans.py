"""Changes as OpenTelemetry spans: one per change, below it one per cluster, below that one per phase.

Made when a change has settled, with the times of its record. Without a tracer provider of the embedding program, or of
`opentelemetry-instrument`, they go nowhere and cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from opentelemetry import trace
from opentelemetry.trace import SpanContext, Status, StatusCode, Tracer

from quarterdeck.selection.protocol import News, Selection
from quarterdeck.selection.records import ChangeRecord, ClusterRecord

_KEPT = 1000
"""Generations remembered as told; the ring of records holds fewer."""


class Spans:
    """From `start` to `close`. Names of clusters are attributes: whoever receives spans is chosen by the operator."""

    def __init__(self, selection: Selection, tracer: Tracer | None = None) -> None:
        self._selection = selection
        self._tracer = tracer or trace.get_tracer("quarterdeck.selection")
        self._told: dict[int, None] = {}
        self._stop: Callable[[], None] | None = None

    def start(self) -> None:
        self._stop = self._selection.subscribe(self._on_news)

    def close(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _on_news(self, news: News) -> None:
        for generation in sorted(news.changes - self._told.keys()):
            record = self._selection.record(generation)
            if record is not None and record.settled_ms is not None:
                self._told[generation] = None
                self._tell(record, record.settled_ms)
        while len(self._told) > _KEPT:
            del self._told[next(iter(self._told))]

    def _tell(self, record: ChangeRecord, settled_ms: float) -> None:
        start = record.enqueued_at
        span = self._tracer.start_span(
            f"selection {record.kind.value}",
            start_time=_ns(start, 0),
            attributes={
                "quarterdeck.generation": record.generation,
                "quarterdeck.queue_depth": record.queue_depth,
                "quarterdeck.client_wait_ms": record.client_wait_ms,
                "quarterdeck.coalesced": record.coalesced,
            },
        )
        for cluster in record.clusters:
            self._tell_cluster(start, cluster, span.get_span_context(), settled_ms)
        span.end(_ns(start, settled_ms))

    def _tell_cluster(self, start: float, cluster: ClusterRecord, parent: SpanContext, settled_ms: float) -> None:
        ended = cluster.settled_ms if cluster.settled_ms is not None else settled_ms
        span = self._tracer.start_span(
            f"{cluster.action.value} {cluster.name}",
            trace.set_span_in_context(trace.NonRecordingSpan(parent)),
            start_time=_ns(start, cluster.started_ms or 0),
            attributes={
                "quarterdeck.cluster": cluster.name,
                "quarterdeck.outcome": cluster.outcome.value,
                "quarterdeck.epoch": cluster.epoch,
            },
        )
        if cluster.committed_ms is not None:
            span.add_event("commit", timestamp=_ns(start, cluster.committed_ms))
        if cluster.failure is not None:
            span.set_status(Status(StatusCode.ERROR, f"{cluster.failure.error_class.value}: {cluster.failure.reason}"))
        below = trace.set_span_in_context(span)
        for phase in cluster.phases:
            drawn = self._tracer.start_span(phase.phase.name.value, below, start_time=_ns(start, phase.start_ms))
            drawn.end(_ns(start, phase.end_ms if phase.end_ms is not None else ended))
        span.end(_ns(start, ended))


def _ns(start: float, offset_ms: float) -> int:
    """Nanoseconds since the epoch."""
    return int(start * 1e9 + offset_ms * 1e6)
