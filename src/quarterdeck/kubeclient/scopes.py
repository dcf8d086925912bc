"""Everything a client awaits, so that closing it ends everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from quarterdeck.kubeclient.endpoint import Endpoint, Proxy
from quarterdeck.kubeclient.errors import Stage, Where, border, closed, deadline
from quarterdeck.model.errors import ClusterError


class Scopes:
    """Open waits of one client: each has a deadline, translates foreign errors and ends when the client closes."""

    def __init__(self, server: Endpoint, proxy: Proxy | None) -> None:
        self._server = server
        self._proxy = proxy
        self._open: set[asyncio.Timeout] = set()
        self._closed = False
        self._idle: asyncio.Event = asyncio.Event()
        self._idle.set()

    @property
    def closed(self) -> bool:
        return self._closed

    @asynccontextmanager
    async def open(self, seconds: float | None, stage: Stage) -> AsyncGenerator[None]:
        """`seconds` from now on, None for no deadline. Raises ClusterError only; ConnectError "closed" once closed."""
        if self._closed:
            raise closed()
        timeout = asyncio.timeout(seconds)
        try:
            async with timeout:
                self._open.add(timeout)
                self._idle.clear()
                try:
                    with border(stage, self._server, self._proxy):
                        yield
                finally:
                    self._open.discard(timeout)
                    if not self._open:
                        self._idle.set()
        except TimeoutError:
            if self._closed:
                raise closed() from None
            raise deadline(Where(stage, self._server, self._proxy), seconds or 0.0) from None
        except ClusterError as error:
            if self._closed:
                raise closed() from error
            raise

    async def close(self, seconds: float) -> None:
        """Ends all that is open; returns when it has ended, after `seconds` at the latest."""
        self._closed = True
        now = asyncio.get_running_loop().time()
        for timeout in list(self._open):
            with suppress(RuntimeError):  # it is just expiring by itself
                timeout.reschedule(now)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()
