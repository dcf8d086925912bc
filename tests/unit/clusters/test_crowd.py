"""The first rows of each of many come before the rest of any, and nobody waits for one that does not come."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from quarterdeck.clusters.crowd import LONGEST_S, SPACING_S, Crowd

pytestmark = pytest.mark.anyio


async def test_one_alone_waits_for_nothing() -> None:
    crowd, loop = Crowd(), asyncio.get_running_loop()
    crowd.enter()()
    began = loop.time()
    await crowd.passed()
    assert loop.time() == began


async def test_the_rest_waits_until_all_that_have_come_are_shown_and_then_goes_one_after_another() -> None:
    crowd, loop = Crowd(), asyncio.get_running_loop()
    leaves = [crowd.enter() for _ in range(5)]
    leaves[0]()
    leaves[0]()
    passed: list[float] = []

    async def pass_by() -> None:
        await crowd.passed()
        passed.append(loop.time())

    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(pass_by())
        await asyncio.sleep(0.2)
        assert not passed
        for leave in leaves[1:]:
            leave()
    gaps = [b - a for a, b in itertools.pairwise(passed)]
    assert gaps == pytest.approx([SPACING_S] * 4)


async def test_one_whose_rows_are_never_written_holds_nobody_up_for_long() -> None:
    crowd, loop = Crowd(), asyncio.get_running_loop()
    crowd.enter()
    began = loop.time()
    await crowd.passed()
    assert loop.time() - began == pytest.approx(LONGEST_S)
