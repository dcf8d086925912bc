"""The processes that answer: lost, cancelled, killed, busy; the next question is answered, and nothing is left."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from quarterdeck.asking.pool import Askers
from quarterdeck.asking.protocol import Describe, Limits, Source, framed
from quarterdeck.model.errors import InternalError, QueryFailedError, RefusedError
from quarterdeck.model.kinds import PODS
from quarterdeck.stores.file import StoreFile
from tests.polling import asked_until
from tests.unit.asking.kept import KINDS, LIMITS, POD_COLUMNS, SEEN, asked, keep, pod, rows_of, source

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

LONG = Limits(seconds=60, memory=64_000_000, rows=1_000, size=1_000_000)
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM pods CROSS JOIN n"
COUNT = "SELECT count(*) FROM pods"


@pytest.fixture
async def pool(anyio_backend: object) -> AsyncGenerator[Askers]:
    askers = Askers(workers=1)
    yield askers
    await askers.close()
    assert not workers()


@pytest.fixture
def prod(tmp_path: Path) -> Source:
    return source(keep(tmp_path, "prod", {PODS: [pod(n) for n in range(20)]}), "prod", PODS)


def workers() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [p for p in found if p.status() != psutil.STATUS_ZOMBIE and "quarterdeck.asking" in p.cmdline()]


@asynccontextmanager
async def endless(pool: Askers, prod: Source) -> AsyncGenerator[tuple[asyncio.Task[str], psutil.Process]]:
    """A question that would never end, and the new process that works at it: it has the cluster's file open."""

    def at_work() -> bool:
        return any(file.path == prod.path for process in workers() for file in process.open_files())

    async with asyncio.TaskGroup() as group:
        asking = group.create_task(_failed(pool, prod))
        await asked_until(at_work, within=30)
        yield asking, workers()[0]


async def count(pool: Askers, prod: Source) -> object:
    return rows_of(await pool.ask(asked(COUNT, prod)))[0][0]


async def test_one_process_answers_many_questions(pool: Askers, prod: Source) -> None:
    for _ in range(5):
        assert await count(pool, prod) == 20
    described = await pool.describe(Describe([prod], KINDS, LIMITS))
    assert [table.name for table in described.tables] == ["deployments", "nodes", "pods"]
    assert pool.started == 1


async def test_a_process_that_is_killed_while_it_answers_is_replaced(pool: Askers, prod: Source) -> None:
    async with endless(pool, prod) as (asking, busy), asyncio.timeout(30):
        busy.kill()
        assert "ended" in await asking
    assert await count(pool, prod) == 20
    assert pool.started == 2


async def _failed(pool: Askers, prod: Source) -> str:
    with pytest.raises(QueryFailedError) as error:
        await pool.ask(asked(ENDLESS, prod, limits=LONG))
    return error.value.message


async def test_a_process_that_is_killed_while_it_is_idle_is_replaced(pool: Askers, prod: Source) -> None:
    assert await count(pool, prod) == 20
    [idle] = workers()
    idle.kill()
    await asked_until(lambda: not workers(), within=30)
    assert await count(pool, prod) == 20


async def test_a_question_that_is_cancelled_ends_with_its_process(pool: Askers, prod: Source) -> None:
    async with endless(pool, prod) as (asking, busy):
        asking.cancel()
    await asked_until(lambda: busy not in workers(), within=30)
    assert await count(pool, prod) == 20


async def test_closing_while_a_process_starts_leaves_none(prod: Source) -> None:
    pool = Askers()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(_refused(pool, prod))
        await asyncio.sleep(0)
        await pool.close()
        await asking
    assert not workers()


async def _refused(pool: Askers, prod: Source) -> None:
    with pytest.raises(RefusedError):
        await pool.ask(asked(COUNT, prod))


async def test_a_process_that_cannot_start_is_said_to(
    pool: Askers, prod: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(InternalError, match="No process can be started"):
        await pool.ask(asked(COUNT, prod))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(InternalError, match="No process can be started"):
        await pool.ask(asked(COUNT, prod))
    monkeypatch.undo()
    assert await count(pool, prod) == 20


async def test_a_start_that_is_cancelled_leaves_a_process_for_the_next(pool: Askers, prod: Source) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(pool.ask(asked(COUNT, prod)))
        await asyncio.sleep(0)
        first.cancel()
    assert await count(pool, prod) == 20


async def test_who_waits_too_long_for_a_turn_is_told(pool: Askers, prod: Source) -> None:
    async with endless(pool, prod) as (asking, _):
        with pytest.raises(RefusedError, match="Other questions"):
            await pool.ask(asked(COUNT, prod, limits=Limits(0.05, 64_000_000, 10, 1000)))
        asking.cancel()


async def test_closing_ends_what_is_being_answered(prod: Source) -> None:
    pool = Askers()
    async with endless(pool, prod) as (asking, _):
        await pool.close()
        await asking
    assert not workers()
    with pytest.raises(RefusedError):
        await pool.ask(asked(COUNT, prod))


async def test_a_process_nobody_asks_any_more_ends(prod: Source) -> None:
    pool = Askers(idle_s=0)
    assert await count(pool, prod) == 20
    await asked_until(lambda: not workers(), within=30)
    await pool.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no timer of the system's there")
def test_a_process_whose_owner_is_gone_ends_by_itself(prod: Source) -> None:
    """In the middle of one step of SQLite's that takes for ever, where nothing of ours is asked any more."""
    sql = "SELECT instr(hex(zeroblob(4500000)), hex(zeroblob(2000000)) || '1')"
    question = framed(asked(sql, prod, limits=Limits(0.2, 64_000_000, 10, 1_000)))
    orphan = subprocess.run([sys.executable, "-m", "quarterdeck.asking"], input=question, timeout=20, check=False)
    assert orphan.returncode == -signal.SIGALRM


def test_a_process_ends_with_its_input(prod: Source) -> None:
    question = framed(asked(COUNT, prod))
    ran = subprocess.run(
        [sys.executable, "-m", "quarterdeck.asking"], input=question, timeout=20, check=True, capture_output=True
    )
    assert ran.stdout.endswith(b"[[20]]")
    assert not ran.stderr


async def test_an_answer_of_megabytes_comes_whole(pool: Askers, prod: Source) -> None:
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000)"
    sql = f"{numbers} SELECT x, printf('%01000d', x) FROM n"
    found = await pool.ask(asked(sql, prod, limits=Limits(10, 100_000_000, 10_000, 8_000_000)))
    rows = rows_of(found)
    assert [row[0] for row in rows] == list(range(1, 3001))
    assert all(row[1] == f"{row[0]:01000}" for row in rows)


async def test_what_is_being_written_is_asked_as_it_was_at_one_moment(pool: Askers, tmp_path: Path) -> None:
    """A list of 2,000 rows is written over and over, each time under another status: no answer ever mixes."""
    path = await asyncio.to_thread(keep, tmp_path, "busy", {PODS: [pod(n, "s0") for n in range(2_000)]})
    done = False

    def write() -> int:
        file, turn = StoreFile(path, {PODS: POD_COLUMNS}, lambda: SEEN), 0
        while not done:
            turn += 1
            file.upsert(lambda: True, PODS, [pod(n, f"s{turn}") for n in range(2_000)])
        file.close()
        return turn

    sql, seen = "SELECT status, count(*) FROM pods GROUP BY 1", set[object]()
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(asyncio.to_thread(write))
        try:
            for _ in range(40):
                found = rows_of(await pool.ask(asked(sql, source(path, "busy"))))
                assert [row[1] for row in found] == [2_000]
                seen.add(found[0][0])
        finally:
            done = True
        assert await writing > 1
    assert len(seen) > 1
