"""Marks of when rows were written: nothing written behind one is missed, and nothing before it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from quarterdeck.app.following import Following
from quarterdeck.app.looking import HELD_S
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.target import ClusterId, Key, key_of

pytestmark = pytest.mark.anyio
A, B = ClusterId("config:a"), ClusterId("config:b")
PODS_, NODES_ = [PODS.path], [NODES.path]


class Visible:
    """A cluster without a store: writes are told by hand."""

    epoch = 1
    store = None


class Ground:
    def __init__(self) -> None:
        self.wanted: list[tuple[Key, Resource]] = []
        self.following = Following(self.want)

    def want(self, key: Key, resource: Resource) -> Callable[[], None]:
        self.wanted.append((key, resource))
        return lambda: self.wanted.remove((key, resource))

    def open(self, cluster: ClusterId) -> None:
        self.following.prepare(cluster, key_of(cluster), Visible()).commit()

    def write(self, cluster: ClusterId, resource: Resource) -> None:
        self.following._wrote(key_of(cluster), resource)  # pyright: ignore[reportPrivateUsage] - as its members call it

    async def changed(self, mark: str, kinds: list[str], keys: list[str] | None = None) -> bool:
        return await self.following.changed(mark, kinds, keys or [], 20)


async def test_a_write_of_a_kind_that_is_asked_for_is_a_change_and_no_other_is() -> None:
    g = Ground()
    g.open(A)
    g.write(A, PODS)
    mark = g.following.mark
    assert not await g.changed(mark, PODS_)
    g.write(A, NODES)
    assert not await g.changed(mark, PODS_)
    assert await g.changed(mark, NODES_)
    assert not await g.changed(mark, NODES_, [key_of(B)])
    assert await g.changed(mark, NODES_, [key_of(A), key_of(B)])


async def test_opening_and_closing_change_what_is_asked_of_the_cluster_or_of_all() -> None:
    g = Ground()
    g.open(A)
    mark = g.following.mark
    g.open(B)
    assert await g.changed(mark, PODS_)
    assert not await g.changed(mark, PODS_, [key_of(A)])
    mark = g.following.mark
    g.following.removed(B, key_of(B))
    assert await g.changed(mark, PODS_, [key_of(B)])


async def test_a_mark_of_another_process_or_none_at_all_is_of_before() -> None:
    g = Ground()
    for mark in (Ground().following.mark, "", "x", f"{g.following.mark}x"):
        assert await g.changed(mark, PODS_)


async def test_who_waits_is_told_at_once() -> None:
    g = Ground()
    g.open(A)
    waiting = asyncio.create_task(g.changed(g.following.mark, PODS_))
    await asyncio.sleep(5)
    assert not waiting.done()
    g.write(A, PODS)
    began = asyncio.get_running_loop().time()
    assert await waiting
    assert asyncio.get_running_loop().time() == began


async def test_what_is_looked_at_is_wanted_for_a_minute_beyond_the_last_look() -> None:
    g = Ground()
    g.following.look(PODS, [key_of(A)])
    await asyncio.sleep(HELD_S - 1)
    g.following.look(PODS, [key_of(A)])
    await asyncio.sleep(HELD_S - 1)
    assert g.wanted == [(key_of(A), PODS)]
    await asyncio.sleep(2)
    assert g.wanted == []
    g.following.look(NODES, [key_of(A), key_of(B)])
    g.following.close()
    assert g.wanted == []
