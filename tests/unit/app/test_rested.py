"""What is dear is found out anew only so often that it takes a share of the time; what is cheap is always new."""

from __future__ import annotations

import asyncio
import gc

import pytest

from quarterdeck.app.domains.rested import MOST_QUESTIONS, SHARE, Rested

pytestmark = pytest.mark.anyio


class Owner:
    """Anything that lives as long as what is found of it holds."""


def nobody() -> None:
    raise AssertionError("nobody waits for another answer")


async def test_what_took_long_is_told_again_until_its_share_of_the_time_is_over() -> None:
    rested: Rested[int] = Rested()
    owner, found, told = Owner(), [1], list[str]()

    async def dear() -> int:
        await asyncio.sleep(1)
        return found[0]

    assert await rested.of(owner, "x", "m1", dear, nobody) == 1
    number = rested.number(owner, "x")
    found[0] = 2
    assert await rested.of(owner, "x", "m1", dear, nobody) == 1
    await asyncio.sleep(1 / SHARE - 2)
    for _ in range(3):
        assert await rested.of(owner, "x", "m2", dear, lambda: told.append("again")) == 1
    assert (rested.number(owner, "x"), told) == (number, [])
    await asyncio.sleep(2.5)
    assert told == ["again"]
    assert await rested.of(owner, "x", "m2", dear, nobody) == 2
    assert rested.number(owner, "x") > number


async def test_what_takes_no_time_is_always_new_and_the_same_has_the_same_number() -> None:
    rested: Rested[int] = Rested()
    owner, other, found = Owner(), Owner(), [1, 1, 2]

    async def cheap() -> int:
        return found.pop(0)

    assert await rested.of(owner, "x", "m", cheap, nobody) == 1
    number = rested.number(owner, "x")
    assert (await rested.of(owner, "x", "m", cheap, nobody), rested.number(owner, "x")) == (1, number)
    assert await rested.of(owner, "x", "m", cheap, nobody) == 2
    assert rested.number(owner, "x") > number
    assert rested.number(other, "x") == 0
    del owner
    gc.collect()
    assert not rested._held  # pyright: ignore[reportPrivateUsage] - nothing is kept of who is gone


async def test_each_question_has_an_answer_of_its_own_and_the_oldest_go() -> None:
    rested: Rested[int] = Rested()
    owner, asked = Owner(), list[int]()

    async def find(n: int) -> int:
        asked.append(n)
        await asyncio.sleep(1)
        return n

    for n in range(MOST_QUESTIONS + 1):
        assert await rested.of(owner, n, "m", lambda n=n: find(n), nobody) == n
    assert await rested.of(owner, 1, "m", lambda: find(1), nobody) == 1
    assert asked.count(1) == 1
    assert await rested.of(owner, 0, "m", lambda: find(0), nobody) == 0
    assert asked.count(0) == 2
