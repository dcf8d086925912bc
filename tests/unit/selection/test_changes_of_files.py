"""What a changed kubeconfig does to what is open."""

from __future__ import annotations

import pytest

from quarterdeck.clusters.protocol import Opened, OpenFailed
from quarterdeck.model.errors import ConfigError, RefusedError
from quarterdeck.model.states import Failed, Failure
from quarterdeck.model.target import Auth
from quarterdeck.selection.intents import ChangeSelection, Retry
from quarterdeck.selection.records import Outcome
from tests.unit.selection.ground import REFUSED, A, B, ground, passes, target, turns

pytestmark = pytest.mark.anyio
HALF_WRITTEN = Failure.of(ConfigError("yaml", "The file ends in the middle.", file="config", line=7))


async def test_a_context_gone_for_two_seconds_is_missing_and_stays_selected() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        del g.targets[A]
        g.read()
        await passes(1.9)
        assert g.state(A) == "ready"
        assert g.visible == {A: epoch}
        await passes(0.2)
        assert g.state(A) == "missing"
        assert g.visible == {}
        assert g.coordinator.selected == (A,)
        assert epoch in g.host.torn_down
        assert len(g.host.released) == 1
        with pytest.raises(RefusedError, match="no longer in the kubeconfig"):
            g.submit(Retry(A))


async def test_it_opens_again_when_it_is_back() -> None:
    async with ground() as g:
        (first,) = await g.make_ready(A)
        kept = g.targets.pop(A)
        g.read()
        await passes(3)
        g.targets[A] = kept
        g.read()
        await turns()
        second = g.host.epoch_of(A)
        assert second > first
        g.host.authenticated(second)
        await turns()
        g.host.end(second, Opened())
        await turns()
        assert g.state(A) == "ready"


async def test_a_context_that_is_back_within_its_grace_was_never_gone() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        kept = g.targets.pop(A)
        g.read()
        await passes(1.5)
        g.targets[A] = kept
        g.read()
        await passes(1.5)
        # A second absence has a grace of its own.
        del g.targets[A]
        g.read()
        await passes(1)
        assert g.visible == {A: epoch}
        assert g.state(A) == "ready"
        g.targets[A] = kept
        g.read()
        await passes(60)
        assert list(g.host.orders) == [epoch]


async def test_a_context_that_vanishes_while_it_connects_is_missing_too() -> None:
    async with ground() as g:
        generation = g.open(A)
        await turns()
        epoch = g.host.epoch_of(A)
        del g.targets[A]
        g.read()
        await passes(2.1)
        assert g.state(A) == "missing"
        assert epoch in g.host.torn_down
        assert g.part(generation, A).outcome is Outcome.SUPERSEDED


async def test_a_missing_context_can_be_closed() -> None:
    async with ground() as g:
        await g.make_ready(A)
        kept = g.targets.pop(A)
        g.read()
        await passes(3)
        g.close(A)
        await turns()
        assert g.state(A) == "closed"
        g.targets[A] = kept
        g.read()
        await passes(60)
        assert g.state(A) == "closed"


async def test_a_half_written_file_never_closes_a_cluster() -> None:
    async with ground() as g:
        ready, connecting = (await g.make_ready(A))[0], g.open(B)
        await turns()
        g.targets.clear()
        g.read(failures={A: HALF_WRITTEN, B: HALF_WRITTEN})
        await passes(30)
        assert (g.state(A), g.state(B)) == ("ready", "connecting")
        assert g.visible == {A: ready}
        assert not g.host.revoked
        assert g.part(connecting, B).outcome is Outcome.PENDING


async def test_a_context_that_cannot_be_read_fails_when_it_is_opened_and_opens_once_mended() -> None:
    async with ground() as g:
        mended = g.targets.pop(A)
        g.read(failures={A: HALF_WRITTEN})
        generation = g.open(A)
        state = g.coordinator.status(A).state
        assert isinstance(state, Failed)
        assert (state.failure.file, state.failure.line) == ("config", 7)
        assert g.part(generation, A).outcome is Outcome.FAILED
        g.targets[A] = mended
        g.read()
        await turns()
        assert g.state(A) == "connecting"
        assert len(g.host.orders) == 1


@pytest.mark.parametrize("other", [{"server": "https://two"}, {"auth": Auth(user="me", token="another")}])
async def test_another_server_or_identity_breaks_first_and_drops_the_rows(other: dict[str, object]) -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.host.hold_teardown()
        g.edit(A, **other)
        assert (g.visible, g.viewer.shown) == ({}, {})
        assert old in g.host.revoked
        await turns()
        assert list(g.host.orders) == [old]  # The new one is made when the old one is gone.
        g.host.let_go()
        await turns()
        new = g.host.epoch_of(A)
        assert new > old
        assert g.host.orders[new].target == g.targets[A]
        g.host.authenticated(new)
        await turns()
        assert g.visible == {A: new}


async def test_another_way_to_the_same_server_makes_before_it_breaks() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.edit(A, proxy_url="http://proxy")
        await turns()
        new = g.host.epoch_of(A)
        assert g.visible == {A: old}
        assert old not in g.host.revoked
        g.host.authenticated(new)
        await turns()
        assert g.visible == {A: new}
        assert old in g.host.torn_down
        assert g.host.log.index(f"permit {new}") < g.host.log.index(f"teardown {old}")


async def test_a_rebuild_that_fails_leaves_what_runs() -> None:
    async with ground() as g:
        (old,) = await g.make_ready(A)
        g.edit(A, proxy_url="http://proxy")
        generation = g.coordinator.generation
        await turns()
        g.host.end(g.host.epoch_of(A), OpenFailed(REFUSED))
        await turns()
        assert g.visible == {A: old}
        assert g.state(A) == "ready"
        assert g.part(generation, A).outcome is Outcome.FAILED


async def test_a_changed_entry_starts_the_opening_anew() -> None:
    async with ground() as g:
        generation = g.open(A)
        await turns()
        first = g.host.epoch_of(A)
        g.edit(A, server="https://two")
        assert first in g.host.revoked
        await turns()
        second = g.host.epoch_of(A)
        assert g.host.orders[second].target.server == "https://two"
        assert g.part(generation, A).outcome is Outcome.SUPERSEDED


async def test_an_edit_that_changes_nothing_of_a_cluster_touches_it_not() -> None:
    async with ground() as g:
        (epoch,) = await g.make_ready(A)
        before = g.coordinator.generation
        g.edit(A, namespace="elsewhere")
        g.edit(B, server="https://two")
        await turns()
        assert g.coordinator.generation == before
        assert list(g.host.orders) == [epoch]


async def test_a_failed_open_is_tried_again_only_when_its_own_entry_changes() -> None:
    async with ground() as g:
        first = await g.make_failed(A)
        g.edit(B, server="https://two")
        await turns()
        assert g.host.epoch_of(A) == first
        g.edit(A, server="https://two")
        await turns()
        assert g.host.epoch_of(A) > first


async def test_an_id_of_an_earlier_start_without_its_context_is_missing_until_it_comes() -> None:
    async with ground() as g:
        gone = g.targets.pop(A)
        g.read()
        g.coordinator.expect((A,))
        g.submit(ChangeSelection(open=(A, B)))
        await turns()
        assert (g.state(A), g.state(B)) == ("missing", "connecting")
        g.targets[A] = gone
        g.read()
        await turns()
        assert g.state(A) == "connecting"


async def test_the_new_identity_is_what_the_next_plan_compares_with() -> None:
    async with ground() as g:
        await g.make_ready(A)
        g.edit(A, auth=Auth(user="me", token="another"))
        await turns()
        epoch = g.host.epoch_of(A)
        g.host.authenticated(epoch)
        await turns()
        g.host.end(epoch, Opened())
        await turns()
        g.targets[A] = target(A, token="another")
        g.read()
        await turns()
        assert g.host.epoch_of(A) == epoch
