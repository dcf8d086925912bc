"""Peers that hang at each stage: cancel and close end everything at once, and nothing is left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import psutil
import pytest
from aiohttp import web

from quarterdeck.aio.names import Names
from quarterdeck.kubeclient.client import Client
from quarterdeck.model.errors import ConnectError, DeadlineError
from quarterdeck.model.kinds import PODS
from testbed.faultproxy import FaultProxy
from testbed.faults import HALF_OPEN
from tests.unit.kubeclient.ground import FakeSource, Ground, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both loops: they differ in TLS, in closing and in cancelling."""
    return "asyncio", {"use_uvloop": request.param}


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


class Anything(msgspec.Struct):
    pass


class Hang:
    """A server that reached its stage says so in `reached`."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.release = threading.Event()

    async def accept_only(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        self.reached.set()
        await asyncio.Event().wait()

    async def request_only(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.reached.set()
        await asyncio.Event().wait()

    async def half_a_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b'5\r\n{"kin\r\n')
        await writer.drain()
        self.reached.set()
        await asyncio.Event().wait()


async def hanging_client(ground: Ground, stage: str, hang: Hang) -> Client:
    if stage == "name":
        loop = asyncio.get_running_loop()

        def lookup(name: str) -> list[str]:
            loop.call_soon_threadsafe(hang.reached.set)
            hang.release.wait(10)
            return []

        return ground.client(target_of("https://api.example:6443", ground.authority.pem), names=Names(lookup=lookup))
    tls = ground.authority.server_context(ground.folder)
    if stage == "tls":
        port = await ground.raw(hang.accept_only)
    elif stage == "proxy":
        port = await ground.raw(hang.request_only)
        target = target_of("https://127.0.0.1:1", ground.authority.pem, proxy_url=f"http://127.0.0.1:{port}")
        return ground.client(target)
    elif stage == "credential":

        class Waiting(FakeSource):
            async def get(self) -> Any:
                hang.reached.set()
                await asyncio.Event().wait()

        return ground.client(target_of("https://127.0.0.1:1", ground.authority.pem), Waiting())
    else:
        port = await ground.raw(hang.request_only if stage == "answer" else hang.half_a_body, tls)
    return ground.client(target_of(f"https://127.0.0.1:{port}", ground.authority.pem))


async def listing(client: Client) -> None:
    await client.list_page(PODS, Anything)


async def watching(client: Client) -> None:
    async with client.watch(PODS, Anything) as watch:
        async for _ in watch:
            pass


STAGES = ["name", "tls", "proxy", "credential", "answer", "body"]


@pytest.mark.parametrize("work", [listing, watching])
@pytest.mark.parametrize("stage", STAGES)
async def test_close_ends_what_hangs(ground: Ground, stage: str, work: Callable[[Client], Awaitable[None]]) -> None:
    hang = Hang()
    client = await hanging_client(ground, stage, hang)
    try:
        task = asyncio.ensure_future(work(client))
        async with asyncio.timeout(5):
            await hang.reached.wait()
            await client.close()
            with pytest.raises(ConnectError) as caught:
                await task
        assert caught.value.reason == "closed"
        assert client.stats().sockets == 0
    finally:
        hang.release.set()


@pytest.mark.parametrize("stage", STAGES)
async def test_cancel_leaves_at_once_and_no_socket_stays(ground: Ground, stage: str) -> None:
    hang = Hang()
    client = await hanging_client(ground, stage, hang)
    try:
        task = asyncio.ensure_future(listing(client))
        async with asyncio.timeout(5):
            await hang.reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert client.stats().sockets == 0
    finally:
        hang.release.set()


async def test_a_watch_that_is_left_over_a_dead_link_takes_its_socket_along(ground: Ground) -> None:
    left = asyncio.Event()

    async def watched(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"type":"ADDED","object":{}}\n')
        await left.wait()
        return response

    url = await ground.api(watched)
    async with FaultProxy(int(url.rpartition(":")[2])) as proxy, asyncio.timeout(10):
        client = ground.client(target_of(proxy.url, ground.authority.pem))
        async with client.watch(PODS, Anything) as watch:
            await anext(aiter(watch))
            await proxy.set(HALF_OPEN)
        await client.close()
        ours = [c for c in psutil.Process().net_connections() if c.raddr and c.raddr.port == proxy.port]
        assert [c for c in ours if c.status == psutil.CONN_ESTABLISHED] == []
        left.set()


async def test_a_phase_deadline_of_the_caller_is_a_timeout_of_the_caller(ground: Ground) -> None:
    client = await hanging_client(ground, "tls", Hang())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await client.connect()


async def test_a_deadline_of_our_own_is_a_deadline_error_and_never_a_refusal(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quarterdeck.kubeclient.client._LIST_SECONDS", 0.05)
    client = await hanging_client(ground, "answer", Hang())
    with pytest.raises(DeadlineError) as caught:
        await listing(client)
    assert caught.value.error_class == "timeout"
    assert "no answer within 0 s" in caught.value.message
