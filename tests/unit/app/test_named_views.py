"""An answer that was read while its kinds came in is told as a part of the whole, however whole they are by now."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from quarterdeck.app.domains.access import Access
from quarterdeck.app.domains.rested import SHARE
from quarterdeck.app.domains.view import View
from quarterdeck.app.domains.workloads import Workloads
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.catalog.access.bindings import CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND
from quarterdeck.catalog.access.roles import CLUSTERROLE_KIND, ROLE_KIND
from quarterdeck.catalog.access.serviceaccounts import SERVICEACCOUNT_KIND
from quarterdeck.catalog.domains.access.reading import RESOURCES as ACCESS
from quarterdeck.catalog.domains.workloads import RESOURCES as WORKLOADS
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.parts import PartState
from quarterdeck.model.access import AccessSubject, SubjectQuestion
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.model.workloads import WorkloadsQuestion
from quarterdeck.stores.protocol import Store
from tests.unit.catalog.domains.kept import Kept
from tests.unit.catalog.memory import MemoryStore
from tests.unit.catalog.scene import Visible

pytestmark = pytest.mark.anyio

ID = ClusterId("config:a")
A = key_of(ID)


class Known:
    """A cluster that serves every kind, and is open."""

    def part_state(self, key: Key, resource: Resource) -> PartState:
        return PartState("ready")

    def kinds_version(self, key: Key) -> int:
        return 1


async def test_what_was_read_of_a_list_that_came_in_is_not_told_as_whole() -> None:
    members = Members(lambda key: None, lambda key: None, lambda key, resource: None)
    store = MemoryStore()
    members.prepare(ID, A, Visible(1, store)).commit()
    view = View(
        "pods", (PODS,), members, cast("Knowledge", Known()), {}, lambda key, kind: lambda: None,
        lambda key: {}, lambda name, key: None,
    )  # fmt: skip

    async def read(store: Store) -> int:
        rows = await store.count(PODS)
        cast("MemoryStore", store).live()  # the list is whole a moment after it was read
        return rows

    found, part = await view.read(A, read)
    assert (found, part.status) == (0, "partial")
    found, part = await view.read(A, read)
    assert (found, part.status) == (0, "ready")
    members.close()
    view.close()


async def test_workloads_that_took_long_to_read_rest_as_other_views_do_and_say_when_they_may_be_asked_again() -> None:
    members = Members(lambda key: None, lambda key: None, lambda key, resource: None)
    store, touched, versions = MemoryStore(), list[str](), {"workloads": 1}
    store.put("one", cells={"health": "error", "status": "Error", "owner": ""})
    store.live()
    members.prepare(ID, A, Visible(1, store)).commit()
    view = View(
        "workloads", WORKLOADS, members, cast("Knowledge", Known()), {}, lambda key, kind: lambda: None,
        lambda key: versions, lambda name, key: touched.append(name),
    )  # fmt: skip
    workloads = Workloads(view)
    store.takes = 1
    first = await workloads.answer(WorkloadsQuestion())
    assert [one.name for one in first.unwell] == ["one"]

    store.put("two", cells={"health": "error", "status": "Error", "owner": ""})
    versions["workloads"] = 2
    reads = store.reads
    # Which clusters are asked for beside it changes nothing of this one.
    again = await workloads.answer(WorkloadsQuestion((A,)))
    assert ([one.name for one in again.unwell], store.reads, touched) == (["one"], reads, [])
    await asyncio.sleep(1 / SHARE + 1)
    assert touched == ["workloads"]
    versions["workloads"] = 3
    fresh = await workloads.answer(WorkloadsQuestion())
    assert [one.name for one in fresh.unwell] == ["one", "two"]
    assert len({first.version, again.version, fresh.version}) == 3
    members.close()
    view.close()


async def test_who_may_do_what_that_took_long_to_read_rests_and_a_binding_that_went_is_gone_from_the_next_answer() -> (
    None
):
    members = Members(lambda key: None, lambda key: None, lambda key, resource: None)
    store, touched, versions = Kept(), list[str](), {"access": 1}
    for kind in (CLUSTERROLE_KIND, ROLE_KIND, CLUSTERROLEBINDING_KIND, SERVICEACCOUNT_KIND):
        store.know(kind)
    ref, jane = {"kind": "ClusterRole", "name": "gone"}, {"kind": "User", "name": "jane"}
    store.add(ROLEBINDING_KIND, "readers", subjects=[jane], roleRef=ref)
    members.prepare(ID, A, Visible(1, store)).commit()
    view = View(
        "access", ACCESS, members, cast("Knowledge", Known()), {}, lambda key, kind: lambda: None,
        lambda key: versions, lambda name, key: touched.append(name),
    )  # fmt: skip
    access = Access(view)
    question = SubjectQuestion((), AccessSubject("User", "jane"))
    store.takes = 1
    first = await access.of(question)
    assert ([one.binding for one in first.grants], first.whole, first.parts[0].total) == (["readers"], True, 1)
    assert (first.grants[0].cluster, first.roles[0].standing) == (A, "missing")

    store.take("readers", "shop", ROLEBINDING_KIND.resource)
    versions["access"] = 2
    again = await access.of(question)
    assert ([one.binding for one in again.grants], touched) == (["readers"], [])
    await asyncio.sleep(10 / SHARE)
    assert touched == ["access"]
    versions["access"] = 3
    fresh = await access.of(question)
    assert (fresh.grants, fresh.whole) == ([], True)
    assert len({first.version, again.version, fresh.version}) == 3
    members.close()
    view.close()
