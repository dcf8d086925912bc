"""Two contexts of one server, found and ended, on virtual time."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.app.twins import LOOK_AFTER_S, Twins
from quarterdeck.model.target import Key

pytestmark = pytest.mark.anyio
A, B, C = Key("a"), Key("b"), Key("c")


async def test_both_are_told_when_it_is_found_and_when_it_ends_and_nobody_else() -> None:
    uids = {A: "one", B: "", C: "other"}
    told: list[frozenset[Key]] = []
    twins = Twins(lambda: uids, told.append)

    async def looked() -> list[frozenset[Key]]:
        told.clear()
        twins.changed()
        twins.changed()
        await asyncio.sleep(LOOK_AFTER_S + 0.01)
        return list(told)

    assert await looked() == []
    uids[B] = "one"
    assert (twins.of(A), twins.of(B), twins.of(C)) == ((B,), (A,), ())
    assert await looked() == [frozenset({A, B})]
    assert await looked() == []
    del uids[B]
    assert await looked() == [frozenset({A, B})]
    assert twins.of(A) == ()


async def test_those_whose_server_is_not_known_are_no_twins() -> None:
    told: list[frozenset[Key]] = []
    twins = Twins(lambda: {A: "", B: ""}, told.append)
    twins.changed()
    await asyncio.sleep(1)
    assert (twins.of(A), told) == ((), [])
    twins.changed()
    twins.close()
