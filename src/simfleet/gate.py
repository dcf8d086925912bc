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
from typing import cast

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
        self._server: asyncio.Server | None = None
        self.accepted = 0

    async def listen(self, host: str, port: int) -> int:
        """Returns the port. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Doorstep(self), host, port, backlog=512)
        return self._server.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        """Open now."""
        self._transports = {t for t in self._transports if not t.is_closing()}
        return len(self._transports) + len(self._tasks)

    def admit(self, transport: asyncio.Transport) -> None:
        self.accepted += 1
        task = asyncio.get_running_loop().create_task(self._admit(transport))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _admit(self, transport: asyncio.Transport) -> None:
        settings = self._faults.settings
        try:
            if settings.reset:
                reset(transport)
                return
            if settings.connect_ms:
                await asyncio.sleep(settings.connect_ms / 1000)
            await self._faults.passed_hang(Hang.ACCEPT)
            await self._serve(transport)
        except (OSError, ssl.SSLError):
            transport.abort()
        except asyncio.CancelledError:
            transport.abort()
            raise

    async def _serve(self, transport: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        early = _Early()
        secure = await loop.start_tls(
            transport, early, self._context, server_side=True, ssl_handshake_timeout=HANDSHAKE_TIMEOUT
        )
        if secure is None or early.ended:
            transport.abort()
            return
        await self._faults.passed_hang(Hang.TLS)
        http = self._http()
        secure.set_protocol(http)
        http.connection_made(secure)
        for data in early.received:
            http.data_received(data)
        if early.ended:
            http.connection_lost(None)
            return
        self._transports.add(secure)

    def reset_all(self) -> None:
        """Every open connection ends in a TCP reset."""
        for transport in list(self._transports):
            reset(transport)
        self._transports.clear()

    async def close(self) -> None:
        """Stops listening and ends what is not yet HTTP's."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        for task in list(self._tasks):
            with suppress(asyncio.CancelledError):
                await task
        for transport in self._transports:
            transport.abort()
        self._transports.clear()


class _Doorstep(asyncio.Protocol):
    """Takes a connection and reads nothing from it: what comes belongs to TLS."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not asyncio.Transport by inheritance.
        stream = cast(asyncio.Transport, transport)
        stream.pause_reading()
        self._gate.admit(stream)


def reset(transport: asyncio.Transport) -> None:
    """Ends a connection by RST instead of FIN."""
    found = transport.get_extra_info("socket")
    if found is not None:
        with suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
