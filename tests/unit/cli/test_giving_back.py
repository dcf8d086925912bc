"""When free memory is given back to the system."""

from __future__ import annotations

import asyncio
import ctypes
import sys

import pytest

from quarterdeck.cli.giving_back import EVERY_SECONDS, WORTH_BYTES, giving_back, trimmer

pytestmark = pytest.mark.anyio
MB = 1 << 20


class Memory:
    """A process of 100 MB, of which `free` are given back when asked."""

    def __init__(self) -> None:
        self.resident = 100 * MB
        self.free = 0
        self.given: list[int] = []
        self.asked = asyncio.Event()

    def give(self) -> None:
        self.given.append(self.free)
        self.resident, self.free = self.resident - self.free, 0


async def looks(times: int = 1) -> None:
    await asyncio.sleep((times + 0.5) * EVERY_SECONDS)


async def test_what_lists_leave_is_given_back_when_nothing_more_comes() -> None:
    memory = Memory()
    async with giving_back(lambda: memory.resident, memory.give):
        await looks(3)
        for _ in range(5):  # lists are read
            memory.resident += 10 * MB
            await asyncio.sleep(EVERY_SECONDS)
        assert memory.given == [], "it still grows"
        memory.free = 27 * MB
        await looks(2)
        assert memory.given == [27 * MB]
        await looks(5)
        assert memory.given == [27 * MB], "there is no more"
        memory.resident += WORTH_BYTES // 2
        await looks(5)
        assert memory.given == [27 * MB], "too little to be worth it"
        memory.resident += WORTH_BYTES // 2
        await looks(3)
        assert memory.given == [27 * MB, 0]


async def test_what_went_by_itself_is_not_asked_for() -> None:
    memory = Memory()
    async with giving_back(lambda: memory.resident, memory.give):
        memory.resident += 40 * MB
        await looks()
        memory.resident -= 45 * MB
        await looks(5)
        assert memory.given == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_the_c_library_can_be_asked() -> None:
    trim = trimmer()
    assert (trim is not None) == hasattr(ctypes.CDLL(None), "malloc_trim")
    assert trim is None or trim() in (0, 1)
