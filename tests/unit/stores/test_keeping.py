"""What is kept of closed clusters: the newest, up to a size, for some days; never what is about to be opened."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from quarterdeck.model.target import Auth, ClusterId, Key, Source, Target, key_of
from quarterdeck.stores.keeping import evict
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.sqlite import open_store

NOW = 1_800_000_000.0
DAY = 86_400.0


def opened(path: Path, days_ago: float) -> None:
    os.utime(path, (NOW - days_ago * DAY, NOW - days_ago * DAY))


def put(folder: Path, key: str, *, days_ago: float, size: int = 100, beside: int = 0) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{key}-0123456789abcdef01234567.db"
    path.write_bytes(b"x" * size)
    if beside:
        path.with_name(path.name + "-wal").write_bytes(b"x" * beside)
        path.with_name(path.name + "-shm").write_bytes(b"")
    opened(path, days_ago)
    return path


def test_what_was_not_opened_for_long_goes_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    old = put(tmp_path, "aaaaaaaaaaaa", days_ago=31, beside=5)
    new = put(tmp_path, "bbbbbbbbbbbb", days_ago=29)
    assert evict(tmp_path, most_bytes=10_000, days_kept=30, now=NOW) == [old]
    assert list(tmp_path.iterdir()) == [new]


def test_the_least_recently_opened_go_first_until_the_rest_fits(tmp_path: Path) -> None:
    files = [put(tmp_path, f"{n:012}", days_ago=n, size=80, beside=20) for n in range(1, 6)]
    gone = evict(tmp_path, most_bytes=250, days_kept=30, now=NOW)
    assert gone == [files[4], files[3], files[2]]
    assert {p for p in files if p.exists()} == set(files[:2])


def test_what_is_about_to_be_opened_stays_whatever_its_size_and_age(tmp_path: Path) -> None:
    wanted = put(tmp_path, "aaaaaaaaaaaa", days_ago=400, size=1000)
    other = put(tmp_path, "bbbbbbbbbbbb", days_ago=1)
    assert evict(tmp_path, most_bytes=500, days_kept=30, now=NOW, wanted={Key("aaaaaaaaaaaa")}) == [other]
    assert wanted.exists()


def test_other_files_are_none_of_its_business(tmp_path: Path) -> None:
    stranger = tmp_path / "notes.txt"
    stranger.write_text("mine")
    os.utime(stranger, (0, 0))
    assert evict(tmp_path, most_bytes=1, days_kept=1, now=NOW) == []
    assert stranger.exists()


def test_without_a_folder_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert evict(tmp_path / "none", most_bytes=0, days_kept=0, now=NOW) == []


@pytest.mark.anyio
@pytest.mark.real_time
async def test_opening_a_store_makes_it_the_most_recent(tmp_path: Path) -> None:
    cluster = ClusterId("config:a")
    target = Target(cluster, key_of(cluster), "a", "k", "https://a", Source("config"), auth=Auth(token="t"))
    pool = StorePool()

    async def open_and_close() -> None:
        store = await open_store(tmp_path, target, {}, pool)
        await store.close()

    await open_and_close()
    (path,) = tmp_path.glob("*.db")
    os.utime(path, (0, 0))
    await open_and_close()
    assert path.stat().st_mtime > 0
    await asyncio.to_thread(pool.close)
    await asyncio.get_running_loop().shutdown_default_executor()
