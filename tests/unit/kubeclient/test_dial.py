"""A connection whose opening is cancelled, at whatever moment, leaves neither a socket nor its number taken."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

import pytest

from quarterdeck.kubeclient.dial import Dialer
from quarterdeck.kubeclient.endpoint import Endpoint
from quarterdeck.kubeclient.trust import Trust
from quarterdeck.kubeclient.turns import Turns
from quarterdeck.model.errors import ConnectError, TlsError
from tests.unit.kubeclient.ground import Ground

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
T = TypeVar("T")


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both loops: they differ in TLS, in closing and in cancelling."""
    return "asyncio", {"use_uvloop": request.param}


class CancelledAtResume(Generic[T]):
    """Cancels `work` where it would go on after its nth wait: what it waited for is there, and it never learns."""

    def __init__(self, work: Coroutine[Any, Any, T], nth: int) -> None:
        self._work = work
        self._nth = nth

    def __await__(self) -> Generator[Any, Any, T]:
        try:
            waits_for = self._work.send(None)
            for resumed in itertools.count(1):
                yield waits_for
                if resumed == self._nth:
                    waits_for = self._work.throw(asyncio.CancelledError())
                else:
                    waits_for = self._work.send(None)
        except StopIteration as end:
            return end.value
        raise AssertionError("unreachable")


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "plain"])
async def test_a_dial_cancelled_as_any_of_its_steps_succeeds_leaves_nothing(ground: Ground, tls: bool) -> None:
    open_now = 0
    news = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now
        open_now += 1
        news.set()
        try:
            await reader.read()
        finally:
            open_now -= 1
            news.set()

    async def until_open(count: int) -> None:
        async with asyncio.timeout(5):
            while open_now != count:
                news.clear()
                await news.wait()

    port = await ground.raw(listen, ground.authority.server_context(ground.folder) if tls else None)
    dialer = Dialer(Endpoint("https" if tls else "http", "127.0.0.1", port), None, "", ground.names, Turns(), "test")
    context = await Trust().context(ground.authority.pem) if tls else None
    moments = 0
    while True:
        moments += 1
        try:
            whole, _ = await CancelledAtResume(dialer.dial(asyncio.Protocol, context, None), moments)
        except asyncio.CancelledError:
            # It gets the number of the socket that was let go of.
            transport, _ = await dialer.dial(asyncio.Protocol, context, None)
            await until_open(1)
            transport.abort()
            await until_open(0)
        else:
            whole.abort()
            break
    assert moments > (3 if tls else 2), "too few moments were tried"


@pytest.mark.parametrize("words", [b"220 smtp.example ready\r\n", b""], ids=["it speaks", "it cuts"])
async def test_what_a_server_does_before_the_handshake_has_its_turn_is_told_at_once(
    ground: Ground, words: bytes
) -> None:
    did = asyncio.Event()

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if words:
            writer.write(words)
            did.set()
            await reader.read()
        else:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            did.set()

    port = await ground.raw(hasty)
    # All turns of this moment are taken, so that the dial waits while the server acts.
    turns = Turns(1, spacing=0.2)
    await turns.take()
    dialer = Dialer(Endpoint("https", "127.0.0.1", port), None, "", ground.names, turns, "test")
    context = await Trust().context(ground.authority.pem)
    async with asyncio.timeout(5):
        with pytest.raises(TlsError if words else ConnectError) as caught:
            await dialer.dial(asyncio.Protocol, context, None)
    assert did.is_set()
    assert caught.value.reason == ("not_tls" if words else "reset")
