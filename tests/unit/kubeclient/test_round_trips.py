"""Round trips are the budget of opening (DESIGN), through a proxy that delays each way."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from aiohttp import web

from quarterdeck.model.kinds import PODS
from testbed.faultproxy import FaultProxy
from tests.unit.kubeclient.ground import Ground, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.real_time, pytest.mark.alone]

ONE_WAY = 0.05


class Meta(msgspec.Struct):
    name: str


class Pod(msgspec.Struct):
    metadata: Meta


def item(number: int) -> dict[str, object]:
    return {"metadata": {"name": f"pod-{number}", "resourceVersion": "1"}, "spec": {"nodeName": "n" * 3000}}


async def fifty(request: web.Request) -> web.StreamResponse:
    return web.json_response({"metadata": {"resourceVersion": "1"}, "items": [item(n) for n in range(50)]})


async def test_the_first_page_takes_three_round_trips_from_nothing(ground: Ground) -> None:
    url = await ground.api(fifty)
    async with FaultProxy(int(url.rpartition(":")[2]), latency=ONE_WAY) as proxy:
        client = ground.client(target_of(proxy.url, ground.authority.pem))
        started = asyncio.get_running_loop().time()
        await client.resolve()
        await client.connect()
        page = await client.list_page(PODS, Pod, limit=50)
        took = asyncio.get_running_loop().time() - started
        assert len(page.items) == 50
        assert took <= 3.5 * 2 * ONE_WAY
        assert proxy.accepted == 1
        await client.close()


async def test_a_second_request_on_a_kept_connection_takes_one(ground: Ground) -> None:
    url = await ground.api(fifty)
    async with FaultProxy(int(url.rpartition(":")[2]), latency=ONE_WAY) as proxy:
        client = ground.client(target_of(proxy.url, ground.authority.pem))
        await client.list_page(PODS, Pod, limit=50)
        assert await client.ping() <= 1.5 * 2 * ONE_WAY
        assert proxy.accepted == 1
        await client.close()
