"""A store as reflectors and windows meet it: rows in, pages out, through leases, restarts and broken files."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from quarterdeck.model.errors import InternalError, InvalidRequestError
from quarterdeck.model.kinds import PODS, Column, ColumnType, Resource
from quarterdeck.model.target import Auth, ClusterId, Source, Target, key_of
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import PageQuery, Row, Value
from quarterdeck.stores.sqlite import ClusterStore, open_store
from tests.unit.stores.journal import into_the_file

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

COLUMNS = [
    Column("uid", ColumnType.TEXT),
    Column("namespace", ColumnType.TEXT, indexed=True),
    Column("name", ColumnType.TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
    Column("restarts", ColumnType.INTEGER, indexed=True),
]
KINDS = {PODS: COLUMNS}
ID = ClusterId("config:prod")
TARGET = Target(ID, key_of(ID), "prod", "prod", "https://127.0.0.1:1", Source("config"), auth=Auth(token="a"))


def row(number: int, restarts: int | None = 0) -> Row:
    return {"uid": f"u{number:04}", "namespace": "default", "name": f"p{number}", "created": 1, "restarts": restarts}


@asynccontextmanager
async def opened(folder: Path, target: Target = TARGET) -> AsyncGenerator[ClusterStore]:
    pool = StorePool()
    store = await open_store(folder, target, KINDS, pool)
    try:
        yield store
    finally:
        await store.close()
        pool.close()


async def names(store: ClusterStore, **fields: object) -> list[object]:
    query = msgspec.structs.replace(PageQuery(("name",), order=(("name", False),)), **fields)
    return [r[0] for r in await store.page(PODS, query)]


async def test_a_second_list_drops_what_it_does_not_bring(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(1), row(2)])
        await writer.finish(PODS, "5")
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(2), row(3)])
        assert await names(store) == ["p1", "p2", "p3"]
        assert not store.status(PODS).complete
        await writer.finish(PODS, "9")
        assert await names(store) == ["p2", "p3"]
        assert (store.status(PODS).rows, store.status(PODS).complete) == (2, True)


async def test_a_revoked_lease_writes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        old = store.lease(1)
        assert await old.upsert(PODS, [row(1)])
        new = store.lease(2)
        assert not await old.upsert(PODS, [row(2)])
        assert not await old.delete(PODS, ["u0001"])
        assert await new.upsert(PODS, [row(3)])
        assert await names(store) == ["p1", "p3"]


async def test_rows_outlive_the_process_with_the_time_they_were_current(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(1)])
        await writer.finish(PODS, "5")
        before = store.status(PODS)
    async with opened(tmp_path) as store:
        assert before.live
        assert store.status(PODS) == msgspec.structs.replace(before, live=False)
        assert before.synced_at is not None
        assert await names(store) == ["p1"]


async def test_another_identity_finds_no_rows_and_the_old_file_is_gone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
    async with opened(tmp_path, msgspec.structs.replace(TARGET, auth=Auth(token="b"))) as store:
        assert await names(store) == []
    assert len(list(tmp_path.glob("*.db"))) == 1


@pytest.mark.parametrize("junk", [b"not a database" * 500, b"SQLite format 3\0" + b"\xff" * 4096])
async def test_a_broken_file_is_rebuilt(tmp_path: Path, junk: bytes) -> None:
    async with opened(tmp_path) as store:
        path = store.path
    path.write_bytes(junk)
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
        assert await names(store) == ["p1"]


async def test_what_a_list_left_out_is_known_when_the_file_is_opened_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(1)])
        await writer.finish(PODS, "1", "Only in shop.")
        await writer.touch(PODS, "2")
        assert store.status(PODS).left_out == "Only in shop."
    async with opened(tmp_path) as store:
        assert store.status(PODS).left_out == "Only in shop."
        writer = store.lease(2)
        await writer.begin(PODS)
        assert store.status(PODS).left_out == "Only in shop."
        await writer.finish(PODS, "3")
        assert store.status(PODS).left_out == ""


async def test_a_file_of_an_older_schema_is_rebuilt(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
    pool = StorePool()
    store = await open_store(tmp_path, TARGET, {PODS: [*COLUMNS, Column("more", ColumnType.TEXT)]}, pool)
    assert await names(store) == []
    await store.close()
    pool.close()


async def test_a_kind_whose_columns_changed_loses_its_rows_and_no_other_does(tmp_path: Path) -> None:
    widgets = Resource("example.com", "v1", "widgets")
    more = [*COLUMNS, Column("size", ColumnType.INTEGER, "Size", indexed=True)]
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(1)])
        await writer.finish(PODS, "1")
        assert store.columns(widgets) == ()
        with pytest.raises(InvalidRequestError):
            await store.page(widgets, PageQuery(("name",)))
        await writer.keep(widgets, COLUMNS)
        await writer.begin(widgets)
        await writer.upsert(widgets, [row(2)])
        await writer.finish(widgets, "1")
        assert store.status(widgets).rows == 1
        await writer.keep(widgets, COLUMNS)
        assert store.status(widgets).rows == 1
        await writer.keep(widgets, more)
        assert (store.status(widgets).rows, store.columns(widgets)) == (0, tuple(more))
        await writer.begin(widgets)
        await writer.upsert(widgets, [{**row(3), "size": 7}])
        await writer.finish(widgets, "2")
    async with opened(tmp_path) as store:
        assert store.columns(widgets) == tuple(more)
        assert await store.page(widgets, PageQuery(("name", "size"))) == [("p3", 7)]
        assert await names(store) == ["p1"]


async def test_a_column_that_a_kind_lacks_here_reads_as_null(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1), row(2)])
        query = PageQuery(("name", "phase"), order=(("phase", False), ("name", True)), absent=("phase", "name"))
        assert await store.page(PODS, query) == [("p2", None), ("p1", None)]
        assert await store.count(PODS, '"phase" = ?', ("Running",), absent=("phase",)) == 0
        assert await store.count(PODS, '"phase" IS NULL', absent=("phase",)) == 2


async def test_a_writer_of_an_old_epoch_cannot_change_what_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        old = store.lease(1)
        await store.lease(2).upsert(PODS, [row(1)])
        assert not await old.keep(PODS, [*COLUMNS, Column("more", ColumnType.TEXT)])
        assert await names(store) == ["p1"]


async def test_another_kube_system_uid_discards_the_rows_of_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
        assert await store.verify("first")
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(2)])
        assert not await store.verify("second")
        assert await names(store) == ["p2"]
        assert await store.verify("second")


async def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(1)])
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


async def test_pages_by_cursor_give_every_row_once_nulls_included(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.lease(1).upsert(PODS, [row(n, None if n % 3 == 0 else n % 4) for n in range(40)])
        for down in (False, True):
            seen: list[object] = []
            after = None
            while True:
                query = PageQuery(("restarts", "uid"), order=(("restarts", down),), limit=7, after=after)
                rows = await store.page(PODS, query)
                if not rows:
                    break
                seen += [r[1] for r in rows]
                after = rows[-1]
            assert sorted(map(str, seen)) == [f"u{n:04}" for n in range(40)]


async def test_news_come_after_each_write_and_a_cancelled_writer_leaves_the_store_usable(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        heard: list[Resource] = []
        stop = store.subscribe(heard.append)
        writer = store.lease(1)
        task = asyncio.ensure_future(writer.upsert(PODS, [row(n) for n in range(3000)]))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await writer.upsert(PODS, [row(9000)])
        assert heard
        assert store.status(PODS).rows == await store.count(PODS)
        stop()


async def test_a_closed_store_refuses_quietly_and_may_be_closed_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await store.close()
        assert not await writer.upsert(PODS, [row(1)])
        await store.close()


async def listed(store: ClusterStore, *rows: Row, epoch: int = 1) -> None:
    writer = store.lease(epoch)
    await writer.begin(PODS)
    await writer.upsert(PODS, rows)
    await writer.finish(PODS, "5")


async def settled(store: ClusterStore) -> None:
    """Whatever was queued before has run: the indexes are made."""
    await store.lease(9).stale(PODS)


async def test_an_object_made_anew_under_its_old_name_replaces_the_old_row(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await listed(store, row(1), row(2))
        await settled(store)
        writer = store.lease(10)
        await writer.upsert(PODS, [{**row(1), "uid": "new", "created": 7}])
        await writer.delete(PODS, ["u0001"])  # late news of the old one
        rows = await store.page(PODS, PageQuery(("uid", "created"), order=(("name", False),)))
        assert rows == [("new", 7), ("u0002", 1)]
        assert store.status(PODS).rows == 2


async def test_rows_are_counted_right_through_inserts_updates_and_deletes(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await listed(store, *[row(n) for n in range(250)])
        await settled(store)
        writer = store.lease(10)
        await writer.begin(PODS)
        await writer.upsert(PODS, [row(n, n) for n in range(200, 2400)])
        assert store.status(PODS).rows == await store.count(PODS) == 2400
        await writer.delete(PODS, ["u0300", "u0301", "nobody"])
        await writer.finish(PODS, "6")
        assert store.status(PODS).rows == await store.count(PODS) == 2198


async def test_damage_met_while_reading_is_rebuilt_and_asks_for_a_new_list(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await listed(store, *[row(n) for n in range(5000)])
        path = store.path
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        into_the_file(path)
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(size // 4)
            file.write(b"\xa5" * (size // 2))
        with pytest.raises(InternalError):
            await store.page(PODS, PageQuery(("name", "uid"), where="restarts >= 0", limit=5000))
        with pytest.raises(InternalError):
            await writer.touch(PODS, "7")
        assert not store.status(PODS).complete
        await listed(store, row(1), epoch=2)
        assert await names(store) == ["p1"]


async def test_a_row_that_cannot_be_kept_spoils_no_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await listed(store, row(1), {**row(2), "name": "half \ud800"}, {**row(3), "restarts": 1 << 70}, row(4))
        assert await names(store) == ["p1", "p4"]
        assert store.status(PODS).rows == 2


async def test_a_cancelled_read_leaves_the_store_usable(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await listed(store, *[row(n) for n in range(2000)])
        slow = "(SELECT count(*) FROM json_each('[1,2,3]') a, json_each('[1,2,3]') b) > 0 AND name LIKE '%9%'"
        for _ in range(20):
            task = asyncio.ensure_future(store.page(PODS, PageQuery(("name",), slow)))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await store.count(PODS) == 2000


async def test_readers_are_served_while_a_list_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        writer = store.lease(1)
        await writer.begin(PODS)
        writing = asyncio.ensure_future(writer.upsert(PODS, [row(n) for n in range(9000)]))
        pages = 0
        while not writing.done():
            assert len(await names(store)) <= 200
            pages += 1
        assert await writing
        assert pages > 3


async def test_descending_cursors_use_what_an_index_can_seek_to(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await listed(store, *[row(n, n % 3) for n in range(60)])
        seen: list[tuple[Any, ...]] = []
        after: tuple[Value, ...] | None = None
        while rows := await store.page(
            PODS, PageQuery(("restarts", "uid"), order=(("restarts", True),), limit=11, after=after)
        ):
            seen += rows
            after = rows[-1]
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == 60


async def test_an_unknown_kind_and_a_foreign_cursor_are_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        with pytest.raises(InvalidRequestError):
            await store.count(Resource("apps", "v1", "deployments"))
        with pytest.raises(InvalidRequestError):
            await names(store, after=("a", "b", "c", "d"))


async def test_a_disk_that_takes_no_file_is_said_with_the_folder(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    pool = StorePool()
    with pytest.raises(InternalError) as caught:
        await open_store(blocked / "stores", TARGET, KINDS, pool)
    assert str(blocked) in caught.value.advice
    pool.close()
