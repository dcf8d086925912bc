"""SEED.md's four scenarios, and its regression reproduced, on real API servers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from quarterdeck.settings.model import SelectionMode
from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS, PASS
from testbed.fleet import Fleet
from tests.e2e.ground import FAST, GONE_MS, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]

RTT = 0.3


async def test_b_and_c_opened_at_once_after_a_are_served_as_soon_as_they_alone_can(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    async with (
        FaultProxy(real_fleet[0].server.port, latency=RTT / 2) as slow,
        console_on(
            tmp_path,
            [real_fleet[0].entry("a", server=slow.url), real_fleet[1].entry("b"), real_fleet[2].entry("c")],
        ) as ground,
    ):
        changes = [ground.open("a"), ground.open("b"), ground.open("c")]
        assert [len(c.selected) for c in changes] == [1, 2, 3]
        await ground.until(lambda: (ground.states()["b"], ground.states()["c"]) == ("ready", "ready"))
        assert ground.states()["a"] == "connecting"
        await ground.until_state("a", "ready")
        for change in changes:
            await ground.settled(change)


async def test_a_is_closed_while_b_opens_and_neither_waits_for_the_other(tmp_path: Path, real_fleet: Fleet) -> None:
    async with (
        FaultProxy(real_fleet[0].server.port, fault=HANG_AFTER_TLS) as hung,
        console_on(tmp_path, [real_fleet[0].entry("a", server=hung.url), real_fleet[1].entry("b")]) as ground,
    ):
        ground.open("a")
        await hung.until(lambda p: p.open > 0)
        ground.open("b")
        closing, took = ground.close_in_ms("a")
        assert took < GONE_MS
        await ground.until_state("b", "ready")
        await ground.nothing_left_of("a", since=closing)
        await hung.until(lambda p: p.open == 0, within=1)
        assert ground.console.selection.selected == (ground.id("b"),)


@pytest.mark.parametrize("turns", [1, 5])
async def test_b_deselected_and_quickly_reselected_comes_back(tmp_path: Path, real_fleet: Fleet, turns: int) -> None:
    async with (
        FaultProxy(real_fleet[1].server.port, latency=0.02) as proxy,
        console_on(tmp_path, [real_fleet[0].entry("a"), real_fleet[1].entry("b", server=proxy.url)]) as ground,
    ):
        ground.open("a", "b")
        await ground.until(lambda: set(ground.states().values()) == {"ready"})
        a_epoch = ground.console.selection.status(ground.id("a")).epoch
        b_epoch = ground.console.selection.status(ground.id("b")).epoch
        for _ in range(turns - 1):
            ground.close("b")
            ground.open("b")
            await asyncio.sleep(0)
        ground.close("b")
        last = ground.open("b")
        await ground.until_state("b", "ready")
        await ground.settled(last)
        assert ground.console.selection.status(ground.id("b")).epoch > b_epoch
        assert ground.console.selection.status(ground.id("a")).epoch == a_epoch
        assert len(ground.console.host.runtimes()) == 2


async def test_b_reselected_while_it_still_opens_is_served(tmp_path: Path, real_fleet: Fleet) -> None:
    async with (
        FaultProxy(real_fleet[1].server.port, fault=HANG_AFTER_TLS) as proxy,
        console_on(tmp_path, [real_fleet[0].entry("a"), real_fleet[1].entry("b", server=proxy.url)]) as ground,
    ):
        ground.open("a", "b")
        await proxy.until(lambda p: p.open > 0)
        ground.close("b")
        await proxy.set(PASS)
        ground.open("b")
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready"})
        assert len(ground.console.host.runtimes()) == 2


async def test_a_refused_cluster_says_so_while_the_healthy_ones_go_on(tmp_path: Path, real_fleet: Fleet) -> None:
    entries = [
        real_fleet[0].entry("refused", user={"token": "no-such-token"}),
        real_fleet[1].entry("b"),
        real_fleet[2].entry("c"),
    ]
    async with console_on(tmp_path, entries) as ground:
        ground.open("refused", "b", "c")
        await ground.until(lambda: ground.states() == {"refused": "auth_required", "b": "ready", "c": "ready"})
        assert ground.id("refused") in ground.console.selection.selected
        assert not ground.runs("refused")


@pytest.mark.parametrize("mode", SelectionMode)
async def test_beside_a_hanging_a_b_waits_in_serial_mode_and_is_served_in_parallel(
    tmp_path: Path, real_fleet: Fleet, mode: SelectionMode
) -> None:
    async with (
        FaultProxy(real_fleet[0].server.port, fault=HANG_AFTER_TLS) as hung,
        console_on(
            tmp_path, [real_fleet[0].entry("a", server=hung.url), real_fleet[1].entry("b")], mode=mode
        ) as ground,
    ):
        ground.open("a")
        await hung.until(lambda p: p.open > 0)
        b = ground.open("b")
        served = await ground.until_state("b", "ready")
        if mode is SelectionMode.SERIAL:
            assert ground.states()["a"] == "failed"
            assert served > FAST.authenticate * 0.8
        else:
            assert ground.states()["a"] == "connecting"
            assert served < FAST.authenticate * 0.8
        await ground.settled(b)
