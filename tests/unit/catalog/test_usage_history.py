"""What was used lately: a ring of samples an object, of what is current, within a budget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.catalog.usage import history as histories
from quarterdeck.catalog.usage.history import INTERVAL_S, MOST_SAMPLES, History, Ring
from quarterdeck.catalog.usage.metrics import POD_METRICS, POD_METRICS_KIND
from quarterdeck.model.kinds import NODES, PODS
from quarterdeck.model.target import ClusterId, Key

from .memory import MemoryStore
from .scene import Visible

pytestmark = pytest.mark.anyio
A = Key("a")


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 1000)), max_size=3 * MOST_SAMPLES))
def test_a_ring_holds_the_newest_samples_and_leaves_out_what_was_not_measured(told: list[dict[str, int]]) -> None:
    ring = Ring(lambda: 100)
    for at, sample in enumerate(told):
        ring.begin(at)
        ring.add([("shop", name, value / 2, value) for name, value in sample.items()])
        ring.prune()
    kept = told[-MOST_SAMPLES:]
    assert ring.times == list(range(len(told)))[-MOST_SAMPLES:]
    for name in "abc":
        series = ring.series(("shop", name))
        expected = [sample.get(name) for sample in kept]
        if series is None:
            assert expected == [None] * len(kept)
        else:
            assert series.memory == expected
            assert series.cpu == [None if value is None else value / 2 for value in expected]


def test_what_is_gone_for_long_makes_room() -> None:
    ring: Ring = Ring(lambda: 1 - len(ring))
    ring.begin(0)
    ring.add([("shop", "old", 1.0, 1)])
    ring.add([("shop", "other", 1.0, 1)])
    assert (len(ring), ring.series(("shop", "other"))) == (1, None)
    for at in range(2 * MOST_SAMPLES):
        ring.begin(at)
        ring.prune()
    assert len(ring) == 0


def store() -> MemoryStore:
    made = MemoryStore()
    made.keep(POD_METRICS, POD_METRICS_KIND.columns)
    return made


def measure(at: MemoryStore, when: float, **cores: float) -> None:
    for name, cpu in cores.items():
        at.put(name, resource=POD_METRICS, cells={"cpu": cpu, "memory": 1024})
    at.live(POD_METRICS, at=when)


@asynccontextmanager
async def following(at: MemoryStore) -> AsyncGenerator[History]:
    made = History(asyncio.get_running_loop().time)
    made.prepare(ClusterId("f:a"), A, Visible(1, at)).commit()
    try:
        yield made
    finally:
        await made.close()
    assert at.listeners == 0


async def test_each_list_is_a_sample_and_what_is_stale_is_none() -> None:
    a = store()
    async with following(a) as history:
        for number in range(3):
            measure(a, number, web=number / 4)
            await asyncio.sleep(30)
        a.live(POD_METRICS, live=False, at=2)
        a.put("web", resource=POD_METRICS, cells={"cpu": 9.0})
        await asyncio.sleep(30)
        ring = history.of(A, PODS)
        assert ring is not None
        web = ring.series(("shop", "web"))
        assert web is not None and (web.cpu, web.memory) == ([0.0, 0.25, 0.5], [1024] * 3)
        assert [b - a for a, b in zip(ring.times, ring.times[1:], strict=False)] == [30, 30]
        nodes = history.of(A, NODES)
        assert nodes is not None and nodes.times == []


async def test_what_changes_all_the_time_is_sampled_now_and_then() -> None:
    a = store()
    async with following(a) as history:
        for number in range(60):
            measure(a, number, web=1.0)
            await asyncio.sleep(1)
        ring = history.of(A, PODS)
        assert ring is not None and 3 <= len(ring.times) <= 60 / INTERVAL_S + 1


async def test_many_objects_are_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "CHUNK", 3)
    a = store()
    async with following(a) as history:
        measure(a, 1, **{f"p{n}": float(n) for n in range(8)})
        await asyncio.sleep(20)
        ring = history.of(A, PODS)
        assert ring is not None and len(ring) == 8
        series = ring.series(("shop", "p7"))
        assert series is not None and series.cpu == [7.0]


async def test_a_closed_cluster_leaves_nothing() -> None:
    a = store()
    async with following(a) as history:
        measure(a, 1, web=1.0)
        await asyncio.sleep(20)
        history.removed(ClusterId("f:a"), A)
        assert (history.of(A, PODS), a.listeners, history.room()) == (None, 0, histories.MOST_OBJECTS)
