"""How long the grouped question of the issue takes over 250,000 pods, in one cluster, in eight and in 130 (more than
SQLite attaches). `python -m bench.asking [PODS]`; the last line is JSON.

Bound: sql_group_by_250k_ms 150, in a process that has answered before; over eight clusters as over one. `first_ms` is
what a question costs that starts the process, `sql_130_ms` one that copies the columns it names.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.store import COLUMNS, load, make_rows
from quarterdeck.asking.pool import Askers
from quarterdeck.asking.protocol import Answered, Ask, Kind, Limits, Source
from quarterdeck.model.kinds import PODS
from quarterdeck.model.target import ClusterId, Target, key_of
from quarterdeck.model.target import Source as Read
from quarterdeck.settings.model import QuerySettings
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import Row
from quarterdeck.stores.sqlite import open_store

GROUPED = "SELECT cluster, node, count(*) FROM pods WHERE status='CrashLoopBackOff' GROUP BY 1, 2"
ALL = "SELECT cluster, status, count(*), max(created) FROM pods GROUP BY 1, 2"
TIMES = 15
KIND = Kind(PODS.path, COLUMNS)


async def kept(folder: Path, rows: Sequence[Row], clusters: int) -> list[Source]:
    """The rows, shared out over so many clusters."""
    pool = StorePool()
    sources: list[Source] = []
    for number in range(clusters):
        name = ClusterId(f"bench:{clusters}-{number}")
        target = Target(name, key_of(name), str(name), "b", "https://b", Read("b"))
        store = await open_store(folder, target, {PODS: COLUMNS}, pool)
        await load(store, list(rows[number::clusters]))
        await store.lease(2).stale(PODS)  # behind the indexes, which are made last
        sources.append(Source(f"c{number}", str(store.path), {PODS.path: time.time()}))
        await store.close()
    await asyncio.to_thread(pool.close)
    return sources


async def ask_ms(askers: Askers, sql: str, sources: list[Source], kind: Kind = KIND) -> tuple[float, Answered]:
    given = QuerySettings()
    limits = Limits(given.seconds, given.memory, 100_000, given.most_bytes)
    began = time.perf_counter()
    answer = await askers.ask(Ask(sql, sources, [kind], limits))
    return (time.perf_counter() - began) * 1000, answer


async def median_ms(askers: Askers, sql: str, sources: list[Source], times: int = TIMES, kind: Kind = KIND) -> float:
    return statistics.median([(await ask_ms(askers, sql, sources, kind))[0] for _ in range(times)])


async def measure(pods: int) -> dict[str, float]:
    rows = make_rows(pods)
    broken = sum(row["status"] == "CrashLoopBackOff" for row in rows)
    figures: dict[str, float] = {"pods": pods}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, eight, many = [await kept(folder, rows, clusters) for clusters in (1, 8, 130)]
        askers = Askers(workers=1)
        try:
            for sources in (one, eight, many):
                took, answer = await ask_ms(askers, GROUPED, sources)
                figures.setdefault("first_ms", took)
                counted = sum(row[2] for row in json.loads(answer.rows))
                assert counted == broken, f"{counted} of {broken} pods over {len(sources)} clusters"
            figures["sql_group_by_250k_ms"] = await median_ms(askers, GROUPED, one)
            figures["sql_group_by_8_clusters_ms"] = await median_ms(askers, GROUPED, eight)
            figures["sql_130_ms"] = await median_ms(askers, GROUPED, many, 5)
            figures["sql_no_where_ms"] = await median_ms(askers, ALL, one, 5)
            figures["sql_no_where_8_clusters_ms"] = await median_ms(askers, ALL, eight, 5)
        finally:
            await askers.close()
    return {key: round(value, 1) for key, value in figures.items()}


def main() -> None:
    pods = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    print(json.dumps(asyncio.run(measure(pods))))


if __name__ == "__main__":
    main()
