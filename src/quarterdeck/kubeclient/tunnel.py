"""Through a proxy to the server's port: HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS5 (RFC 1928, 1929).

The name of the server is left to the proxy to look up, as kubectl does: it may exist behind it only.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import struct
from typing import cast

from quarterdeck.kubeclient.endpoint import Endpoint, Proxy
from quarterdeck.model.errors import ConnectError

_MAX_ANSWER = 64 * 1024
_SOCKS_REPLIES = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "time to live exceeded",
    7: "command not supported",
    8: "address type not supported",
}


class ProxyClosedError(ConnectionError):
    """The proxy hung up in the middle of its answer."""


class TunnelProtocol(asyncio.Protocol):
    """Collects what the proxy says until the transport is handed on to TLS or HTTP."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._ended: BaseException | None = None
        self._news: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are none by class

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._wake()

    def eof_received(self) -> bool:
        self._ended = ProxyClosedError("closed by the proxy")
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = self._ended or exc or ProxyClosedError("closed by the proxy")
        self._wake()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _more(self) -> None:
        if self._ended is not None:
            raise self._ended
        self._news = asyncio.get_running_loop().create_future()
        await self._news

    async def read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            await self._more()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def read_until(self, mark: bytes) -> bytes:
        while (at := self._buffer.find(mark)) < 0:
            if len(self._buffer) > _MAX_ANSWER:
                raise ConnectError("proxy_junk", "The proxy's answer is not HTTP.", advice="Check proxy-url.")
            await self._more()
        end = at + len(mark)
        data = bytes(self._buffer[:end])
        del self._buffer[:end]
        return data

    def write(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)


async def open_tunnel(protocol: TunnelProtocol, proxy: Proxy, server: Endpoint, user_agent: str) -> None:
    """Raises ConnectError ("proxy_auth", "proxy_refused", "proxy_junk") or what the transport raised."""
    if proxy.scheme.startswith("socks5"):
        await _socks5(protocol, proxy, server)
    else:
        await _connect(protocol, proxy, server, user_agent)


async def _connect(protocol: TunnelProtocol, proxy: Proxy, server: Endpoint, user_agent: str) -> None:
    lines = [
        f"CONNECT {server.authority} HTTP/1.1",
        f"Host: {server.authority}",
        f"User-Agent: {user_agent}",
    ]
    if proxy.user or proxy.password:
        word = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {word}")
    protocol.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace"))
    head = await protocol.read_until(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        raise ConnectError(
            "proxy_junk", f"{proxy.authority} does not answer as an HTTP proxy.", advice="Check proxy-url."
        )
    status = int(words[1])
    if status == 407:
        raise ConnectError(
            "proxy_auth",
            f"The proxy {proxy.authority} asks for a user name and password (407).",
            advice="Put them into proxy-url (http://user:password@host:port) or into HTTPS_PROXY.",
        )
    if not 200 <= status < 300:
        raise ConnectError(
            "proxy_refused",
            f"The proxy {proxy.authority} would not connect to {server.authority} ({status}).",
            advice="Ask who runs the proxy to allow this host and port, or exempt it with NO_PROXY.",
        )


async def _socks5(protocol: TunnelProtocol, proxy: Proxy, server: Endpoint) -> None:
    with_password = bool(proxy.user or proxy.password)
    protocol.write(b"\x05\x02\x00\x02" if with_password else b"\x05\x01\x00")
    version, method = await protocol.read_exactly(2)
    if version != 5:
        raise ConnectError(
            "proxy_junk", f"{proxy.authority} does not answer as a SOCKS5 proxy.", advice="Check proxy-url."
        )
    if method == 2 and with_password:
        user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
        protocol.write(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
        _, failed = await protocol.read_exactly(2)
        if failed:
            raise _socks_auth(proxy)
    elif method != 0:
        raise _socks_auth(proxy)
    protocol.write(b"\x05\x01\x00" + _socks_address(server.host) + struct.pack("!H", server.port))
    _, reply, _, kind = await protocol.read_exactly(4)
    if reply:
        said = _SOCKS_REPLIES.get(reply, f"code {reply}")
        raise ConnectError(
            "proxy_refused",
            f"The proxy {proxy.authority} could not connect to {server.authority}: {said}.",
            advice="Check that the proxy can reach the cluster.",
        )
    length = {1: 4, 4: 16}.get(kind)
    if length is None:
        length = (await protocol.read_exactly(1))[0]
    await protocol.read_exactly(length + 2)


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("idna")[:255]
        return b"\x03" + bytes([len(name)]) + name
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


def _socks_auth(proxy: Proxy) -> ConnectError:
    return ConnectError(
        "proxy_auth",
        f"The proxy {proxy.authority} asks for a user name and password, or refused the given ones.",
        advice="Put them into proxy-url (socks5://user:password@host:port).",
    )
