"""A view is told of when its kinds were written to and somebody looks, not too often, and never of a closed cluster."""

from __future__ import annotations

import pytest

from quarterdeck.catalog.domains.follow import INTERVAL_S, Followed
from quarterdeck.model.kinds import NODES, PODS
from quarterdeck.model.target import ClusterId, Key
from tests.unit.catalog.memory import MemoryStore
from tests.unit.catalog.scene import Visible, settle

pytestmark = pytest.mark.anyio
A, ID = Key("a"), ClusterId("f:a")


async def test_writes_grow_the_version_of_the_views_of_their_kind_and_are_told_while_somebody_looks() -> None:
    told: list[Key] = []
    looked_at: set[str] = set()
    followed = Followed({"pods": (PODS,), "both": (PODS, NODES)}, lambda view, _: view in looked_at, told.append)
    store = MemoryStore()
    followed.prepare(ID, A, Visible(1, store)).commit()
    store.put("web")
    await settle(2)
    before = followed.versions(A)
    assert before["pods"] == before["both"] >= 1
    assert told == []
    looked_at.add("both")
    for name in ("x", "y", "z"):
        store.put(name)
    await settle(INTERVAL_S / 2)
    assert (told, followed.versions(A)["pods"]) == ([A], before["pods"] + 3)
    store.put("n1", "", NODES, {"status": "Ready"})
    await settle(INTERVAL_S + 0.1)
    assert (told, followed.versions(A)["both"]) == ([A, A], before["both"] + 4)
    store.put("more")
    followed.removed(ID, A)
    await settle(5)
    assert (told, followed.versions(A), store.listeners) == ([A, A], {}, 0)
    await followed.close()


async def test_the_same_store_at_another_epoch_goes_on_and_another_store_begins_anew() -> None:
    followed = Followed({"pods": (PODS,)}, lambda view, key: False, lambda key: None)
    store, other = MemoryStore(), MemoryStore()
    followed.prepare(ID, A, Visible(1, store)).commit()
    store.put("web")
    version = followed.versions(A)["pods"]
    followed.prepare(ID, A, Visible(2, store)).commit()
    assert followed.versions(A)["pods"] == version
    followed.prepare(ID, A, Visible(3, other)).commit()
    assert (followed.versions(A), store.listeners, other.listeners) == ({}, 0, 1)
    await followed.close()
