"""One at a time, in order, but for those that are hurried; a cancelled wait holds nobody up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.aio.turnstile import Turnstile

pytestmark = pytest.mark.anyio


async def test_those_that_are_hurried_go_next_and_the_others_in_their_order() -> None:
    turnstile, went = Turnstile(), list[str]()
    gate = asyncio.Event()

    async def go(key: str) -> None:
        async with turnstile.turn(key):
            went.append(key)
            await gate.wait()
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for key in "abcdef":
            group.create_task(go(key))
        await asyncio.sleep(0.1)
        turnstile.hurry("e")
        turnstile.hurry("c")
        turnstile.hurry("nobody")
        gate.set()
    assert went == ["a", "c", "e", "b", "d", "f"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["wait", "cancel", "hurry"])), max_size=12))
def test_never_two_at_once_and_none_is_forgotten(steps: list[tuple[str, str]]) -> None:
    async def scene() -> None:
        turnstile = Turnstile()
        inside = 0
        tasks: list[asyncio.Task[None]] = []

        async def go(key: str) -> None:
            nonlocal inside
            async with turnstile.turn(key):
                inside += 1
                assert inside == 1
                try:
                    await asyncio.sleep(0)
                finally:
                    inside -= 1

        for number, (key, step) in enumerate(steps):
            tasks.append(asyncio.create_task(go(key)))
            if step == "hurry":
                turnstile.hurry(key)
            elif step == "cancel" and tasks:
                tasks[number // 2].cancel()
            if number % 3:
                await asyncio.sleep(0)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [found for found in done if found is not None and not isinstance(found, asyncio.CancelledError)]
        async with asyncio.timeout(1), turnstile.turn("last"):
            pass

    asyncio.run(scene())
