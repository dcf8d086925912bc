"""Opening, carrying, superseding, cancelling, retrying: what a caller of the coordinator sees."""

from __future__ import annotations

import pytest

from quarterdeck.clusters.protocol import Opened, OpenFailed
from quarterdeck.model.errors import (
    InvalidRequestError,
    RefusedError,
    StaleGenerationError,
    UnknownClusterError,
)
from quarterdeck.model.states import AuthRequired, Connecting, Failed
from quarterdeck.selection.intents import (
    CancelWork,
    ChangeSelection,
    ClearSelection,
    Intent,
    Retry,
    SetSelection,
    TransportRebuild,
)
from quarterdeck.selection.records import Action, Outcome
from tests.unit.selection.ground import EXPIRED, REFUSED, UNTRUSTED, A, B, C, cid, ground, passes, turns

pytestmark = pytest.mark.anyio


async def test_the_answer_comes_before_any_work() -> None:
    async with ground() as g:
        accepted = g.coordinator.submit(ChangeSelection(open=(A, B)))
        assert accepted.selected == (A, B)
        assert dict(accepted.plan) == {A: Action.OPEN, B: Action.OPEN}
        assert not g.host.orders
        assert (g.state(A), g.state(B)) == ("connecting", "connecting")


async def test_a_cluster_is_shown_once_authenticated_and_ready_once_listed() -> None:
    async with ground() as g:
        g.open(A)
        await turns()
        epoch = g.host.epoch_of(A)
        assert g.visible == {}
        g.host.authenticated(epoch)
        await turns()
        assert g.visible == {A: epoch}
        assert g.viewer.shown == {A: epoch}
        state = g.coordinator.status(A).state
        assert isinstance(state, Connecting)
        assert state.committed
        g.host.end(epoch, Opened(7))
        await turns()
        assert g.state(A) == "ready"


async def test_rows_of_last_time_show_before_anything_is_connected() -> None:
    async with ground() as g:
        g.open(A)
        await turns()
        epoch = g.host.epoch_of(A)
        g.host.rows_opened(epoch)
        await turns()
        assert g.visible == {A: 0}
        assert f"permit {epoch}" not in g.host.log
        g.host.authenticated(epoch)
        await turns()
        assert g.visible == {A: epoch}


@pytest.mark.parametrize(
    ("intent", "refusal"),
    [
        (ChangeSelection(open=(C, cid("nowhere"))), UnknownClusterError),
        (ChangeSelection(open=(C,), close=(C,)), InvalidRequestError),
        (ChangeSelection(open=(C,), close=(cid("nowhere"),)), UnknownClusterError),
        (SetSelection((C,), based_on=1), StaleGenerationError),
        (SetSelection((cid("nowhere"),)), UnknownClusterError),
        (Retry(C), RefusedError),
        (CancelWork(A), RefusedError),
    ],
)
async def test_a_refused_request_changes_nothing(intent: Intent, refusal: type[Exception]) -> None:
    async with ground() as g:
        await g.make_ready(A)
        g.open(B)
        await turns()
        before = (g.coordinator.generation, g.coordinator.selected, g.visible, len(g.coordinator.records()))
        log = list(g.host.log)
        with pytest.raises(refusal):
            g.submit(intent)
        await turns()
        assert (g.coordinator.generation, g.coordinator.selected, g.visible, len(g.coordinator.records())) == before
        assert g.host.log == log


async def test_replacing_the_set_keeps_what_stays_and_closes_the_rest() -> None:
    async with ground() as g:
        first, _ = await g.make_ready(A, B)
        g.submit(SetSelection((C, A), based_on=g.coordinator.generation))
        assert g.coordinator.selected == (C, A)
        assert g.visible == {A: first}
        await turns()
        assert g.coordinator.status(A).epoch == first
        assert g.state(B) == "closed"


async def test_opening_again_carries_the_work_under_way() -> None:
    async with ground() as g:
        first = g.open(A)
        await turns()
        epoch = g.host.epoch_of(A)
        accepted = g.coordinator.submit(ChangeSelection(open=(A, B)))
        assert dict(accepted.plan) == {A: Action.CARRY, B: Action.OPEN}
        assert (g.part(first, A).outcome, g.part(first, A).by) == (Outcome.CARRIED, accepted.generation)
        g.host.authenticated(epoch)
        await turns()
        g.host.end(epoch, Opened())
        await turns()
        assert g.coordinator.status(A).epoch == epoch
        assert g.part(accepted.generation, A).outcome is Outcome.COMMITTED
        assert [o.epoch for o in g.host.orders.values() if o.target.id == A] == [epoch]


async def test_opening_what_is_open_asks_for_nothing_and_settles_at_once() -> None:
    async with ground() as g:
        await g.make_ready(A)
        generation = g.open(A)
        record = g.coordinator.record(generation)
        assert record is not None
        assert (record.clusters, record.settled_ms) == ((), 0)
        assert (await g.coordinator.settled(generation)).generation == generation


async def test_closing_ends_the_view_at_once_and_the_work_in_its_lane() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        g.host.hold_teardown()
        generation = g.close(A)
        assert (g.visible, g.viewer.shown, g.coordinator.selected) == ({}, {}, ())
        assert epoch in g.host.revoked
        await turns()
        assert g.state(A) == "closing"
        assert g.part(generation, A).committed_ms == 0
        assert g.part(generation, A).outcome is Outcome.PENDING
        g.host.let_go()
        await turns()
        assert g.state(A) == "closed"
        assert g.part(generation, A).outcome is Outcome.CLOSED
        assert g.host.released == [g.coordinator.status(A).key]


async def test_closing_while_connecting_cancels_the_opening_now() -> None:
    async with ground() as g:
        opened = g.open(A)
        await turns()
        epoch = g.host.epoch_of(A)
        closed = g.close(A)
        assert epoch in g.host.revoked
        assert (g.part(opened, A).outcome, g.part(opened, A).by) == (Outcome.SUPERSEDED, closed)
        await turns()
        assert g.state(A) == "closed"
        assert g.host.running == 0
        assert g.part(closed, A).outcome is Outcome.CLOSED


async def test_an_answer_that_comes_after_the_close_shows_nothing() -> None:
    async with ground() as g:
        g.open(A)
        await turns()
        epoch = g.host.epoch_of(A)
        g.host.authenticated(epoch)
        g.close(A)
        g.host.authenticated(epoch)
        await turns()
        assert g.visible == {}
        assert f"permit {epoch}" not in g.host.log
        assert g.coordinator.ledger.counters["stale_commits"] >= 1


async def test_what_is_deselected_and_reselected_opens_again_after_its_own_teardown() -> None:
    async with ground() as g:
        (first,) = await g.make_ready(A)
        g.host.hold_teardown()
        g.close(A)
        g.open(A)
        await turns()
        assert list(g.host.orders) == [first]
        assert g.state(A) == "connecting"
        g.host.let_go()
        await turns()
        second = g.host.epoch_of(A)
        assert second > first
        assert g.host.log.index(f"teardown {first}") < g.host.log.index(f"open {second}")
        g.host.authenticated(second)
        await turns()
        assert g.visible == {A: second}


async def test_one_cluster_never_waits_for_another() -> None:
    async with ground() as g:
        g.open(A)  # Hangs.
        await turns()
        g.open(B)
        await turns()
        epoch = g.host.epoch_of(B)
        g.host.authenticated(epoch)
        await turns()
        g.host.end(epoch, Opened())
        await turns()
        assert (g.state(A), g.state(B)) == ("connecting", "ready")


async def test_cancelling_an_open_closes_it() -> None:
    async with ground() as g:
        g.open(A, B)
        await turns()
        generation = g.submit(CancelWork(A))
        assert g.coordinator.selected == (B,)
        await turns()
        assert (g.state(A), g.state(B)) == ("closed", "connecting")
        assert g.part(generation, A).action is Action.CLOSE


async def test_cancelling_a_rebuild_keeps_the_old_runtime() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        rebuilt = g.submit(TransportRebuild(A, old, "the address changed"))
        await turns()
        new = g.host.epoch_of(A)
        assert new > old
        g.submit(CancelWork(A))
        await turns()
        assert g.coordinator.selected == (A,)
        assert g.visible == {A: old}
        assert (old in g.host.revoked, new in g.host.revoked) == (False, True)
        assert g.state(A) == "ready"
        assert g.part(rebuilt, A).outcome in (Outcome.SUPERSEDED, Outcome.CANCELLED)
        assert new in g.host.torn_down


async def test_a_rebuild_cancelled_before_it_began_says_so() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        retried = g.submit(Retry(A))
        g.submit(CancelWork(A))
        await turns()
        assert g.part(retried, A).outcome is Outcome.CANCELLED
        assert (g.visible, g.state(A)) == ({A: old}, "ready")


async def test_a_failed_open_stays_selected_and_says_why() -> None:
    async with ground() as g:
        g.open(B)
        epoch = await g.make_failed(A, UNTRUSTED)
        state = g.coordinator.status(A).state
        assert isinstance(state, Failed)
        assert state.failure == UNTRUSTED
        assert state.retry_at is None
        assert A in g.coordinator.selected
        assert epoch in g.host.torn_down
        assert g.state(B) == "connecting"


async def test_one_is_retried_alone() -> None:
    async with ground() as g:
        await g.make_failed(A)
        b = await g.make_failed(B)
        generation = g.submit(Retry(A))
        await turns()
        assert (g.state(A), g.state(B)) == ("connecting", "failed")
        assert g.host.epoch_of(B) == b
        assert g.host.forgotten == [A]
        epoch = g.host.epoch_of(A)
        assert g.host.orders[epoch].attempt == 1
        g.host.authenticated(epoch)
        await turns()
        g.host.end(epoch, Opened())
        await turns()
        assert g.state(A) == "ready"
        assert g.part(generation, A).outcome is Outcome.COMMITTED


async def test_what_may_pass_by_itself_is_tried_again_with_back_off() -> None:
    async with ground() as g:
        first = await g.make_failed(A, REFUSED)
        state = g.coordinator.status(A).state
        assert isinstance(state, Failed)
        assert state.retry_at is not None
        await passes(1.1)
        second = g.host.epoch_of(A)
        assert second > first
        assert g.host.orders[second].attempt == 2
        assert g.state(A) == "failed"  # It is shown as what it is until the retry has come to something.
        g.host.authenticated(second)
        await turns()
        g.host.end(second, Opened())
        await turns()
        assert g.state(A) == "ready"


async def test_a_retry_that_runs_by_itself_ends_with_the_close() -> None:
    async with ground() as g:
        first = await g.make_failed(A, REFUSED)
        g.close(A)
        await passes(300)
        assert list(g.host.orders) == [first]


async def test_waiting_for_a_login_keeps_no_lane_busy_and_ends_when_somebody_logs_in() -> None:
    async with ground() as g:
        g.open(A)
        await turns()
        first = g.host.epoch_of(A)
        g.host.end(first, OpenFailed(EXPIRED, alive=True))
        await turns()
        assert isinstance(g.coordinator.status(A).state, AuthRequired)
        assert g.coordinator.queue_depth == 0
        g.host.recovered_credentials(first)
        await turns()
        second = g.host.epoch_of(A)
        assert second > first
        assert first in g.host.torn_down
        g.host.authenticated(second)
        await turns()
        g.host.end(second, Opened())
        await turns()
        assert g.state(A) == "ready"


async def test_retrying_what_is_ready_rebuilds_it_make_before_break() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.submit(Retry(A))
        await turns()
        new = g.host.epoch_of(A)
        assert g.visible == {A: old}
        assert old not in g.host.revoked
        g.host.authenticated(new)
        await turns()
        assert g.visible == {A: new}
        assert old in g.host.revoked


async def test_clearing_closes_all() -> None:
    async with ground() as g:
        await g.make_ready(A, B)
        g.open(C)
        await turns()
        g.submit(ClearSelection())
        assert (g.visible, g.coordinator.selected) == ({}, ())
        await turns()
        assert [g.state(c) for c in (A, B, C)] == ["closed"] * 3
        assert set(g.host.torn_down) == set(g.host.orders)


async def test_after_the_shutdown_nothing_is_accepted() -> None:
    async with ground() as g:
        await g.make_ready(A)
        await g.coordinator.close()
        with pytest.raises(RefusedError):
            g.open(B)
        assert g.coordinator.selected == (A,)  # For the next start.
