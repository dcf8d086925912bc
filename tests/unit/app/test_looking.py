"""Kinds are held while somebody looks, and a while beyond; each look is as good as the first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from quarterdeck.app.looking import HELD_S, Looking
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.target import Key

pytestmark = pytest.mark.anyio
A, B = Key("a"), Key("b")


class Held:
    def __init__(self) -> None:
        self.now: list[tuple[Key, Resource]] = []
        self.asked = 0

    def want(self, key: Key, resource: Resource) -> Callable[[], None]:
        self.asked += 1
        self.now.append((key, resource))
        return lambda: self.now.remove((key, resource))


async def test_kinds_are_given_up_when_nobody_looked_for_a_while() -> None:
    held = Held()
    looking = Looking(held.want, (PODS, NODES))
    looking.look([A, B])
    assert held.now == [(A, PODS), (A, NODES), (B, PODS), (B, NODES)]
    await asyncio.sleep(HELD_S - 1)
    looking.look([A])
    await asyncio.sleep(2)
    assert held.now == [(A, PODS), (A, NODES)]
    await asyncio.sleep(HELD_S)
    assert (held.now, held.asked, looking.looked_at) == ([], 4, frozenset())


async def test_the_end_gives_up_all_at_once() -> None:
    held = Held()
    looking = Looking(held.want, (PODS,))
    looking.look([A, B])
    looking.close()
    assert held.now == []
