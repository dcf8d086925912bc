"""A walk that is shared among threads finds what one alone finds."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import pytest

from quarterdeck.model.errors import RefusedError
from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.model.target import Auth, ClusterId, Source, Target, key_of
from quarterdeck.stores import paging, reading, walking
from quarterdeck.stores.pool import READERS, StorePool
from quarterdeck.stores.protocol import PageQuery, Row
from quarterdeck.stores.schema import Table
from quarterdeck.stores.sqlite import ClusterStore, open_store

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
ID = ClusterId("config:prod")
TARGET = Target(ID, key_of(ID), "prod-eu", "prod", "https://127.0.0.1:1", Source("config"), auth=Auth(token="a"))
COLUMNS = (
    Column("uid", ColumnType.TEXT),
    Column("namespace", ColumnType.TEXT, indexed=True),
    Column("name", ColumnType.TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
    Column("message", ColumnType.TEXT),
    Column("ip", ColumnType.TEXT, walked=True),
)
SHOWN = ("name", "message", "ip", "uid")
ROWS = 400
UNINDEXED = (("message", False), ("name", True))
QUERIES = {
    "an order without an index": PageQuery(SHOWN, order=UNINDEXED, limit=30),
    "some way down": PageQuery(SHOWN, order=UNINDEXED, limit=30, offset=77),
    "descending, with what is missing": PageQuery(SHOWN, order=(("message", True),), limit=ROWS),
    "a filter": PageQuery(SHOWN, "message LIKE ?", ("%a%",), UNINDEXED, limit=30),
    "a filter in an index's order": PageQuery(SHOWN, "message LIKE ?", ("%z%",), (("name", False),), limit=30),
    "an index to be walked": PageQuery(SHOWN, "message LIKE ?", ("%a%",), (("ip", True),), limit=30),
    "behind a row": PageQuery(SHOWN, order=UNINDEXED, limit=30, after=("ab", "n0100", "uid-100")),
    "few": PageQuery(SHOWN, "message = ?", ("bbb",), UNINDEXED, limit=30),
    "none": PageQuery(SHOWN, "message = ?", ("nothing",), UNINDEXED, limit=30),
}


@asynccontextmanager
async def filled(folder: Path) -> AsyncGenerator[ClusterStore]:
    pool, rng = StorePool(), random.Random(7)
    store = await open_store(folder, TARGET, {PODS: COLUMNS}, pool)
    writer = store.lease(1)
    await writer.begin(PODS)
    numbers = rng.sample(range(ROWS), ROWS)
    rows: list[Row] = [
        {"uid": f"uid-{n}", "namespace": "shop", "name": f"n{n:04}", "created": n, "ip": f"10.0.0.{n % 50}",
         "message": "zz" if n in (121, 250, 331) else rng.choice([None, "", "a", "ab", "b", "bbb"])}
        for n in numbers
    ]  # fmt: skip
    await writer.upsert(PODS, rows)
    await writer.finish(PODS, "1")
    await writer.delete(PODS, [f"uid-{n}" for n in range(0, ROWS, 9)])  # behind the indexes, which are made last
    try:
        yield store
    finally:
        await store.close()
        pool.close()


def shared(monkeypatch: pytest.MonkeyPatch, walks: list[str]) -> None:
    """From now on every walk is, however few rows there are; each is noted."""

    def noted(*args: object) -> list[int]:
        walks.append(str(args))
        return ids(*args)  # pyright: ignore[reportArgumentType] - as it was called

    ids = walking.ids
    monkeypatch.setattr(walking, "ids", noted)
    monkeypatch.setattr(walking, "WORTH_ROWS", 50)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    monkeypatch.setattr(paging, "NEAR", 40)


@pytest.mark.parametrize("name", QUERIES)
async def test_pages_and_counts_are_as_one_thread_finds_them(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query, walks = QUERIES[name], list[str]()
    async with filled(tmp_path) as store:
        monkeypatch.setattr(paging, "NEAR", 40)
        page, count = await store.page(PODS, query), await store.count(PODS, query.where, query.params)
        assert page or name == "none"
        shared(monkeypatch, walks)
        assert await store.page(PODS, query) == page
        assert await store.count(PODS, query.where, query.params) == count
    alone = query.offset > 40
    assert len(walks) == (0 if alone else 3)


async def test_what_an_index_serves_is_not_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[str] = []
    async with filled(tmp_path) as store:
        shared(monkeypatch, walks)
        first = await store.page(PODS, PageQuery(("name",), order=(("name", False),), limit=3))
        assert first == [("n0001",), ("n0002",), ("n0003",)]
        assert await store.page(PODS, PageQuery(("name",), "uid = ?", ("uid-5",), UNINDEXED, limit=3)) == [("n0005",)]
        assert await store.count(PODS, "created < ?", (10,)) == 8
    assert walks == []


async def test_a_store_that_closes_ends_all_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with filled(tmp_path) as store:
        shared(monkeypatch, [])
        asked = [asyncio.ensure_future(store.page(PODS, QUERIES["a filter"])) for _ in range(3 * READERS)]
        await asyncio.sleep(0)
        await store.close()
        for found in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(found, RefusedError | list)
        with pytest.raises(RefusedError):
            await store.page(PODS, QUERIES["a filter"])


async def test_rows_that_come_while_parts_are_read_are_in_none_of_them(tmp_path: Path) -> None:
    async with filled(tmp_path) as store:
        other, table = apsw.Connection(str(store.path)), Table(PODS, COLUMNS)
        parts = walking.cut(other, table, 4)
        counts: list[int] = []
        for number, part in enumerate(parts):
            counts.append(reading.count(other, table, "", (), among=(part,)))
            more = f"more-{number}"
            row: Row = {"uid": more, "namespace": "shop", "name": more, "created": number}
            await store.lease(2 + number).upsert(PODS, [row])
        other.close()
        assert store.status(PODS).rows == sum(counts) + len(parts)


def test_few_rows_are_walked_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert [walking.parts_of(rows) for rows in (0, 99_999, 100_000, 250_000, 5_000_000)] == [1, 1, 2, READERS, READERS]
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert walking.parts_of(5_000_000) == 1
