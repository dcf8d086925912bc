"""Serial mode, the cap of slots, and openings that would not stop."""

from __future__ import annotations

import pytest

from quarterdeck.clusters.protocol import Opened
from quarterdeck.selection.coordinator import MOST_SLOTS
from tests.unit.selection.ground import A, B, C, Ground, ground, turns

pytestmark = pytest.mark.anyio


async def finish(g: Ground) -> None:
    """Lets the one that runs now succeed."""
    epoch = max(g.host.orders)
    g.host.authenticated(epoch)
    await turns()
    g.host.end(epoch, Opened())
    await turns()


async def test_serial_mode_runs_one_job_at_a_time() -> None:
    async with ground(mode="serial") as g:
        g.open(A, B, C)
        await turns()
        for opened in (1, 2, 3):
            assert len(g.host.orders) == opened
            await finish(g)
        assert g.host.most_running == 1
        assert [g.state(c) for c in (A, B, C)] == ["ready"] * 3


async def test_in_serial_mode_a_hanging_cluster_holds_the_next_one_back() -> None:
    async with ground(mode="serial") as g:
        g.open(A)
        await turns()
        g.open(B)
        await turns()
        assert [order.target.id for order in g.host.orders.values()] == [A]
        g.close(A)
        await turns()
        assert g.host.epoch_of(B)


async def test_the_same_steps_in_parallel_serve_the_next_one() -> None:
    async with ground() as g:
        g.open(A)
        await turns()
        g.open(B)
        await turns()
        await finish(g)
        assert (g.state(A), g.state(B)) == ("connecting", "ready")


async def test_what_is_closed_while_it_waits_for_its_turn_never_runs() -> None:
    async with ground(mode="serial") as g:
        g.open(A, B)
        await turns()
        g.close(B)
        await turns()
        await finish(g)
        assert [order.target.id for order in g.host.orders.values()] == [A]
        assert g.state(B) == "closed"


async def test_slots_follow_the_size_of_the_batch() -> None:
    async with ground() as g:
        g.open(A, B, C)
        assert g.slots.cap == 3
        g.close(A, B)
        assert g.slots.cap == 1
        g.close(C)
        assert g.slots.cap == 1
    assert MOST_SLOTS == 256


async def test_a_cap_that_is_set_stands_whatever_the_batch() -> None:
    async with ground(slot_cap=2) as g:
        g.open(A, B, C)
        assert g.slots.cap == 2
        g.close(A, B, C)
        assert g.slots.cap == 2
