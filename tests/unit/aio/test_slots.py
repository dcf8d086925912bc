"""Slots: first come first served but for those that are hurried, and whoever is cancelled while waiting takes nothing
with them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


async def test_those_that_are_hurried_go_next_and_the_others_in_their_order() -> None:
    slots, went = Slots(1), list[str]()
    gate = asyncio.Event()

    async def go(key: str) -> None:
        async with slots.hold(key):
            went.append(key)
            await gate.wait()
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for key in "abcdef":
            group.create_task(go(key))
        await asyncio.sleep(0.1)
        slots.hurry("e")
        slots.hurry("c")
        slots.hurry("nobody")
        gate.set()
    assert went == ["a", "c", "e", "b", "d", "f"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["wait", "cancel", "hurry"])), max_size=12))
def test_never_two_at_once_and_none_is_forgotten(steps: list[tuple[str, str]]) -> None:
    async def scene() -> None:
        slots = Slots(1)
        inside = 0
        tasks: list[asyncio.Task[None]] = []

        async def go(key: str) -> None:
            nonlocal inside
            async with slots.hold(key):
                inside += 1
                assert inside == 1
                try:
                    await asyncio.sleep(0)
                finally:
                    inside -= 1

        for number, (key, step) in enumerate(steps):
            tasks.append(asyncio.create_task(go(key)))
            if step == "hurry":
                slots.hurry(key)
            elif step == "cancel" and tasks:
                tasks[number // 2].cancel()
            if number % 3:
                await asyncio.sleep(0)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [found for found in done if found is not None and not isinstance(found, asyncio.CancelledError)]
        async with asyncio.timeout(1), slots.hold("last"):
            pass

    asyncio.run(scene())
