"""Pages, search and questions over the rows that a console kept, through the windows' own code: no HTTP, no cluster."""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec

from bench.asking import GROUPED, ask_ms, median_ms
from bench.closes import p99
from bench.keeping import Kept
from bench.measuring import Figures
from quarterdeck.asking.pool import Askers
from quarterdeck.asking.protocol import Kind
from quarterdeck.asking.protocol import Source as Asked
from quarterdeck.catalog.own_kinds import own_kinds
from quarterdeck.catalog.parts import PartState
from quarterdeck.catalog.pods import COLUMNS
from quarterdeck.catalog.search_terms import query_of, words_of
from quarterdeck.catalog.windows import Windows
from quarterdeck.model.kinds import PODS
from quarterdeck.model.target import ClusterId, Source, Target, key_of
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import PageQuery, Row, Store
from quarterdeck.stores.sqlite import ClusterStore, open_store

_TIMES, _QUICK_TIMES = 200, 5
_CLUSTERS, _EACH = 8, 30_000
_NAMES = tuple(column.name for column in COLUMNS)


class _Shown(msgspec.Struct, frozen=True):
    epoch: int
    store: Store | None


def _target(name: str) -> Target:
    cluster = ClusterId(f"bench:{name}")
    return Target(cluster, key_of(cluster), name, name, f"https://{name}", Source(name))


async def _copy(kept: Kept, name: str, pool: StorePool) -> ClusterStore:
    """The kept rows as another cluster's."""
    target = _target(name)
    path = kept.folder / f"{target.key}-{target.store_fingerprint()}.db"
    await asyncio.to_thread(shutil.copyfile, kept.file, path)
    return await open_store(kept.folder, target, {PODS: COLUMNS}, pool)


@asynccontextmanager
async def _pool() -> AsyncGenerator[StorePool]:
    pool = StorePool()
    try:
        yield pool
    finally:
        await asyncio.to_thread(pool.close)


@asynccontextmanager
async def _windows(stores: Sequence[tuple[str, Store]]) -> AsyncGenerator[Windows]:
    """As a console has them, with these clusters open."""
    windows = Windows(own_kinds().values(), lambda key, resource: PartState("ready"))
    for name, store in stores:
        target = _target(name)
        windows.prepare(target.id, target.key, _Shown(1, store)).commit()
    try:
        yield windows
    finally:
        await windows.aclose()


async def _p99_ms(work: Callable[[], Awaitable[object]], times: int) -> float:
    took: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        await work()
        took.append(time.perf_counter() - started)
    return p99(took)


async def paged(ground: Kept, *, quick: bool) -> Figures:
    """page_250k_p99_ms (on an index), any_page_250k_p99_ms (any other filter and sort), text_page_250k_p99_ms."""
    await ground.figures()
    times, keys = _QUICK_TIMES if quick else _TIMES, [key_of(_target("one").id)]
    async with _pool() as pool:
        store = await _copy(ground, "one", pool)
        async with _windows([("one", store)]) as windows:

            async def worst(*asked: WindowSpec, share: int = 1) -> float:
                for spec in asked:
                    assert (await windows.page(spec)).rows, spec
                return max([await _p99_ms(lambda s=spec: windows.page(s), max(5, times // share)) for spec in asked])

            def spec(*sort: str, filter: str = "") -> WindowSpec:  # noqa: A002 - its word
                return WindowSpec(clusters=list(keys), resource=PODS.path, filter=filter, sort=list(sort), limit=200)

            found = {
                "page_250k_p99_ms": await worst(spec("name"), spec("-created"), spec("status"), spec("-restarts")),
                "any_page_250k_p99_ms": await worst(
                    spec("ip"),
                    spec("-ip", "name"),
                    spec("-restarts", "name", filter="status:CrashLoopBackOff"),
                    spec("ready", filter="restarts:>0"),
                    share=5,
                ),
                "text_page_250k_p99_ms": await worst(spec("name", filter="web"), spec("-ip", filter="zz9"), share=10)
                if not quick
                else await worst(spec("name", filter="a"), share=10),
            }
        await store.close()
    return found


async def searched(ground: Kept, *, quick: bool) -> Figures:
    """search_p99_ms: two clusters of them at once, words of every kind."""
    await ground.figures()
    texts = ("a", "we", "web", "payments", "api-7", "zzz", "payments web", "10.4", "app=web", "nothing-has-this-name")
    async with _pool() as pool:
        stores = [await _copy(ground, name, pool) for name in ("left", "right")]

        async def find(text: str) -> None:
            query = query_of(words_of(text), _NAMES, frozenset({"pods", "pod"}), ())
            assert query is not None
            await asyncio.gather(*(store.search({PODS: query}, 50) for store in stores))

        took = [await _p99_ms(lambda t=text: find(t), 3 if quick else 30) for text in texts]
        for store in stores:
            await store.close()
    return {"search_p99_ms": max(took)}


async def merged(ground: Kept, *, quick: bool) -> Figures:
    """cross8_page_p99_ms: first and deep pages of eight clusters in one order."""
    await ground.figures()
    each = min(_EACH, ground.pods // _CLUSTERS)
    async with _pool() as pool:
        source = await _copy(ground, "whole", pool)
        stores: list[tuple[str, ClusterStore]] = []
        for number in range(_CLUSTERS):
            name = f"eighth-{number}"
            store = await open_store(ground.folder, _target(name), {PODS: COLUMNS}, pool)
            await _fill(store, source, number * each, each)
            stores.append((name, store))
        await source.close()
        async with _windows(stores) as windows:
            keys = [key_of(_target(name).id) for name, _ in stores]
            places = random.Random(1)

            def spec(sort: str, filter: str = "", offset: int = 0) -> WindowSpec:  # noqa: A002 - its word
                return WindowSpec(clusters=list(keys), resource=PODS.path, filter=filter, sort=[sort], offset=offset)

            asked = [spec("name"), spec("-created"), spec("-restarts"), spec("status")]
            asked += [spec("name", offset=places.randrange(each * _CLUSTERS)) for _ in range(4)]
            took = [await _p99_ms(lambda s=one: windows.page(s), _QUICK_TIMES if quick else 50) for one in asked]
        for _, store in stores:
            await store.close()
    return {"cross8_page_p99_ms": max(took)}


async def _fill(store: ClusterStore, source: Store, start: int, count: int) -> None:
    writer = store.lease(1)
    await writer.begin(PODS)
    for offset in range(start, start + count, 5000):
        limit = min(5000, start + count - offset)
        page = await source.page(PODS, PageQuery(_NAMES, order=(("uid", False),), limit=limit, offset=offset))
        rows: list[Row] = [dict(zip(_NAMES, values, strict=True)) for values in page]
        await writer.upsert(PODS, rows)
    await writer.finish(PODS, "1")
    await store.lease(2).stale(PODS)  # behind the indexes, which are made last


async def grouped(ground: Kept, *, quick: bool) -> Figures:
    """sql_group_by_250k_ms: the grouped question, in a process that has answered before."""
    await ground.figures()
    askers = Askers(workers=1)
    sources = [Asked("one", str(ground.file), {PODS.path: time.time()})]
    try:
        await ask_ms(askers, GROUPED, sources, _KIND)
        took = [await median_ms(askers, GROUPED, sources, 3 if quick else 5, _KIND) for _ in range(3)]
    finally:
        await askers.close()
    return {"sql_group_by_250k_ms": statistics.median(took)}


_KIND = Kind(PODS.path, COLUMNS)
