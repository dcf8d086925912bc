"""A settled change is one trace: the change, its clusters, their phases, with the record's times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from quarterdeck.app.spans import Spans
from quarterdeck.model.states import Phase, PhaseName, PhaseStatus
from quarterdeck.model.target import ClusterId, key_of
from quarterdeck.selection.protocol import News
from quarterdeck.selection.records import Action, ChangeRecord, ClusterRecord, IntentKind, Outcome, PhaseSpan
from tests.unit.api.fake import FakeSelection

pytestmark = pytest.mark.anyio


async def test_a_change_its_clusters_and_their_phases_are_one_trace() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    phase = Phase(PhaseName.CONNECT, PhaseStatus.DONE, 100.0, 20.0, 10)
    part = ClusterRecord(
        key_of(ClusterId("config:a")),
        "a",
        Action.OPEN,
        Outcome.COMMITTED,
        epoch=3,
        started_ms=1,
        committed_ms=30,
        settled_ms=50,
        phases=(PhaseSpan(phase, 2, 22),),
    )
    record = ChangeRecord(7, IntentKind.OPEN, 100.0, 0.2, (part,), (30,), settled_ms=50)

    class OneRecord(FakeSelection):
        listeners: ClassVar[list[Callable[[News], None]]] = []

        def subscribe(self, listener: Callable[[News], None]) -> Callable[[], None]:
            self.listeners.append(listener)
            return lambda: self.listeners.remove(listener)

        def record(self, generation: int) -> ChangeRecord | None:
            return record if generation == 7 else None

    selection = OneRecord([])
    spans = Spans(selection, provider.get_tracer("test"))
    spans.start()
    try:
        for _ in range(2):  # News of the same change twice make one trace.
            for listener in tuple(selection.listeners):
                listener(News(frozenset(), frozenset({7, 8})))
        await asyncio.sleep(0)
    finally:
        spans.close()
        provider.shutdown()
    found = {s.name: s for s in exporter.get_finished_spans()}
    assert list(found) == ["connect", "open a", "selection open"]
    assert len({s.context.trace_id for s in found.values() if s.context is not None}) == 1
    assert found["connect"].start_time == 100_002_000_000
    assert found["open a"].end_time == 100_050_000_000
