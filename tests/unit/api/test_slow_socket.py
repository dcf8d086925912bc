"""A browser that stops reading, on a real socket: what is written waits for it, and nothing piles up behind."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc

import pytest
from websockets.asyncio.client import connect

from quarterdeck.api.page import Page
from quarterdeck.api.server import serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.model.states import Connecting, Phase, PhaseName, PhaseStatus
from quarterdeck.settings.model import ServerSettings
from tests.unit.api.fake import FakeConsole, cluster

pytestmark = [pytest.mark.anyio, pytest.mark.real_time, pytest.mark.slow]
NAMES = [f"c{n}" for n in range(200)]
PAGE = Page()


async def test_a_socket_that_is_not_read_holds_back_its_server_alone() -> None:
    console, tokens = FakeConsole(NAMES), Tokens()
    rounds = 0

    def churn() -> None:
        nonlocal rounds
        rounds += 1
        phases = (Phase(PhaseName.LIST, PhaseStatus.ACTIVE, detail="Listing, 4,100 objects so far " * 20),)
        for name in NAMES:
            console.selection.become(cluster(name), Connecting(rounds, 60, phases), epoch=1)

    async with serving(console, ServerSettings(port=0), tokens, page=PAGE) as served:
        address = served.url.replace("http", "ws") + "api/v1/stream"
        async with connect(address, max_queue=1, max_size=None, ping_interval=None) as slow:
            await slow.send(json.dumps({"type": "hello", "token": tokens.bearer()}))
            assert json.loads(await slow.recv())["type"] == "welcome"
            # Far more than the kernel's buffers of a connection hold: about 150 kB a round.
            for _ in range(150):
                churn()
                await asyncio.sleep(0.017)
            gc.collect()
            tracemalloc.start()
            for _ in range(60):
                churn()
                await asyncio.sleep(0.017)
            gc.collect()
            grown, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert grown < 2_000_000, f"{grown} bytes for 9 MB of news that nobody read"
            last = 0.0
            async with asyncio.timeout(30):
                while last < rounds:
                    message = json.loads(await slow.recv())
                    if message["type"] == "clusters":
                        last = message["upserted"][-1]["state"]["since"]
