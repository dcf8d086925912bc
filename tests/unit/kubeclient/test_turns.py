"""Turns of the loop are shared fairly and never stack up."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.kubeclient.turns import Turns, pace_of_loop

pytestmark = pytest.mark.anyio


async def loop_turns(counted: list[int], stop: asyncio.Event) -> None:
    while not stop.is_set():
        counted[0] += 1
        await asyncio.sleep(0)


async def test_at_most_so_many_go_in_one_turn_in_the_order_in_which_they_asked() -> None:
    turns, counted, stop = Turns(2), [0], asyncio.Event()
    went: list[tuple[int, int]] = []

    async def go(number: int) -> None:
        await turns.take()
        went.append((number, counted[0]))

    async with asyncio.TaskGroup() as group:
        group.create_task(loop_turns(counted, stop))
        tasks = [group.create_task(go(n)) for n in range(7)]
        await asyncio.wait(tasks)
        stop.set()
    assert [number for number, _ in went] == list(range(7))
    for turn in {at for _, at in went}:
        assert sum(at == turn for _, at in went) <= 2


async def test_spacing_stands_between_the_turns_of_those_who_wait() -> None:
    turns = Turns(4, spacing=0.005)
    started = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(turns.take())
    assert asyncio.get_running_loop().time() - started == pytest.approx(12 * 0.005)


async def test_who_goes_ahead_goes_before_all_who_wait() -> None:
    turns = Turns(1, spacing=1)
    await turns.take()
    went: list[str] = []

    async def go(name: str, *, ahead: bool) -> None:
        await turns.take(ahead=ahead)
        went.append(name)

    async with asyncio.TaskGroup() as group:
        for name, ahead in (("rest 1", False), ("rest 2", False), ("first 1", True), ("first 2", True)):
            group.create_task(go(name, ahead=ahead))
    assert went == ["first 1", "first 2", "rest 1", "rest 2"]


async def test_a_cancelled_wait_passes_its_turn_on() -> None:
    turns = Turns(1, spacing=1)
    await turns.take()
    first, second = asyncio.create_task(turns.take()), asyncio.create_task(turns.take())
    asyncio.get_running_loop().call_soon(first.cancel)
    await second
    assert first.cancelled()


async def test_a_turn_cancelled_as_it_comes_does_not_stop_the_next() -> None:
    turns = Turns(1)
    await turns.take()
    first, second = asyncio.create_task(turns.take()), asyncio.create_task(turns.take())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(1):
        await second


async def test_one_pace_belongs_to_a_loop() -> None:
    assert pace_of_loop() is pace_of_loop()
