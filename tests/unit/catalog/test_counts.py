from __future__ import annotations

import pytest

from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.counts import Counts
from quarterdeck.model.errors import InternalError
from quarterdeck.model.kinds import NODES, PODS
from quarterdeck.model.target import ClusterId, Key

from .memory import MemoryStore
from .scene import Visible, settle

pytestmark = pytest.mark.anyio
A, ID = Key("a"), ClusterId("f:a")


async def test_figures_follow_the_rows_and_only_changes_are_told() -> None:
    told: list[Key] = []
    counts = Counts(core_kinds(), told.append)
    store = MemoryStore()
    store.put("ok", cells={"phase": "Running", "health": "ok"})
    store.put("bad", cells={"phase": "Running", "health": "error"})
    store.put("wait", cells={"phase": "Pending", "health": "progressing"})
    store.put("n1", "", NODES, {"status": "Ready,SchedulingDisabled", "health": "warn"})
    store.put("n2", "", NODES, {"status": "NotReady", "health": "error"})
    counts.prepare(ID, A, Visible(1, store)).commit()
    await settle(3)
    assert counts.of(A)[PODS] == {"total": 3, "running": 1, "failing": 1, "pending": 1, "problems": 1}
    assert counts.of(A)[NODES] == {"total": 2, "ready": 1, "problems": 1}
    assert told == [A]
    store.live()
    await settle(3)
    assert told == [A]
    store.take("bad")
    await settle(3)
    assert (counts.of(A)[PODS]["failing"], told) == (0, [A, A])
    await counts.close()


async def test_a_closed_cluster_has_no_figures_also_when_they_were_being_counted() -> None:
    counts = Counts(core_kinds(), lambda key: None)
    store = MemoryStore()
    store.put("x")
    store.gate.clear()
    counts.prepare(ID, A, Visible(1, store)).commit()
    await settle()
    counts.removed(ID, A)
    store.gate.set()
    await settle(3)
    assert (counts.of(A), store.listeners) == ({}, 0)
    await counts.close()


async def test_a_store_that_fails_once_is_counted_at_the_next_change() -> None:
    counts = Counts(core_kinds(), lambda key: None)
    store = MemoryStore()
    store.error = InternalError("store", "The disk is gone.")
    counts.prepare(ID, A, Visible(1, store)).commit()
    await settle(3)
    store.error = None
    store.put("x", cells={"phase": "Running", "health": "ok"})
    await settle(3)
    assert counts.of(A)[PODS]["running"] == 1
    await counts.close()


async def test_a_kind_that_was_never_listed_has_no_figures_rather_than_none() -> None:
    counts = Counts(core_kinds(), lambda key: None)
    store = MemoryStore()
    counts.prepare(ID, A, Visible(1, store)).commit()
    await settle(3)
    assert PODS not in counts.of(A)
    store.live()
    await settle(3)
    assert counts.of(A)[PODS]["total"] == 0
    await counts.close()
