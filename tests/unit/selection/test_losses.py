"""Transports and credentials that are lost while a cluster is open; callbacks of epochs that are over."""

from __future__ import annotations

import pytest

from quarterdeck.clusters.protocol import Opened, OpenFailed
from quarterdeck.model.states import AuthRequired, Degraded
from quarterdeck.selection.intents import CredentialsLost, CredentialsRecovered, TransportLost, TransportRebuild
from quarterdeck.selection.records import IntentKind
from tests.unit.selection.ground import EXPIRED, REFUSED, A, B, ground, passes, turns

pytestmark = pytest.mark.anyio


async def test_a_lost_transport_keeps_its_rows_stale_until_the_new_one_is_there() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.host.lost_transport(old)
        await turns()
        assert g.visible == {A: 0}
        assert old in g.host.revoked
        state = g.coordinator.status(A).state
        assert isinstance(state, Degraded)
        assert (state.failure, state.stale_since) == (REFUSED, 0)
        assert old in g.host.torn_down
        assert not g.host.released  # The store stays open under the rows that are shown.
        new = g.host.epoch_of(A)
        assert new > old
        g.host.authenticated(new)
        await turns()
        g.host.end(new, Opened())
        await turns()
        assert g.visible == {A: new}
        assert g.state(A) == "ready"


async def test_a_server_that_stays_away_is_tried_again_with_its_rows_still_shown() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.host.lost_transport(old)
        await turns()
        for _ in range(3):
            g.host.end(g.host.epoch_of(A), OpenFailed(REFUSED))
            await passes(5)
        state = g.coordinator.status(A).state
        assert isinstance(state, Degraded)
        assert state.stale_since == 0
        assert g.visible == {A: 0}
        assert g.host.epoch_of(A) > old + 2


async def test_closing_drops_the_stale_rows_too() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.host.lost_transport(old)
        await turns()
        g.close(A)
        assert (g.visible, g.viewer.shown) == ({}, {})
        await turns()
        assert g.state(A) == "closed"
        assert len(g.host.released) == 1


async def test_lost_credentials_are_said_and_come_back_without_a_rebuild() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        g.host.lost_credentials(epoch)
        await turns()
        state = g.coordinator.status(A).state
        assert isinstance(state, AuthRequired)
        assert state.failure == EXPIRED
        assert g.visible == {A: epoch}
        g.host.recovered_credentials(epoch)
        await turns()
        assert g.state(A) == "ready"
        assert list(g.host.orders) == [epoch]
        kinds = [record.kind for record in g.coordinator.records()]
        assert kinds[-2:] == [IntentKind.CREDENTIALS_LOST, IntentKind.CREDENTIALS_RECOVERED]


async def test_lists_that_fail_make_it_degraded_but_do_not_hide_a_lost_login() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        g.host.unsynced(epoch)
        assert g.state(A) == "degraded"
        g.host.lost_credentials(epoch)
        await turns()
        g.host.unsynced(epoch)
        assert g.state(A) == "auth_required"


async def test_callbacks_of_an_old_epoch_are_ignored() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.submit(TransportRebuild(A, old, "slept"))
        await turns()
        new = g.host.epoch_of(A)
        g.host.authenticated(new)
        await turns()
        g.host.end(new, Opened())
        await turns()
        before = (g.coordinator.generation, g.coordinator.status(A))
        g.host.lost_transport(old)
        g.host.lost_credentials(old)
        g.host.recovered_credentials(old)
        g.host.unsynced(old)
        g.host.authenticated(old)
        g.host.rows_opened(old)
        g.host.connecting(old, 0)
        await turns()
        assert (g.coordinator.generation, g.coordinator.status(A)) == before
        assert g.visible == {A: new}


async def test_facts_without_a_generation_of_their_own_change_nothing() -> None:
    async with ground() as g:
        await g.make_ready(A)
        before = g.coordinator.generation
        for fact in (
            CredentialsLost(A, 77, EXPIRED),
            CredentialsRecovered(A, 77),
            TransportLost(B, 77, REFUSED),
            TransportRebuild(A, 77, "slept"),
        ):
            assert g.coordinator.submit(fact).plan == {}
        assert g.coordinator.generation == before


async def test_callbacks_of_a_closed_cluster_are_ignored() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        g.close(A)
        await turns()
        g.host.lost_transport(epoch)
        g.host.authenticated(epoch)
        await turns()
        assert g.state(A) == "closed"
        assert list(g.host.orders) == [epoch]


async def test_a_loss_on_one_cluster_touches_no_other() -> None:
    async with ground() as g:
        a, b = await g.make_ready(A, B)
        g.host.lost_transport(a)
        await turns()
        assert g.visible == {A: 0, B: b}
        assert g.state(B) == "ready"
