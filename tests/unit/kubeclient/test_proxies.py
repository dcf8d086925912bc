"""Through proxies of each kind, and what is said when one refuses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest
from aiohttp import web

from quarterdeck.kubeclient.trust import Trust
from quarterdeck.model.errors import ConfigError, ConnectError
from testbed.connectproxy import ConnectProxy
from testbed.relays import ProxyServer
from testbed.socksproxy import SocksProxy
from tests.unit.kubeclient.ground import Ground, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both loops: they differ in how TLS is started on a tunnel."""
    return "asyncio", {"use_uvloop": request.param}


async def version(request: web.Request) -> web.StreamResponse:
    return web.json_response({"gitVersion": "v1"})


@pytest.mark.parametrize("make", [ConnectProxy, SocksProxy])
@pytest.mark.parametrize("user", [None, "u@ser"])
async def test_a_name_that_only_the_proxy_knows_is_reached_with_a_password(
    ground: Ground, make: Callable[..., ProxyServer], user: str | None
) -> None:
    url = await ground.api(version, ground.authority.server_context(ground.folder, ("inside.test",)))
    port = url.rpartition(":")[2]
    async with make(user=user, password="p/w", names={"inside.test": "127.0.0.1"}) as proxy:
        word = "u%40ser:p%2Fw@" if user else ""
        through = f"{proxy.scheme}://{word}127.0.0.1:{proxy.port}"
        target = target_of(f"https://inside.test:{port}", ground.authority.pem, proxy_url=through)
        client = ground.client(target)
        await client.connect()
        assert (await client.version()).git_version == "v1"
        assert proxy.requests == [f"inside.test:{port}"]
        await client.close()


async def test_a_plain_http_server_is_tunnelled_to_as_well(ground: Ground) -> None:
    url = await ground.api(version, None)
    async with ConnectProxy() as proxy:
        client = ground.client(target_of(url, proxy_url=proxy.url))
        assert (await client.version()).git_version == "v1"
        await client.close()


async def test_an_https_proxy_is_reached_by_tls_in_tls(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    url = await ground.api(version)
    trust = Trust()
    # The proxy's certificate is judged by the system's roots, which a test cannot change.
    monkeypatch.setitem(trust._contexts, (b"", False, b""), await trust.context(ground.authority.pem))  # pyright: ignore[reportPrivateUsage]
    async with ConnectProxy(tls=ground.authority.server_context(ground.folder)) as proxy:
        client = ground.client(target_of(url, ground.authority.pem, proxy_url=proxy.url), trust=trust)
        assert (await client.version()).git_version == "v1"
        await client.close()


@pytest.mark.parametrize("make", [ConnectProxy, SocksProxy])
async def test_a_proxy_that_wants_a_password_says_so_without_showing_ours(
    ground: Ground, make: Callable[..., ProxyServer]
) -> None:
    url = await ground.api(version)
    async with make(user="u", password="p") as proxy:
        for word in ("", "u:very-secret@"):
            through = f"{proxy.scheme}://{word}127.0.0.1:{proxy.port}"
            client = ground.client(target_of(url, ground.authority.pem, proxy_url=through))
            with pytest.raises(ConnectError) as caught:
                await client.version()
            assert caught.value.reason == "proxy_auth"
            assert "very-secret" not in caught.value.message + caught.value.advice
            await client.close()


@pytest.mark.parametrize("make", [ConnectProxy, SocksProxy])
async def test_a_server_that_the_proxy_cannot_reach_is_the_proxys_refusal(
    ground: Ground, make: Callable[..., ProxyServer]
) -> None:
    async with make(names={"inside.test": "127.0.0.1"}) as proxy:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        client = ground.client(target_of(f"https://inside.test:{port}", ground.authority.pem, proxy_url=proxy.url))
        with pytest.raises(ConnectError) as caught:
            await client.version()
        assert caught.value.reason == "proxy_refused"
        assert client.stats().sockets == 0
        await client.close()


async def test_a_proxy_that_is_not_there_is_named(ground: Ground) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    client = ground.client(target_of("https://inside.test", proxy_url=f"http://127.0.0.1:{port}"))
    with pytest.raises(ConnectError, match=f"The proxy 127.0.0.1:{port} refused"):
        await client.version()


async def test_an_api_server_taken_for_a_proxy_is_no_proxy(ground: Ground) -> None:
    async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.example ready\r\n\r\n")
        await reader.read()

    port = await ground.raw(smtp)
    client = ground.client(target_of("https://inside.test", proxy_url=f"http://127.0.0.1:{port}"))
    with pytest.raises(ConnectError) as caught:
        await client.version()
    assert caught.value.reason == "proxy_junk"


@pytest.mark.parametrize("url", ["ftp://proxy:1", "http://", "http://proxy:port"])
async def test_a_proxy_url_that_is_none_is_a_config_error(ground: Ground, url: str) -> None:
    with pytest.raises(ConfigError):
        ground.client(target_of("https://inside.test", proxy_url=url))
