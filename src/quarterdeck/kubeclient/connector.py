"""aiohttp's pool over our own dialling, so that names, proxies, pace and errors are ours and one connection can be
opened ahead of the request that takes it."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import chain
from time import monotonic

from aiohttp import BaseConnector, ClientRequest, ClientTimeout
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.tracing import Trace

from quarterdeck.kubeclient import errors
from quarterdeck.kubeclient.dial import Dialer
from quarterdeck.kubeclient.trust import Trust, digest
from quarterdeck.model.credentials import ClientCertificate

_KEEP_ALIVE_SECONDS = 60.0
"""Below the idle limits of usual load balancers in front of API servers (AWS NLB 350 s, Azure 4 min, nginx 75 s)."""

Contexts = tuple[ssl.SSLContext | None, ssl.SSLContext | None]


class Connector(BaseConnector):
    """Connections of one client to one server. Idle ones are kept for a minute, without a limit on their number.

    A change of the client certificate retires every connection: the idle ones at once, others after their response.
    """

    def __init__(
        self,
        dialer: Dialer,
        trust: Trust,
        *,
        ca_data: bytes | None,
        insecure: bool,
        on_connected: Callable[[], None],
    ) -> None:
        super().__init__(keepalive_timeout=_KEEP_ALIVE_SECONDS, limit=0)
        self._dialer = dialer
        self._trust = trust
        self._ca_data = ca_data
        self._insecure = insecure
        self._on_connected = on_connected
        self._certificate: ClientCertificate | None = None
        self._certificate_digest = b""
        self.peer: bytes | None = None
        """What the server last showed of itself, in DER."""
        self._identity = 0
        self._ready: deque[tuple[ResponseHandler, float]] = deque()
        # With those that are let go of, until they are gone.
        self._open: dict[asyncio.Future[None], asyncio.Transport] = {}

    @property
    def sockets(self) -> int:
        return sum(not transport.is_closing() for transport in self._open.values())

    async def warm(self) -> None:
        """Opens one connection; the next request that would open one takes it."""
        proto = await self._dial()
        if self.closed:
            proto.abort()
            raise errors.closed()
        self._ready.append((proto, monotonic()))

    def appear_as(self, certificate: ClientCertificate | None) -> None:
        """Connections from now on show `certificate`."""
        if certificate is self._certificate:
            return
        shown = digest(certificate)
        self._certificate = certificate
        if shown != self._certificate_digest:
            self._certificate_digest = shown
            self.retire()

    def retire(self) -> None:
        """No connection of now serves a request to come."""
        self._identity += 1
        for proto, _ in chain(self._ready, *self._conns.values()):
            proto.abort()
        self._ready.clear()
        self._conns.clear()
        for proto in self._acquired:
            if proto.transport is not None:  # aiohttp keeps placeholders here, which have none
                proto.force_close()

    async def _create_connection(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> ResponseHandler:
        while self._ready:
            proto, since = self._ready.popleft()
            if proto.is_connected() and monotonic() - since < _KEEP_ALIVE_SECONDS:
                return proto
            proto.abort()
        return await self._dial()

    async def _dial(self) -> ResponseHandler:
        while True:
            identity = self._identity
            context, proxy_context = await self._contexts()
            transport, proto = await self._dialer.dial(self._factory, context, proxy_context)
            assert isinstance(proto, ResponseHandler)
            if (closed := proto.closed) is not None:
                self._open[closed] = transport
                closed.add_done_callback(self._gone)
            shown: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
            if self._dialer.server.tls and shown is not None:
                self.peer = shown.getpeercert(binary_form=True)
            if identity == self._identity:
                self._on_connected()
                return proto
            proto.abort()

    def _gone(self, closed: asyncio.Future[None]) -> None:
        del self._open[closed]
        if not closed.cancelled():
            closed.exception()  # the request that it broke has it too

    async def _contexts(self) -> Contexts:
        context = proxy_context = None
        if self._dialer.server.tls:
            context = await self._trust.context(self._ca_data, insecure=self._insecure, certificate=self._certificate)
        if self._dialer.proxy is not None and self._dialer.proxy.scheme == "https":
            proxy_context = await self._trust.context(None)
        return context, proxy_context

    def _release(self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False) -> None:
        transport = protocol.transport
        super()._release(key, protocol, should_close=should_close)
        if transport is not None and protocol.transport is None:
            transport.abort()  # closed by now, but over TLS it would wait for the goodbye of a peer that may hang

    def _close(self, *, abort_ssl: bool = False) -> list[Awaitable[object]]:
        self._ready.clear()
        waiters = list(self._open)
        # Not closed but aborted: a peer that hangs would keep what is still to be written, and the socket, for long.
        for transport in self._open.values():
            transport.abort()
        return waiters + super()._close(abort_ssl=True)


async def close_within(connector: Connector, seconds: float) -> None:
    """Ends when the last transport has ended, or after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await connector.close()
    except TimeoutError:
        return
