"""What is dear is found out anew only so often that it takes a share of the time; what is cheap is always new."""

from __future__ import annotations

import asyncio
import gc

import pytest

from quarterdeck.app.domains.rested import MOST_QUESTIONS, SHARE, Rested

pytestmark = pytest.mark.anyio


class Owner:
    """Anything that lives as long as what is found of it holds."""


async def test_what_took_long_is_told_again_until_its_share_of_the_time_is_over() -> None:
    rested: Rested[int] = Rested()
    owner, found = Owner(), [1]

    async def dear() -> int:
        await asyncio.sleep(1)
        return found[0]

    assert await rested.of(owner, "x", dear) == 1
    number = rested.number(owner, "x")
    found[0] = 2
    await asyncio.sleep(1 / SHARE - 2)
    assert (await rested.of(owner, "x", dear), rested.number(owner, "x")) == (1, number)
    await asyncio.sleep(2)
    assert await rested.of(owner, "x", dear) == 2
    assert rested.number(owner, "x") > number


async def test_what_takes_no_time_is_always_new_and_the_same_has_the_same_number() -> None:
    rested: Rested[int] = Rested()
    owner, other, found = Owner(), Owner(), [1, 1, 2]

    async def cheap() -> int:
        return found.pop(0)

    assert await rested.of(owner, "x", cheap) == 1
    number = rested.number(owner, "x")
    assert (await rested.of(owner, "x", cheap), rested.number(owner, "x")) == (1, number)
    assert await rested.of(owner, "x", cheap) == 2
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
        assert await rested.of(owner, n, lambda n=n: find(n)) == n
    assert await rested.of(owner, 1, lambda: find(1)) == 1
    assert asked.count(1) == 1
    assert await rested.of(owner, 0, lambda: find(0)) == 0
    assert asked.count(0) == 2
