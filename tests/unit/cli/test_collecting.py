"""When the garbage collector walks through everything."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.cli.collecting import CALM_SECONDS, collecting
from quarterdeck.model.states import Ready
from quarterdeck.selection.intents import ChangeSelection
from tests.unit.api.fake import FakeSelection, cluster

pytestmark = pytest.mark.anyio
A, B = cluster("a"), cluster("b")


async def test_what_closed_clusters_left_is_collected_once_when_no_other_opens() -> None:
    selection, collected = FakeSelection((A, B)), list[float]()
    clock = asyncio.get_running_loop().time
    with collecting(selection, lambda: collected.append(clock())):
        selection.submit(ChangeSelection((A, B), ()))
        for one in (A, B):
            selection.become(one, Ready(0), epoch=1)
        await asyncio.sleep(10 * CALM_SECONDS)
        assert collected == [], "nothing was closed"
        began = clock()
        selection.submit(ChangeSelection((), (A,)))
        await asyncio.sleep(CALM_SECONDS / 2)
        selection.submit(ChangeSelection((A,), (B,)))
        await asyncio.sleep(3 * CALM_SECONDS)
        assert collected == [], "one is being opened"
        selection.become(A, Ready(0), epoch=3)
        await asyncio.sleep(10 * CALM_SECONDS)
        assert [at - began for at in collected] == [pytest.approx(4 * CALM_SECONDS)]
        selection.submit(ChangeSelection((), (A,)))
    await asyncio.sleep(10 * CALM_SECONDS)
    assert len(collected) == 1, "the console has ended"
