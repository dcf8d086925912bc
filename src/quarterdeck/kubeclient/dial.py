"""One connection, from a name to TLS: resolve, TCP (happy eyeballs), proxy, handshake. Leaves no socket on failure."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence

import aiohappyeyeballs

from quarterdeck.aio.names import Names
from quarterdeck.kubeclient.endpoint import Endpoint, Proxy
from quarterdeck.kubeclient.errors import Stage, border
from quarterdeck.kubeclient.shown import explained
from quarterdeck.kubeclient.tunnel import TunnelProtocol, open_tunnel
from quarterdeck.kubeclient.turns import Turns
from quarterdeck.model.errors import TlsError

_SocketAddress = tuple[str, int] | tuple[str, int, int, int]
AddressInfo = tuple[int, int, int, str, _SocketAddress]
"""As socket.getaddrinfo gives them."""

_EYEBALLS_DELAY = 0.25
"""Seconds before the next address is tried beside the first (RFC 8305)."""
_KEEP_ALIVE = (15, 5, 3)
"""Idle seconds, seconds between probes, probes: a dead peer is noticed within 30 s even without a heartbeat."""
_USER_TIMEOUT_MS = 30_000
"""How long sent bytes may stay unacknowledged (RFC 5482): a write into a dead network fails then."""
_SHUTDOWN_SECONDS = 1.0
"""For close_notify; a hung peer must not keep a socket for asyncio's default of 30."""


class Dialer:
    """Dials one server as `target` says. Knows nothing of HTTP but a proxy's CONNECT."""

    def __init__(
        self, server: Endpoint, proxy: Proxy | None, server_name: str, names: Names, turns: Turns, user_agent: str
    ) -> None:
        self.server = server
        self.proxy = proxy
        self._server_name = server_name or server.host
        self._names = names
        self._turns = turns
        self._user_agent = user_agent

    @property
    def first_hop(self) -> Endpoint | Proxy:
        return self.proxy or self.server

    async def resolve(self) -> Sequence[str]:
        hop = self.first_hop
        with border(Stage.RESOLVE, self.server, self.proxy):
            return await self._names.lookup(hop.host.rstrip("."))

    async def dial(
        self,
        factory: Callable[[], asyncio.Protocol],
        context: ssl.SSLContext | None,
        proxy_context: ssl.SSLContext | None,
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """`context` is None for a plain HTTP server. Raises ClusterError; the caller sets the deadline."""
        try:
            return await self._dial(factory, context, proxy_context)
        except TlsError as error:

            async def dial(factory: Callable[[], asyncio.Protocol], unverified: ssl.SSLContext) -> asyncio.Transport:
                return (await self._dial(factory, unverified, proxy_context))[0]

            raise await explained(error, dial) from error

    async def _dial(
        self,
        factory: Callable[[], asyncio.Protocol],
        context: ssl.SSLContext | None,
        proxy_context: ssl.SSLContext | None,
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        addresses = await self.resolve()
        sock = await self._tcp(addresses)
        if self.proxy is None:
            with border(Stage.TLS if context else Stage.CONNECT, self.server, None):
                return await _wrap(sock, factory, context, self._server_name, self._turns)
        tunnel = await self._tunnel(sock, self.proxy, proxy_context)
        with border(Stage.TLS if context else Stage.CONNECT, self.server, self.proxy):
            if context is None:
                return _hand_over(tunnel, factory())
            return await _upgrade(tunnel, factory(), context, self._server_name, self._turns)

    async def _tcp(self, addresses: Sequence[str]) -> socket.socket:
        hop = self.first_hop
        infos = [_address_info(address, hop.port) for address in addresses]
        with border(Stage.CONNECT, self.server, self.proxy):
            try:
                # Its addresses are bare tuples.
                return await aiohappyeyeballs.start_connection(  # pyright: ignore[reportUnknownMemberType]
                    infos, happy_eyeballs_delay=_EYEBALLS_DELAY, interleave=1, socket_factory=_socket
                )
            except OSError:
                self._names.forget(hop.host.rstrip("."))
                raise

    async def _tunnel(
        self, sock: socket.socket, proxy: Proxy, proxy_context: ssl.SSLContext | None
    ) -> asyncio.Transport:
        with border(Stage.PROXY, self.server, proxy):
            tls = proxy_context if proxy.scheme == "https" else None
            transport, protocol = await _wrap(sock, TunnelProtocol, tls, proxy.host, self._turns)
            try:
                assert isinstance(protocol, TunnelProtocol)
                await open_tunnel(protocol, proxy, self.server, self._user_agent)
            except BaseException:
                transport.abort()
                raise
            return transport


async def _wrap(
    sock: socket.socket,
    factory: Callable[[], asyncio.Protocol],
    context: ssl.SSLContext | None,
    server_name: str,
    turns: Turns,
) -> tuple[asyncio.Transport, asyncio.Protocol]:
    """The transport owns the socket from here on, also while it is made. A socket that is closed below its transport
    frees a number which the loop still watches for the old one: the next connection gets that number and fails."""
    connecting = asyncio.get_running_loop().create_connection
    if context is None:
        return await connecting(factory, sock=sock)
    # TLS in a step of its own: cancelled within create_connection it would say goodbye first, and wait for an answer.
    plain, _ = await connecting(_Early, sock=sock)
    return await _upgrade(plain, factory(), context, server_name, turns)


class _Early(asyncio.Protocol):
    """Has a connection that waits for its turn. A server of TLS says nothing before its client."""

    def __init__(self) -> None:
        self.spoke = False

    def data_received(self, data: bytes) -> None:
        self.spoke = True


async def _upgrade(
    plain: asyncio.Transport, protocol: asyncio.Protocol, context: ssl.SSLContext, server_name: str, turns: Turns
) -> tuple[asyncio.Transport, asyncio.Protocol]:
    """To TLS, when its turn comes; `plain` is gone if that fails or is cancelled."""
    try:
        await turns.take()
        early = plain.get_protocol()
        if isinstance(early, _Early) and early.spoke:
            raise ssl.SSLError(1, "wrong version number: it spoke first")  # noqa: TRY301 - `plain` must go then too
        if plain.is_closing():  # its end was told before, and a handshake would wait for it in vain
            raise ConnectionResetError("closed before the TLS handshake")  # noqa: TRY301 - as above
        transport = await asyncio.get_running_loop().start_tls(
            plain,
            protocol,
            context,
            server_hostname=server_name.rstrip("."),
            ssl_shutdown_timeout=_SHUTDOWN_SECONDS,
        )
    except BaseException:
        plain.abort()
        raise
    if transport is None:
        plain.abort()
        raise ConnectionResetError("closed during the TLS handshake")
    protocol.connection_made(transport)
    return transport, protocol


def _hand_over(transport: asyncio.Transport, protocol: asyncio.Protocol) -> tuple[asyncio.Transport, asyncio.Protocol]:
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    return transport, protocol


def _address_info(address: str, port: int) -> AddressInfo:
    if ":" in address:
        host, _, zone = address.partition("%")
        scope = (int(zone) if zone.isdigit() else socket.if_nametoindex(zone)) if zone else 0
        return (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port, 0, scope))
    return (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))


def _socket(info: AddressInfo) -> socket.socket:
    family, kind, protocol, _, _ = info
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # Not every system names all of them; what it does not name stays at its default.
    for name, value in zip(("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"), _KEEP_ALIVE, strict=True):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)
    return sock
