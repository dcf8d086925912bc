from __future__ import annotations

import asyncio

import pytest

from .memory import MemoryStore
from .scene import scene, settle

pytestmark = pytest.mark.anyio


async def test_a_window_by_age_follows_the_clock_though_nothing_is_written() -> None:
    async with scene() as s:
        a = MemoryStore()
        a.clock(lambda: int(asyncio.get_running_loop().time()))
        a.put("web", cells={"created": int(asyncio.get_running_loop().time())})
        a.live()
        s.show("a", a)
        young, old = s.open("a", "age:<1m"), s.open("a", "age:>1m")
        await settle(50)
        assert (young.names, old.names) == (["a/web"], [])
        await settle(15)
        assert (young.names, old.names) == ([], ["a/web"])


async def test_a_window_that_was_closed_asks_no_more() -> None:
    async with scene() as s:
        a = MemoryStore()
        a.live()
        s.show("a", a)
        s.open("a", "age:<1m")
        await settle(5)
        asked = len(a.pages)
        assert asked >= 4
        await s.windows.aclose()
        await settle(5)
        assert len(a.pages) == asked
