"""What HTTP and SOCKS proxies share: names only they know, a record of who was asked for, the carrying of bytes."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from typing import Self

from testbed.ports import free_port

_CONNECT_WITHIN = 10.0
_PIECE = 256 << 10


class ProxyServer:
    """A proxy of one protocol. `async with` or `start` and `stop`, all in one event loop.

    `names` maps a host, or "host:port", that only the proxy can find to "address:port" or an address. While `hanging`
    is true a client is accepted, and never told whether its connection was made. `requests` holds every "host:port"
    asked for, in order; `refused` counts clients turned away for their password.
    """

    scheme: str = ""

    def __init__(
        self,
        *,
        user: str | None = None,
        password: str = "",
        names: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.port = free_port()
        self.hanging = False
        self.requests: list[str] = []
        self.refused = 0
        self._user = user
        self._password = password
        self._names = dict(names or {})
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._release = asyncio.Event()
        self._asked = asyncio.Event()

    @property
    def url(self) -> str:
        """With the user and the password, as `proxy-url` takes it."""
        who = "" if self._user is None else f"{self._user}:{self._password}@"
        return f"{self.scheme}://{who}127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=self._tls, backlog=512)

    async def stop(self) -> None:
        """Cuts all connections and returns when they are gone."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def asked(self, count: int, *, within: float = 10) -> None:
        """Returns when so many connections have been asked for since the start."""
        async with asyncio.timeout(within):
            while len(self.requests) < count:
                self._asked.clear()
                await self._asked.wait()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, EOFError, ValueError, TimeoutError):
                await self.negotiate(reader, writer)
        finally:
            writer.transport.abort()

    async def negotiate(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    def may_pass(self, user: str | None, password: str) -> bool:
        if self._user is None or (user, password) == (self._user, self._password):
            return True
        self.refused += 1
        return False

    async def reach(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Dials for a client; never returns while hanging. Raises OSError or TimeoutError."""
        self.requests.append(f"{host}:{port}")
        self._asked.set()
        if self.hanging:
            await asyncio.get_running_loop().create_future()
        known = self._names.get(f"{host}:{port}") or self._names.get(host) or host
        address, _, other_port = known.partition(":") if known.count(":") == 1 else (known, "", "")
        async with asyncio.timeout(_CONNECT_WITHIN):
            return await asyncio.open_connection(address, int(other_port or port))

    async def carry(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Both directions until both have ended, or one broke."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_one_way(client[0], server[1]))
                group.create_task(_one_way(server[0], client[1]))
        except* OSError:
            pass
        finally:
            server[1].transport.abort()


async def _one_way(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(_PIECE):
        sink.write(data)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()
    else:
        # TLS has no half-closed streams.
        raise ConnectionAbortedError("the other side ended")
