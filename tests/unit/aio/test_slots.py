"""Slots: first come first served, and whoever is cancelled while waiting takes nothing with them."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.aio.slots import Slots

pytestmark = pytest.mark.anyio


async def hold(slots: Slots, log: list[str], name: str, until: asyncio.Event) -> None:
    async with slots.hold():
        log.append(name)
        await until.wait()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_first_come_first_served_up_to_the_cap() -> None:
    slots, log, end = Slots(2), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(hold(slots, log, name, end)) for name in "abcd"]
    await turns()
    assert (log, slots.used, slots.waiting) == (["a", "b"], 2, 2)
    slots.resize(3)
    await turns()
    assert log == ["a", "b", "c"]
    end.set()
    await asyncio.wait(tasks)
    assert (log, slots.used, slots.waiting) == (["a", "b", "c", "d"], 0, 0)


async def test_who_is_cancelled_as_a_slot_falls_free_is_cancelled_and_the_next_one_runs() -> None:
    slots, log, end, later = Slots(1), list[str](), asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(hold(slots, log, "first", end))
    await turns()
    second = asyncio.create_task(hold(slots, log, "second", later))
    third = asyncio.create_task(hold(slots, log, "third", later))
    await turns()
    first.cancel()  # Its slot falls free in the turn in which the second is cancelled too.
    second.cancel()
    await turns()
    assert second.cancelled()
    assert log == ["first", "third"]
    later.set()
    await asyncio.wait({first, third})
    assert (slots.used, slots.waiting) == (0, 0)


async def test_who_is_cancelled_just_after_getting_a_slot_gives_it_on() -> None:
    slots, log, end = Slots(1), list[str](), asyncio.Event()
    async with slots.hold():
        second = asyncio.create_task(hold(slots, log, "second", end))
        third = asyncio.create_task(hold(slots, log, "third", end))
        await turns()
    second.cancel()
    await turns()
    assert second.cancelled()
    assert log == ["third"]
    end.set()
    await third
    assert slots.used == 0
