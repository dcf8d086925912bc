"""How findings are grouped, ranked, paced and bounded, and that they go with their cluster."""

from __future__ import annotations

import time

import pytest

from quarterdeck.catalog.attention import RULES
from quarterdeck.catalog.attention.board import MOST_OF_A_CLUSTER, Attention
from quarterdeck.catalog.attention.reading import MOST_OF_A_RULE
from quarterdeck.model.errors import InternalError
from quarterdeck.model.kinds import NODES, PODS
from quarterdeck.model.target import ClusterId, Key
from tests.unit.catalog.memory import MemoryStore
from tests.unit.catalog.scene import Visible, settle

pytestmark = pytest.mark.anyio
A, B, ID = Key("a"), Key("b"), ClusterId("f:a")


class Board:
    def __init__(self) -> None:
        self.told: list[Key] = []
        self.board = Attention(RULES, lambda _, resource: ("Pod", f"{resource.resource} as titled"), self.told.append)

    def show(self, key: Key, store: MemoryStore, *, listed: bool = True) -> None:
        if listed:
            store.live()
        self.board.prepare(ID, key, Visible(1, store)).commit()

    def names(self, *keys: Key) -> list[str]:
        return [f"{f.cluster}/{f.rule}/{f.name}" for f in self.board.ranked(keys)]


def crash(store: MemoryStore, name: str, owner: str = "", since: int = 100, namespace: str = "shop") -> None:
    cells = {"status": "CrashLoopBackOff", "health": "error", "owner": owner, "unready_since": since}
    store.put(name, namespace, cells={"phase": "Running", "containers": "[]", **cells})


async def test_what_one_owner_made_is_one_finding_since_the_first_of_them() -> None:
    it, store = Board(), MemoryStore()
    for number in range(50):
        crash(store, f"web-{number}", "ReplicaSet/web-1", since=1000 + number)
    crash(store, "alone", since=2000)
    crash(store, "web-other", "ReplicaSet/web-1", since=500, namespace="pay")
    it.show(A, store)
    await settle()
    found = {(f.namespace, f.owner): f for f in it.board.ranked([A])}
    web = found["shop", "ReplicaSet/web-1"]
    assert (web.count, web.since, web.name) == (50, 1000, "web-0")
    assert found["shop", ""].count == found["pay", "ReplicaSet/web-1"].count == 1
    assert (web.kind, web.kind_title) == ("Pod", "pods as titled")
    assert it.board.mark(A).critical == 3
    await it.board.close()


async def test_the_worst_comes_first_over_all_clusters_and_of_one_rule_the_newest() -> None:
    it, one, two = Board(), MemoryStore(), MemoryStore()
    crash(one, "old", since=100)
    crash(one, "new", since=900)
    two.put("waits", cells={"status": "Pending", "health": "warn", "phase": "Pending", "unready_since": 950})
    two.put("n1", "", NODES, {"status": "NotReady", "health": "error", "since": 10})
    two.live(NODES)
    crash(two, "between", since=500)
    it.show(A, one)
    it.show(B, two)
    await settle()
    assert it.names(A, B) == [
        "b/node-not-ready/n1", "a/pod-crash-loop/new", "b/pod-crash-loop/between", "a/pod-crash-loop/old",
        "b/pod-unschedulable/waits",
    ]  # fmt: skip
    assert it.names(A) == ["a/pod-crash-loop/new", "a/pod-crash-loop/old"]
    await it.board.close()


async def test_only_the_rules_of_what_changed_are_asked_and_only_changes_are_told() -> None:
    it, store = Board(), MemoryStore()
    store.live()
    store.live(NODES)
    it.show(A, store)
    await settle(3)
    assert it.told == [A]
    before, version = store.reads, it.board.mark(A).version
    store.put("fine", cells={"status": "Running", "health": "ok", "phase": "Running"})
    await settle(3)
    assert (store.reads, it.told, it.board.mark(A).version) == (before + 1, [A], version)
    crash(store, "bad")
    await settle(3)
    assert (it.told, it.board.mark(A).version) == ([A, A], version + 1)
    store.take("bad")
    await settle(3)
    assert it.names(A) == []
    await it.board.close()


async def test_asking_takes_a_small_share_of_the_time_however_busy_the_cluster_is() -> None:
    it, store = Board(), MemoryStore()
    it.show(A, store)
    store.put("first")
    await settle(2)
    store.takes, before = 1.0, store.reads
    for number in range(200):
        store.put(f"pod-{number}")
        await settle(0.5)
    # A second for each read, and they take a twentieth of the time.
    assert 2 <= store.reads - before <= 7
    await it.board.close()


async def test_what_goes_by_the_clock_is_found_without_any_write() -> None:
    it, store = Board(), MemoryStore()
    now = int(time.time())
    store.clock(lambda: now)
    cells = {"status": "Terminating", "health": "progressing", "phase": "Running", "deleted": now - 200}
    store.put("leaving", cells=cells)
    it.show(A, store)
    await settle(3)
    assert it.names(A) == []
    now += 200
    await settle(40)
    assert it.names(A) == ["a/pod-stuck/leaving"]
    await it.board.close()


async def test_a_closed_clusters_findings_are_gone_at_once_also_while_they_are_asked_for() -> None:
    it, store = Board(), MemoryStore()
    crash(store, "bad")
    it.show(A, store)
    await settle()
    assert it.names(A)
    store.gate.clear()
    crash(store, "worse")
    await settle(3)
    it.board.removed(ID, A)
    assert (it.names(A), it.board.mark(A).critical, store.listeners) == ([], 0, 0)
    store.gate.set()
    await settle(60)
    assert it.names(A) == []
    await it.board.close()


async def test_how_many_more_there_are_is_said() -> None:
    it, store = Board(), MemoryStore()
    for number in range(MOST_OF_A_RULE + 30):
        crash(store, f"p{number}", since=number + 1)
    it.show(A, store)
    await settle(3)
    assert (len(it.names(A)), it.board.more(A), it.board.mark(A).critical) == (MOST_OF_A_RULE, 30, MOST_OF_A_RULE + 30)
    assert it.names(A)[0] == f"a/pod-crash-loop/p{MOST_OF_A_RULE + 29}"
    assert MOST_OF_A_RULE < MOST_OF_A_CLUSTER
    await it.board.close()


async def test_a_store_that_fails_once_is_asked_at_the_next_change() -> None:
    it, store = Board(), MemoryStore()
    store.error = InternalError("store", "The disk is gone.")
    crash(store, "bad")
    it.show(A, store)
    await settle(3)
    assert not it.board.was_asked(A, PODS)
    store.error = None
    crash(store, "worse")
    await settle(3)
    assert len(it.names(A)) == 2
    await it.board.close()


async def test_a_kind_that_was_never_listed_was_not_asked() -> None:
    it, store = Board(), MemoryStore()
    it.show(A, store, listed=False)
    await settle(3)
    assert not it.board.was_asked(A, PODS)
    store.live()
    await settle(3)
    assert it.board.was_asked(A, PODS)
    await it.board.close()


async def test_rules_are_asked_once_a_list_is_whole_and_not_with_each_part_of_it() -> None:
    it, store = Board(), MemoryStore()
    it.show(A, store, listed=False)
    for number in range(20):
        crash(store, f"bad-{number}")
        await settle(1)
    assert store.reads == 0 and not it.board.was_asked(A, PODS)
    store.live()
    await settle(2)
    assert len(it.names(A)) == 20 and store.reads == 1
    await it.board.close()


def test_every_rule_has_a_name_of_its_own_and_says_what_to_do() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.hint[-1] in ".?" and rule.title[0].isupper() for rule in RULES)
