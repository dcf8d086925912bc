"""Rows of eight real servers with objects of equal names, under random opening and closing: none under another's ID."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from pathlib import Path

import pytest

from quarterdeck.model.windows import WindowRow
from testbed.fleet import Fleet
from tests.e2e.ground import console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

SECONDS = 60


async def test_every_row_came_from_its_own_cluster(tmp_path: Path, real_fleet: Fleet) -> None:
    names = [cluster.name for cluster in real_fleet.clusters]
    for cluster in real_fleet.clusters:
        labels = {"home": cluster.name}
        await cluster.create_namespace("isolation")
        await cluster.create_pods(20, namespace="isolation", prefix="same", labels=labels, exist_is_fine=True)
    rng = random.Random(7)
    strangers: list[WindowRow] = []
    seen = 0
    async with console_on(tmp_path, real_fleet.entries()) as ground:
        homes = {ground.key(name): f'"{name}"' for name in names}
        window = ground.window(*names, namespaces=["isolation"], limit=400)

        def judge(row: WindowRow) -> None:
            nonlocal seen
            seen += 1
            if homes[ground.key(name_of[row.cluster])] not in str(row.values[window.names.index("labels")]):
                strangers.append(row)

        name_of = {str(ground.key(name)): name for name in names}
        window.seen = judge
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            chosen = rng.sample(names, rng.randint(1, 8))
            is_open = {n for n in names if ground.id(n) in ground.console.selection.selected}
            change = ground.change(
                open=[n for n in chosen if n not in is_open], close=[n for n in chosen if n in is_open]
            )
            if rng.random() < 0.5:
                await ground.settled(change, within=30)
            else:
                await asyncio.sleep(0)
        last = ground.open(*[n for n in names if ground.id(n) not in ground.console.selection.selected])
        await ground.until(lambda: ground.states() == dict.fromkeys(names, "ready"), within=30)
        await ground.settled(last)
        await ground.until(lambda: len(window.rows) == 160)
    assert not strangers
    assert seen > 160
    assert len(_homes_by_file(tmp_path / "cache")) == 8


def _homes_by_file(folder: Path) -> list[str]:
    """The one home of all the rows in each store file."""
    found: list[str] = []
    for file in sorted(folder.rglob("*.sqlite*")) or sorted(folder.rglob("*.db")):
        if file.name.endswith(("-wal", "-shm")):
            continue
        with sqlite3.connect(file) as db:
            tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if "pods" in r[0]]
            rows = [r[0] for r in db.execute(f"SELECT labels FROM \"{tables[0]}\" WHERE namespace = 'isolation'")]
        db.close()
        assert len(rows) == 20
        assert len(set(rows)) == 1, file
        found.append(rows[0])
    assert len(set(found)) == len(found)
    return found
