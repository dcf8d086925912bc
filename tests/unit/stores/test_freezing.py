"""Rows of one moment, read bit by bit while the store is written on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from quarterdeck.model.errors import RefusedError
from quarterdeck.model.kinds import PODS
from quarterdeck.stores.protocol import Frozen, PageQuery
from tests.unit.stores.test_store import opened, row

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
MOST_RESTARTS = PageQuery(("name", "restarts"), order=(("restarts", True), ("name", False)))


async def everything(frozen: Frozen, bit: int = 7) -> list[tuple[object, ...]]:
    return [tuple(r) for start in range(0, frozen.rows, bit) for r in await frozen.read(start, bit)]


async def test_rows_stay_as_they_were_whatever_is_written_and_in_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.upsert(PODS, [row(n, n % 3) for n in range(20)])
        frozen = await store.freeze(PODS, MOST_RESTARTS)
        await writer.upsert(PODS, [row(n, 9) for n in range(10)])
        await writer.delete(PODS, ["u0011"])
        await writer.upsert(PODS, [row(99)])
        before = sorted(((f"p{n}", n % 3) for n in range(20)), key=lambda r: (-r[1], r[0]))
        assert frozen.rows == 20
        assert await everything(frozen) == before
        now = await store.freeze(PODS, MOST_RESTARTS)
        assert (now.rows, (await now.read(0, 1))[0][1]) == (20, 9)
        frozen.release()
        frozen.release()
        now.release()
        with pytest.raises(RefusedError):
            await frozen.read(0, 1)


async def test_only_what_the_question_finds_is_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(n, n % 3) for n in range(9)])
        asked = PageQuery(("name",), '"restarts" = ?', (2,), (("name", True),), limit=1, offset=1)
        frozen = await store.freeze(PODS, asked)
        assert await everything(frozen, 2) == [("p8",), ("p5",), ("p2",)]
        frozen.release()


async def test_closing_the_store_ends_them_and_leaves_no_connection(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
        frozen = await store.freeze(PODS, MOST_RESTARTS)
        await store.close()
        with pytest.raises(RefusedError):
            await frozen.read(0, 1)
        frozen.release()


async def test_a_freeze_that_is_cancelled_holds_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.upsert(PODS, [row(n) for n in range(1000)])
        freezing = asyncio.ensure_future(store.freeze(PODS, MOST_RESTARTS))
        await asyncio.sleep(0)
        freezing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await freezing
        assert (await store.freeze(PODS, MOST_RESTARTS)).rows == 1000


async def test_rows_of_a_file_that_was_begun_anew_are_not_told_as_the_clusters(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
        assert await store.verify("one server")
        frozen = await store.freeze(PODS, MOST_RESTARTS)
        assert not await store.verify("another server")
        with pytest.raises(RefusedError):
            await frozen.read(0, 1)
        frozen.release()
