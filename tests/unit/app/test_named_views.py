"""An answer that was read while its kinds came in is told as a part of the whole, however whole they are by now."""

from __future__ import annotations

from typing import cast

import pytest

from quarterdeck.app.domains.view import View
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.parts import PartState
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.stores.protocol import Store
from tests.unit.catalog.memory import MemoryStore
from tests.unit.catalog.scene import Visible

pytestmark = pytest.mark.anyio

ID = ClusterId("config:a")
A = key_of(ID)


class Known:
    """A cluster that serves every kind, and is open."""

    def part_state(self, key: Key, resource: Resource) -> PartState:
        return PartState("ready")


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
