"""Rows of closed clusters stay within their cap while the console runs, not only at its next start."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.app.keeping import Keeping
from quarterdeck.model.target import Key
from quarterdeck.settings.model import StoreSettings
from quarterdeck.stores.pool import StorePool

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
CAP = 250


def put(folder: Path, name: str, age: int) -> Path:
    path = folder / f"{name}-0.db"
    path.write_bytes(b"x" * 100)
    at = path.stat().st_mtime - age
    os.utime(path, (at, at))
    return path


@asynccontextmanager
async def keeping(folder: Path, wanted: set[Key]) -> AsyncGenerator[Keeping]:
    pool = StorePool()
    keeper = Keeping(folder, StoreSettings(most_bytes=CAP), pool.writers, lambda: wanted, after=0.01)
    try:
        yield keeper
    finally:
        await keeper.close()
        await asyncio.to_thread(pool.close)


async def until_gone(path: Path) -> None:
    async with asyncio.timeout(10):
        while await asyncio.to_thread(path.exists):  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.01)


async def test_after_a_closing_the_least_recently_opened_goes_and_what_is_open_stays(tmp_path: Path) -> None:
    files = [put(tmp_path, name, age) for name, age in (("open", 300), ("old", 200), ("new", 100))]
    async with keeping(tmp_path, {Key("open")}) as keeper:
        keeper.closed()
        keeper.closed()
        await until_gone(files[1])
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["new-0.db", "open-0.db"]


async def test_an_end_before_it_is_due_removes_nothing(tmp_path: Path) -> None:
    files = [put(tmp_path, str(n), n) for n in range(5)]
    async with keeping(tmp_path, set()) as keeper:
        keeper.closed()
    assert all(path.exists() for path in files)


async def test_what_is_closed_after_the_end_is_for_the_next_start(tmp_path: Path) -> None:
    files = [put(tmp_path, str(n), n) for n in range(5)]
    async with keeping(tmp_path, set()) as keeper:
        await keeper.close()
        keeper.closed()
    assert all(path.exists() for path in files)
