"""The door of a cluster: accepts a connection, lets faults act before and after TLS, then hands it to HTTP.

TLS is started by hand after the accept, so that a hang or a delay can lie before it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress

from simfleet.faults import Faults, Hang

HANDSHAKE_TIMEOUT = 60.0
"""Seconds; as asyncio's own default."""


class _Early(asyncio.Protocol):
    """Stands in while TLS is spoken and keeps what arrives before HTTP has taken over."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.ended = False

    def data_received(self, data: bytes) -> None:
        self.received.append(data)

    def eof_received(self) -> bool:
        self.ended = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True


class Gate:
    """Owns every connection of one cluster from its accept until it is closed."""

    def __init__(self, faults: Faults, context: ssl.SSLContext, http: Callable[[], asyncio.Protocol]) -> None:
        self._faults = faults
        self._context = context
        self._http = http
        self._tasks: set[asyncio.Task[None]] = set()
        self._transports: set[asyncio.Transport] = set()
        self._listener: socket.socket | None = None
        self._acceptor: asyncio.Task[None] | None = None
        self.accepted = 0

    async def listen(self, host: str, port: int) -> int:
        """Returns the port. Raises OSError."""
        listener = socket.create_server((host, port), backlog=512)
        listener.setblocking(False)
        self._listener = listener
        self._acceptor = asyncio.get_running_loop().create_task(self._accept(listener))
        return listener.getsockname()[1]

    @property
    def connections(self) -> int:
        """Open now."""
        self._transports = {t for t in self._transports if not t.is_closing()}
        return len(self._transports) + len(self._tasks)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listener)
            except OSError:
                await asyncio.sleep(0.05)  # out of file descriptors, most likely
                continue
            self.accepted += 1
            accepted.setblocking(False)
            with suppress(OSError):
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = loop.create_task(self._admit(accepted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _admit(self, accepted: socket.socket) -> None:
        settings = self._faults.settings
        try:
            if settings.reset:
                _linger(accepted)
                accepted.close()
                return
            if settings.connect_ms:
                await asyncio.sleep(settings.connect_ms / 1000)
            await self._faults.passed_hang(Hang.ACCEPT)
            if self._faults.settings.hang is Hang.TLS:
                await self._serve_late(accepted)
            else:
                await self._serve(accepted, self._http)
        except OSError:
            accepted.close()
        except asyncio.CancelledError:
            accepted.close()
            raise

    async def _serve(self, accepted: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> asyncio.Transport:
        """Speaks TLS, then `protocol`. Raises OSError (TLS's errors too)."""
        secure, _ = await asyncio.get_running_loop().connect_accepted_socket(
            protocol, accepted, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_TIMEOUT
        )
        self._transports = {t for t in self._transports if not t.is_closing()} | {secure}
        return secure

    async def _serve_late(self, accepted: socket.socket) -> None:
        """Speaks TLS, falls silent, and hands over to HTTP once the fault is gone."""
        early = _Early()
        secure = await self._serve(accepted, lambda: early)
        await self._faults.passed_hang(Hang.TLS)
        if early.ended or secure.is_closing():
            secure.abort()
            return
        http = self._http()
        secure.set_protocol(http)
        http.connection_made(secure)
        for data in early.received:
            http.data_received(data)

    def reset_all(self) -> None:
        """Every open connection ends in a TCP reset."""
        for transport in self._transports:
            reset(transport)
        self._transports.clear()

    async def close(self) -> None:
        """Stops listening and ends every connection."""
        tasks = [*self._tasks] if self._acceptor is None else [self._acceptor, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._listener is not None:
            self._listener.close()
        for transport in self._transports:
            transport.abort()
        self._transports.clear()


def _linger(ours: socket.socket) -> None:
    """Makes its close send RST instead of FIN."""
    with suppress(OSError):
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset(transport: asyncio.Transport) -> None:
    """Ends a connection by RST instead of FIN."""
    found = transport.get_extra_info("socket")
    if found is not None:
        _linger(found)
    transport.abort()
