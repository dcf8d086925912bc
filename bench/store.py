"""How fast a store takes rows and gives pages, at 250,000 rows of 13 columns. `python -m bench.store [ROWS]`.

Budgets of DESIGN: page_250k_p99_ms 5, any_page_250k_p99_ms 60, reopen_first_rows_ms 100, disk_bytes_per_object 1,000;
100,000 rows a second into an empty table.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.model.target import ClusterId, Source, Target, key_of
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import PageQuery, Row
from quarterdeck.stores.sqlite import ClusterStore, open_store

TEXT, INTEGER = ColumnType.TEXT, ColumnType.INTEGER
COLUMNS = (
    Column("uid", TEXT, detail=True),
    Column("namespace", TEXT),
    Column("name", TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
    Column("status", TEXT, indexed=True),
    Column("health", TEXT, indexed=True),
    Column("ready", TEXT),
    Column("restarts", INTEGER, indexed=True),
    Column("last_restart", ColumnType.TIME),
    Column("node", TEXT, indexed=True),
    Column("ip", TEXT),
    Column("owner", TEXT),
    Column("labels", ColumnType.JSON, detail=True),
)
SHOWN = ("uid", "namespace", "name", "created", "status", "ready", "restarts", "node", "ip", "owner")
STATUSES = ("Running",) * 9 + ("CrashLoopBackOff",)


def make_rows(count: int) -> list[Row]:
    """In the order in which a server lists them."""
    rng = random.Random(7)
    rows: list[Row] = []
    for number in range(count):
        status = rng.choice(STATUSES)
        rows.append(
            {
                "uid": str(uuid.UUID(int=rng.getrandbits(128))),
                "namespace": f"team-{number * 200 // count:03}",
                "name": f"deploy-{number:06}-{rng.getrandbits(40):010x}-{rng.getrandbits(20):05x}",
                "created": 1_700_000_000 + rng.randrange(10_000_000),
                "status": status,
                "health": "ok" if status == "Running" else "error",
                "ready": "1/1",
                "restarts": rng.randrange(9),
                "last_restart": None,
                "node": f"node-{rng.randrange(500):03}",
                "ip": f"10.{rng.randrange(255)}.{rng.randrange(255)}.{rng.randrange(255)}",
                "owner": "ReplicaSet/web-frontend-5d4f8b7c9",
                "labels": '{"app":"web","pod-template-hash":"5d4f8b7c9","tier":"frontend"}',
            }
        )
    return rows


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1000


async def worst(work: Callable[[], Awaitable[object]], times: int = 100) -> float:
    """The 99th percentile of that many."""
    found = sorted([await timed(work) for _ in range(times)])
    return found[min(len(found) - 1, round(0.99 * len(found)))]


async def load(store: ClusterStore, rows: list[Row]) -> float:
    """Rows a second, in the batches in which a list comes."""
    writer = store.lease(1)
    started = time.perf_counter()
    await writer.begin(PODS)
    for start in range(0, len(rows), 500):
        await writer.upsert(PODS, rows[start : start + 500])
    await writer.finish(PODS, "1")
    return len(rows) / (time.perf_counter() - started)


async def measure(count: int) -> dict[str, float]:
    target = Target(ClusterId("b:b"), key_of(ClusterId("b:b")), "b", "b", "https://b", Source("b"))
    rows = make_rows(count)
    figures: dict[str, float] = {"rows": count}
    pool = StorePool()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(Path(folder), target, {PODS: COLUMNS}, pool)
        figures["load_rows_per_s"] = await load(store, rows)
        figures["settled_s"] = await timed(lambda: store.lease(2).stale(PODS)) / 1000
        figures["relist_rows_per_s"] = await load(store, rows)
        writer = store.lease(3)
        await writer.begin(PODS)
        rng = random.Random(1)

        async def change() -> None:
            await writer.upsert(PODS, [{**r, "restarts": 99, "status": "Error"} for r in rng.sample(rows, 100)])

        figures["upsert_100_ms"] = await worst(change, 50)
        by_status = PageQuery(SHOWN, order=(("status", False),))
        deep = PageQuery(SHOWN, order=(("status", False),), offset=count * 4 // 5)
        by_ip = PageQuery(SHOWN, order=(("ip", True),))
        broken = PageQuery(SHOWN, "status = ?", ("Error",), (("restarts", True), ("name", False)))
        text = PageQuery(SHOWN, "name LIKE ? OR namespace LIKE ?", ("%99a%",) * 2, (("namespace", False),))
        figures["page_p99_ms"] = await worst(lambda: store.page(PODS, by_status))
        figures["deep_page_p99_ms"] = await worst(lambda: store.page(PODS, deep), 30)
        figures["any_page_p99_ms"] = max([await worst(lambda q=q: store.page(PODS, q), 30) for q in (by_ip, broken)])
        figures["text_page_p99_ms"] = await worst(lambda: store.page(PODS, text), 30)
        tally = ("count(*)", "sum(health = 'ok')")
        figures["tally_ms"] = await worst(lambda: store.aggregate(PODS, tally), 10)
        figures["disk_bytes_per_object"] = sum(f.stat().st_size for f in Path(folder).iterdir()) / max(1, count)
        figures["close_ms"] = await timed(store.close)
        started = time.perf_counter()
        store = await open_store(Path(folder), target, {PODS: COLUMNS}, pool)
        await store.page(PODS, PageQuery(SHOWN, order=(("namespace", False), ("name", False))))
        figures["reopen_first_rows_ms"] = (time.perf_counter() - started) * 1000
        await store.close()
    pool.close()
    return {name: round(value, 2) for name, value in figures.items()}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    print(json.dumps(asyncio.run(measure(count))))


if __name__ == "__main__":
    main()
