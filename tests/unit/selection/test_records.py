"""The record that each change leaves, and who waits for it."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.clusters.protocol import Opened, OpenFailed
from quarterdeck.selection.intents import CancelWork, ChangeSelection, Origin
from quarterdeck.selection.ledger import KEPT
from quarterdeck.selection.records import Action, IntentKind, Outcome
from tests.unit.selection.ground import UNTRUSTED, A, B, C, ground, passes, turns

pytestmark = pytest.mark.anyio


async def test_a_change_is_recorded_with_its_times() -> None:
    async with ground() as g:
        await passes(100)
        generation = g.open(A, B)
        await turns()
        a, b = g.host.epoch_of(A), g.host.epoch_of(B)
        await passes(0.5)
        g.host.connecting(a, 100.5)
        await passes(0.5)
        g.host.authenticated(a)
        await passes(1)
        g.host.end(a, Opened(42))
        await passes(1)
        g.host.end(b, OpenFailed(UNTRUSTED))
        await turns()
        record = g.coordinator.record(generation)
        assert record is not None
        assert (record.kind, record.enqueued_at, record.plan_ms) == (IntentKind.OPEN, 100, 0)
        assert record.commits == pytest.approx((1000,))
        assert record.settled_ms == pytest.approx(3000)
        part = g.part(generation, A)
        assert (part.action, part.outcome, part.epoch, part.objects) == (Action.OPEN, Outcome.COMMITTED, a, 42)
        assert part.name == "a"
        assert (part.started_ms, part.committed_ms, part.settled_ms) == pytest.approx((0, 1000, 2000))
        assert [(s.phase.name, s.start_ms, s.end_ms) for s in part.phases] == [("connect", pytest.approx(500), None)]
        failed = g.part(generation, B)
        assert (failed.outcome, failed.failure, failed.committed_ms) == (Outcome.FAILED, UNTRUSTED, None)
        assert failed.settled_ms == pytest.approx(3000)


async def test_it_keeps_how_long_the_page_waited_and_how_many_requests_it_folds() -> None:
    async with ground() as g:
        accepted = g.coordinator.submit(ChangeSelection(open=(A,)), Origin(client_wait_ms=12.5, coalesced=3))
        record = g.coordinator.record(accepted.generation)
        assert record is not None
        assert (record.client_wait_ms, record.coalesced) == (12.5, 3)
        assert g.coordinator.ledger.counters["coalesced"] == 3


async def test_it_keeps_how_many_lanes_were_busy() -> None:
    async with ground() as g:
        first = g.open(A, B)
        await turns()
        second = g.open(C)
        depths = [record.queue_depth for record in g.coordinator.records() if record.generation in (first, second)]
        assert depths == [0, 2]


async def test_superseded_carried_cancelled_and_closed_parts_say_so() -> None:
    async with ground() as g:
        one = g.open(A, B, C)
        await turns()
        two = g.submit(ChangeSelection(open=(A,), close=(B,)))
        three = g.submit(CancelWork(C))
        await turns()
        assert (g.part(one, A).outcome, g.part(one, A).by) == (Outcome.CARRIED, two)
        assert (g.part(one, B).outcome, g.part(one, B).by) == (Outcome.SUPERSEDED, two)
        assert (g.part(one, C).outcome, g.part(one, C).by) == (Outcome.SUPERSEDED, three)
        assert g.part(two, B).outcome is Outcome.CLOSED
        counters = g.coordinator.ledger.counters
        assert (counters["carried"], counters["superseded"], counters["closed"]) == (1, 2, 2)


async def test_waiting_for_a_change_ends_when_all_its_parts_have_settled() -> None:
    async with ground() as g:
        generation = g.open(A, B)
        await turns()
        waiting = asyncio.ensure_future(g.coordinator.settled(generation))
        a, b = g.host.epoch_of(A), g.host.epoch_of(B)
        g.host.authenticated(a)
        await turns()
        g.host.end(a, Opened())
        await turns()
        assert not waiting.done()
        g.host.end(b, OpenFailed(UNTRUSTED))
        record = await waiting
        assert [part.outcome for part in record.clusters] == [Outcome.COMMITTED, Outcome.FAILED]


async def test_who_stops_waiting_leaves_nothing_behind() -> None:
    async with ground() as g:
        generation = g.open(A)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await g.coordinator.settled(generation)
        assert g.state(A) == "connecting"


async def test_the_ring_keeps_the_newest() -> None:
    async with ground() as g:
        await g.make_ready(A)
        newest = [g.open(A) for _ in range(KEPT + 20)][-1]
        records = g.coordinator.records()
        assert len(records) == KEPT
        assert [r.generation for r in records] == list(range(newest - KEPT + 1, newest + 1))
        assert g.coordinator.record(1) is None


async def test_generations_go_on_where_an_earlier_start_stopped() -> None:
    async with ground() as g:
        g.coordinator.resume(500)
        assert g.open(A) == 501
