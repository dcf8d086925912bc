"""Search over the clusters of the snapshot, while that changes."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from quarterdeck.api.wire import KindGroup, KindList, KindView
from quarterdeck.app.searching import Search
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.parts import PartState
from quarterdeck.model.kinds import PODS
from quarterdeck.model.target import ClusterId, Key
from tests.unit.catalog.memory import MemoryStore
from tests.unit.catalog.scene import Visible

pytestmark = pytest.mark.anyio
KEY, OTHER = Key("aaaaaaaaaaaa"), Key("bbbbbbbbbbbb")


class Knows:
    """Of a cluster that serves pods alone."""

    def kinds_version(self, key: Key) -> int:
        return 1

    def kinds(self, key: Key) -> KindList:
        view = KindView(PODS.path, "Pod", "Pods", True)
        return KindList(key, 1, True, (KindGroup("workloads", "Workloads", (view,)),))

    def part_state(self, key: Key, resource: object) -> PartState:
        return PartState("ready")

    def sought(self, key: Key) -> None:
        """Nobody reads anything here."""


def admit(members: Members, store: MemoryStore, epoch: int, key: Key = KEY) -> None:
    members.prepare(ClusterId(f"config:{key[0]}"), key, Visible(epoch, cast("Any", store))).commit()


def with_pod(name: str) -> MemoryStore:
    store = MemoryStore()
    store.put(name)
    store.live()
    return store


async def test_a_cluster_that_is_opened_while_it_is_searched_is_searched_anew_and_one_that_is_closed_not() -> None:
    members = Members(lambda key: None, lambda key: None, lambda key, resource: None)
    search = Search(members, cast("Any", Knows()))
    before, now = with_pod("web-before"), with_pod("web-now")
    admit(members, before, 0)
    before.gate.clear()
    asked = asyncio.ensure_future(search.find("web", 10))
    await asyncio.sleep(0.1)
    admit(members, now, 1)
    before.gate.set()
    answer = await asked
    assert [(hit.name, hit.kind_title) for hit in answer.hits] == [("web-now", "Pods")]
    assert [part.stale for part in answer.parts] == [False]
    now.gate.clear()
    asked = asyncio.ensure_future(search.find("web", 10))
    await asyncio.sleep(0.1)
    members.removed(ClusterId("config:a"), KEY)
    now.gate.set()
    answer = await asked
    assert (answer.hits, answer.parts) == ([], [])


async def test_a_cluster_that_is_opened_while_another_is_searched_is_searched_anew() -> None:
    members = Members(lambda key: None, lambda key: None, lambda key, resource: None)
    search = Search(members, cast("Any", Knows()))
    slow = with_pod("web-slow")
    admit(members, with_pod("web-before"), 0)
    admit(members, slow, 1, OTHER)
    slow.gate.clear()
    asked = asyncio.ensure_future(search.find("web", 10))
    await asyncio.sleep(0.1)
    admit(members, with_pod("web-now"), 1)
    slow.gate.set()
    answer = await asked
    assert sorted(hit.name for hit in answer.hits) == ["web-now", "web-slow"]
    assert [part.key for part in answer.parts] == [KEY, OTHER]
