"""A fault proxy shows a client what a far or broken link would."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from testbed import faults
from testbed.certificates import Authority
from testbed.faultproxy import FaultProxy
from testbed.processes import TestbedError
from testbed.proxyprocess import ProxyProcess

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
AUTHORITY = Authority("fault proxy tests")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
def server_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    directory = tmp_path_factory.mktemp("tls")
    pair = AUTHORITY.server(["127.0.0.1"])
    (directory / "crt").write_bytes(pair.certificate)
    (directory / "key").write_bytes(pair.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "crt", directory / "key")
    return context


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers a line "N" with N bytes, until the client ends."""
    try:
        while line := await reader.readline():
            writer.write(b"x" * int(line))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def proxied(tls: ssl.SSLContext, **options: float) -> AsyncGenerator[FaultProxy]:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, ssl=tls)
    async with server, FaultProxy(server.sockets[0].getsockname()[1], **options) as proxy:  # pyright: ignore[reportArgumentType] # latency and rate alone
        yield proxy


@asynccontextmanager
async def dialled(proxy: FaultProxy) -> AsyncGenerator[Streams]:
    context = ssl.create_default_context(cadata=AUTHORITY.certificate.decode())
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, ssl=context)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def ask(streams: Streams, size: int) -> bytes:
    reader, writer = streams
    writer.write(b"%d\n" % size)
    return await reader.readexactly(size)


async def silence(streams: Streams, *, lasts: float = 0.15) -> bool:
    """True if nothing at all comes, no end either."""
    try:
        await asyncio.wait_for(streams[0].read(1), lasts)
    except TimeoutError:
        return True
    return False


async def test_connecting_tls_and_a_request_cost_three_round_trips(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls, latency=0.1) as proxy:
        started = time.monotonic()
        async with dialled(proxy) as streams:
            shaken = time.monotonic() - started
            await ask(streams, 10)
            first = time.monotonic() - started
            await ask(streams, 10)
            second = time.monotonic() - started
        assert 0.4 <= shaken < 0.6
        assert 0.6 <= first < 0.8
        assert 0.8 <= second < 1.0


@pytest.mark.alone
async def test_bytes_keep_their_order_and_their_speed_under_latency(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls, latency=0.1) as proxy, dialled(proxy) as streams:
        started = time.monotonic()
        assert await ask(streams, 8_000_000) == b"x" * 8_000_000
        assert time.monotonic() - started < 1.5
        assert proxy.bytes_down > 8_000_000


async def test_a_plain_stream_arrives_unchanged_through_changing_latency() -> None:
    sent = b"".join(b"%d," % i for i in range(200_000))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(len(sent)))
        writer.write_eof()
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, FaultProxy(server.sockets[0].getsockname()[1], latency=0.02) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(sent[:1_000_000])
        await writer.drain()
        proxy.latency = 0.0
        writer.write(sent[1_000_000:])
        assert await reader.read() == sent
        writer.close()
        await proxy.until(lambda p: p.open == 0)


async def test_a_hang_before_tls_accepts_and_says_nothing_until_it_passes(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy:
        await proxy.set(faults.HANG_BEFORE_TLS)
        context = ssl.create_default_context(cadata=AUTHORITY.certificate.decode())
        dial = asyncio.ensure_future(asyncio.open_connection("127.0.0.1", proxy.port, ssl=context))
        await proxy.until(lambda p: p.accepted == 1)
        assert await asyncio.wait({dial}, timeout=0.15) == (set(), {dial})
        await proxy.set(faults.PASS)
        reader, writer = await dial
        assert await ask((reader, writer), 3) == b"xxx"
        writer.transport.abort()


async def test_a_client_that_gives_up_on_a_hang_leaves_nothing(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy:
        await proxy.set(faults.HANG_BEFORE_TLS)
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        await proxy.until(lambda p: p.open == 1)
        writer.close()
        await proxy.until(lambda p: p.open == 0)


async def test_a_hang_after_tls_lets_the_handshake_pass(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy:
        await proxy.set(faults.HANG_AFTER_TLS)
        async with dialled(proxy) as streams:
            streams[1].write(b"5\n")
            assert await silence(streams)


async def test_a_hang_in_the_answer_gives_some_of_it(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy:
        await proxy.set(faults.hang_in_answer(50_000))
        async with dialled(proxy) as streams:
            streams[1].write(b"200000\n")
            assert await streams[0].readexactly(20_000)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(streams[0].readexactly(100_000), 0.15)
            assert proxy.bytes_down < 60_000
            await proxy.set(faults.PASS)
            await streams[0].readexactly(80_000)


async def test_a_reset_in_the_answer_cuts_it(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy:
        await proxy.set(faults.reset_in_answer(50_000))
        async with dialled(proxy) as streams:
            streams[1].write(b"200000\n")
            with pytest.raises(ConnectionResetError):
                await streams[0].readexactly(200_000)


async def test_a_reset_meets_existing_connections_and_new_ones(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy, dialled(proxy) as streams:
        await proxy.set(faults.RESET)
        with pytest.raises(ConnectionResetError):
            await streams[0].readexactly(1)
        with pytest.raises(ConnectionError):
            async with dialled(proxy):
                pass


async def test_refusing_closes_the_port_and_passing_opens_the_same_again(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy, dialled(proxy) as existing:
        await proxy.set(faults.REFUSE)
        with pytest.raises(ConnectionRefusedError):
            async with dialled(proxy):
                pass
        assert await ask(existing, 4) == b"xxxx"
        await proxy.set(faults.PASS)
        async with dialled(proxy) as streams:
            assert await ask(streams, 1) == b"x"


async def test_a_half_open_link_is_silent_and_delivers_when_it_heals(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy, dialled(proxy) as streams:
        assert await ask(streams, 1) == b"x"
        await proxy.set(faults.HALF_OPEN)
        streams[1].write(b"7\n")
        assert await silence(streams)
        await proxy.set(faults.PASS)
        assert await streams[0].readexactly(7) == b"xxxxxxx"


async def test_a_throttled_link_gives_so_many_bytes_a_second(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy, dialled(proxy) as streams:
        await ask(streams, 1)
        proxy.rate = 200_000
        started = time.monotonic()
        await ask(streams, 60_000)
        assert 0.2 < time.monotonic() - started < 0.6


async def test_a_server_that_is_down_shows_as_a_reset(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls) as proxy:
        proxy.target_port = 1
        with pytest.raises(ConnectionError):
            async with dialled(proxy):
                pass


UVLOOP = ("asyncio", {"use_uvloop": True})


@pytest.mark.parametrize("anyio_backend", [UVLOOP])
async def test_uvloop_carries_and_resets_as_asyncio_does(server_tls: ssl.SSLContext) -> None:
    async with proxied(server_tls, latency=0.01) as proxy, dialled(proxy) as streams:
        assert len(await ask(streams, 3_000_000)) == 3_000_000
        await proxy.set(faults.RESET)
        with pytest.raises(ConnectionResetError):
            await streams[0].readexactly(1)


async def test_proxies_in_a_process_of_their_own_obey(server_tls: ssl.SSLContext) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, ssl=server_tls)
    context = ssl.create_default_context(cadata=AUTHORITY.certificate.decode())
    async with server, ProxyProcess() as proxies:
        first, second = await proxies.open([server.sockets[0].getsockname()[1]] * 2, latency=0.01)
        streams = await asyncio.open_connection("127.0.0.1", first, ssl=context)
        assert await ask(streams, 100) == b"x" * 100
        streams[1].transport.abort()
        await proxies.set([second], faults.REFUSE)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", second)
        assert (await proxies.counts(first))["accepted"] == 1
        with pytest.raises(TestbedError, match="counts"):
            await proxies.counts(1)


@pytest.mark.alone
async def test_sixty_proxies_carry_a_thousand_connections(server_tls: ssl.SSLContext) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    async def once(proxy: FaultProxy) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"%d\n" % proxy.port)
        assert await reader.read() == b"%d\n" % proxy.port
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=2000)
    async with server:
        proxies = [FaultProxy(server.sockets[0].getsockname()[1], latency=0.1) for _ in range(60)]
        await asyncio.gather(*(p.start() for p in proxies))
        started = time.monotonic()
        await asyncio.gather(*(once(proxies[i % 60]) for i in range(1000)))
        took = time.monotonic() - started
        await asyncio.gather(*(p.stop() for p in proxies))
        assert 0.4 <= took < 2.5
