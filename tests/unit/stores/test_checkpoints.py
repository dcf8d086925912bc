"""A log that has grown is copied into its file while the writer goes on."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import apsw
import pytest

from quarterdeck.model.kinds import PODS
from quarterdeck.stores import checkpoints
from quarterdeck.stores.checkpoints import Checkpoints
from quarterdeck.stores.connect import beside, for_writing
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.sqlite import open_store
from tests.unit.stores.test_store import KINDS, TARGET, row

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


def _write(db: apsw.Connection, times: int) -> None:
    for _ in range(times):
        db.execute("INSERT INTO meta VALUES(hex(randomblob(16)), hex(randomblob(1500)))")


def test_a_writer_does_not_wait_for_the_copy_and_its_log_begins_anew_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "PAGES", 50)
    began, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    copy = checkpoints.copy

    def slow(path: Path, mode: int) -> None:
        began.set()
        assert go_on.wait(20)
        copy(path, mode)
        ended.set()

    monkeypatch.setattr(checkpoints, "copy", slow)
    logs = Checkpoints()
    path = tmp_path / "rows.db"
    db = for_writing(path)
    logs.follow(path, db)
    _write(db, 60)
    assert began.wait(20)
    _write(db, 60)  # while the disk is waited for
    go_on.set()
    assert ended.wait(20)
    logs.close()
    _write(db, 1)
    held = beside(path)[1].stat().st_size
    _write(db, 5)
    assert beside(path)[1].stat().st_size == held
    assert db.execute("SELECT count(*) FROM meta").get == 126
    db.close()


class _Full(apsw.Connection):
    """On a disk that has no room for the copy."""

    def wal_checkpoint(self, *args: Any, **kwargs: Any) -> tuple[int, int]:
        raise apsw.FullError("no space")


def test_what_is_committed_stays_so_though_its_copy_finds_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "PAGES", 1)
    logs = Checkpoints()
    path = tmp_path / "rows.db"
    for_writing(path).close()
    db = _Full(str(path))
    logs.follow(path, db)
    _write(db, 1)  # asks for a copy
    logs.close()
    _write(db, 1)  # makes its own, which fails
    assert db.execute("SELECT count(*) FROM meta").get == 2
    db.close()


async def test_a_closed_store_leaves_no_large_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LEFT_BYTES", 4096)
    pool = StorePool()
    store = await open_store(tmp_path, TARGET, KINDS, pool)
    writer = store.lease(1)
    await writer.begin(PODS)
    await writer.upsert(PODS, [row(number) for number in range(500)])
    await writer.finish(PODS, "5")
    left: list[int] = []
    copied = asyncio.Event()
    loop = asyncio.get_running_loop()
    copy = checkpoints.copy

    def noted(path: Path, mode: int) -> None:
        copy(path, mode)
        left.append(beside(path)[1].stat().st_size if beside(path)[1].exists() else 0)
        loop.call_soon_threadsafe(copied.set)

    monkeypatch.setattr(checkpoints, "copy", noted)
    await store.close()
    async with asyncio.timeout(20):
        await copied.wait()
    assert left == [0]
    again = await open_store(tmp_path, TARGET, KINDS, pool)
    assert again.status(PODS).rows == 500
    await again.close()
    pool.close()
