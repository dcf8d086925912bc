"""A TCP proxy that stands for a far, slow or broken link to a server; one port is one "cluster".

Latency is modelled as a real link would show it. `latency` is seconds each way, so a round trip costs twice that.
A connection over loopback is there at once, so what its set-up would have cost is charged to the first bytes: whatever
the client sends counts as sent one round trip after it connected at the earliest. TCP, a TLS 1.3 handshake and a
request then cost three round trips together, as they do over a real link. The end of a stream travels like its bytes.
Bytes keep their order, and bulk data flow at full speed with up to `_IN_FLIGHT` bytes under way.

Everything can be switched while connections are open. Hundreds of proxies fit into one event loop.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Self, cast

from testbed.faults import PASS, Fault, Kind
from testbed.ports import free_port
from testbed.tlsrecords import ClientRecords

_IN_FLIGHT = 16 << 20
_WAITING = 256 << 10
_SLICE = 0.02
_CONNECT_WITHIN = 10.0


def reset(transport: asyncio.Transport) -> None:
    """Closes a connection by RST, dropping what was still to be sent."""
    known = transport.get_extra_info("socket")
    if known is not None and known.fileno() >= 0:
        # By a duplicate, since uvloop's stand-in for a socket takes no options.
        with socket.socket(fileno=os.dup(known.fileno())) as twin:
            twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class _Way:
    """One direction of a connection: what is under way, and when it is due at the other end."""

    def __init__(self, connection: _Connection, *, not_before: float, counts: bool) -> None:
        self._connection = connection
        self._not_before = not_before
        self._counts = counts
        self._queue: deque[tuple[float, bytes | None]] = deque()
        self._size = 0
        self._last_due = 0.0
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.source: asyncio.Transport | None = None
        self.sink: asyncio.Transport | None = None
        self.sink_is_full = False
        self._source_paused = False
        self.source_ended = False
        self.ended = False

    def feed(self, data: bytes | None) -> None:
        """Takes bytes from the source; None is its end."""
        self.source_ended |= data is None
        proxy = self._connection.proxy
        now = proxy.loop.time()
        due = max(max(now, self._not_before) + proxy.latency, self._last_due)
        self._last_due = due
        self._queue.append((due, data))
        self._size += len(data) if data else 0
        self.pump()

    def pump(self) -> None:
        """Hands on all that is due and allowed; arms the timer for the next."""
        connection = self._connection
        loop = connection.proxy.loop
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.sink is not None and self.sink.is_closing():
            self._queue.clear()  # what went away meanwhile is told of in the next turn
        while self._queue and self.sink is not None and not self.sink_is_full:
            if connection.silent or (self._counts and connection.answer_left == 0):
                break
            wake = max(self._queue[0][0], self._free_at)
            if wake > loop.time():
                self._timer = loop.call_at(wake, self.pump)
                break
            due, data = self._queue.popleft()
            if data is None:
                self.ended = True
                connection.end_of(self)
                return
            piece = self._allowed(data)
            if len(piece) < len(data):
                self._queue.appendleft((due, data[len(piece) :]))
            self._size -= len(piece)
            self.sink.write(piece)
            if not self._count(len(piece)):
                return
        self._breathe()

    def _allowed(self, data: bytes) -> bytes:
        connection = self._connection
        most = len(data)
        rate = connection.proxy.rate
        if rate is not None:
            most = min(most, max(1, int(rate * _SLICE)))
            self._free_at = connection.proxy.loop.time() + min(most, len(data)) / rate
        if self._counts and connection.answer_left is not None and connection.records.handshake_done:
            most = min(most, connection.answer_left)
        return data if most >= len(data) else data[:most]

    def _count(self, size: int) -> bool:
        """False if the connection is over."""
        connection = self._connection
        if not self._counts:
            connection.proxy.bytes_up += size
            return True
        connection.proxy.bytes_down += size
        if connection.answer_left is not None and connection.records.handshake_done:
            connection.answer_left -= size
            if connection.answer_left == 0:
                connection.answer_is_over()
                return not connection.closed
        return True

    def _breathe(self) -> None:
        """Stops reading from the source while too much is under way, so that memory stays bounded."""
        if self.source is None or self.source.is_closing():
            return
        most = _IN_FLIGHT if self._connection.proxy.latency and not self._connection.holds else _WAITING
        if self._size > most and not self._source_paused:
            self._source_paused = True
            self.source.pause_reading()
        elif self._size <= most // 2 and self._source_paused:
            self._source_paused = False
            self.source.resume_reading()

    def drop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._queue.clear()


class _End(asyncio.Protocol):
    """The proxy's end of one socket: `way` takes what is read from it, `back` what is written to it."""

    def __init__(self, connection: _Connection, way: _Way, back: _Way, made: Callable[[], None]) -> None:
        self._connection = connection
        self._way = way
        self._back = back
        self._made = made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not by isinstance: uvloop's transports are of no asyncio class.
        stream = cast(asyncio.Transport, transport)
        self._way.source = self._back.sink = stream
        self._connection.transports.append(stream)
        self._made()

    def data_received(self, data: bytes) -> None:
        if self._way is self._connection.up:
            self._connection.read_from_client(data)
        self._way.feed(data)

    def eof_received(self) -> bool:
        if self._connection.holds and self._way is self._connection.up:
            self._connection.close()
        else:
            self._way.feed(None)
        return True

    def pause_writing(self) -> None:
        self._back.sink_is_full = True

    def resume_writing(self) -> None:
        self._back.sink_is_full = False
        self._back.pump()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connection.lost(of_client=self._way is self._connection.up, by_reset=exc is not None)


class _Connection:
    def __init__(self, proxy: FaultProxy) -> None:
        now = proxy.loop.time()
        self.proxy = proxy
        self.opened = now
        self.records = ClientRecords()
        self.transports: list[asyncio.Transport] = []
        self.closed = False
        self.silent = proxy.fault.kind in (Kind.HANG_BEFORE_TLS, Kind.HALF_OPEN)
        self.answer_left: int | None = None
        self._lost = 0
        self._dialled = False
        self._server_is_gone = False
        self._hang_when_shaken = False
        self._dial: asyncio.Task[None] | None = None
        self._reset_timer: asyncio.TimerHandle | None = None
        self.up = _Way(self, not_before=now + 2 * proxy.latency, counts=False)
        self.down = _Way(self, not_before=now + proxy.latency, counts=True)
        self._take_budget()

    @property
    def holds(self) -> bool:
        """True while the client gets to see nothing of what the server does."""
        return self.silent or self.answer_left == 0

    def accepted(self) -> None:
        self.proxy.note_accepted(self)
        if self.proxy.fault.kind is Kind.RESET:
            self.reset_after_a_round_trip()
        elif not self.silent:
            self._start_dialling()

    def _take_budget(self) -> None:
        fault = self.proxy.fault
        counted = fault.kind in (Kind.HANG_IN_ANSWER, Kind.RESET_IN_ANSWER)
        # A budget of nothing starts after the handshake, which has to pass first.
        self._hang_when_shaken = counted and fault.after_bytes == 0 and not self.records.handshake_done
        self.answer_left = fault.after_bytes if counted and not self._hang_when_shaken else None
        if self.answer_left == 0:
            self.answer_is_over()

    def read_from_client(self, data: bytes) -> None:
        if self.records.handshake_done:
            return
        self.records.feed(data)
        if self._hang_when_shaken and self.records.handshake_done:
            self._hang_when_shaken = False
            self.answer_left = 0
            self.answer_is_over()

    def fault_changed(self) -> None:
        """Takes the proxy's new fault to a connection that exists."""
        kind = self.proxy.fault.kind
        if kind is Kind.RESET:
            self.reset()
            return
        if kind is Kind.HALF_OPEN:
            self.silent = True
        elif kind is not Kind.HANG_BEFORE_TLS:
            self.silent = False
        self._take_budget()
        if self._server_is_gone and not self.holds:
            self.reset()
            return
        if not self.silent:
            self._start_dialling()
        self.up.pump()
        self.down.pump()

    def _start_dialling(self) -> None:
        if not self._dialled and not self.closed:
            self._dialled = True
            self._dial = self.proxy.own(self._connect())

    async def _connect(self) -> None:
        proxy = self.proxy

        def made() -> None:
            if self.closed:
                proxy.note_open(self)
                self.abort()
            else:
                self.up.pump()

        try:
            async with asyncio.timeout(_CONNECT_WITHIN):
                await proxy.loop.create_connection(
                    lambda: _End(self, self.down, self.up, made), proxy.target_host, proxy.target_port
                )
        except (OSError, TimeoutError):
            self.reset_after_a_round_trip()

    def reset_after_a_round_trip(self) -> None:
        when = self.opened + 2 * self.proxy.latency
        if when <= self.proxy.loop.time():
            self.reset()
        else:
            self._reset_timer = self.proxy.loop.call_at(when, self.reset)

    def answer_is_over(self) -> None:
        """A client that has ended already is gone: nothing is written to it any more that would show it."""
        if self.proxy.fault.kind is Kind.RESET_IN_ANSWER:
            self.reset()
        elif self.up.source_ended:
            self.close()

    def end_of(self, way: _Way) -> None:
        """One direction has ended: the other goes on, as TCP has it."""
        if self.up.ended and self.down.ended:
            self.close()
        elif way.sink is not None and way.sink.can_write_eof() and not way.sink.is_closing():
            with suppress(OSError):  # the other end has gone meanwhile
                way.sink.write_eof()

    def _finish(self, end: Callable[[asyncio.Transport], None], *, at_once: bool = True) -> None:
        self.closed = True
        self.up.drop()
        self.down.drop()
        if self._reset_timer is not None:
            self._reset_timer.cancel()
        if self._dial is not None and not self._dial.done():
            self._dial.cancel()
        for transport in self.transports:
            if at_once or not transport.is_closing():
                end(transport)

    def reset(self) -> None:
        self._finish(reset)

    def close(self) -> None:
        self._finish(lambda transport: transport.close(), at_once=False)

    def abort(self) -> None:
        self._finish(lambda transport: transport.abort())

    def lost(self, *, of_client: bool, by_reset: bool) -> None:
        self._lost += 1
        self._server_is_gone |= not of_client
        if not self.closed and (of_client or not self.holds):
            delay = 0.0 if of_client else self.proxy.latency
            self._reset_timer = self.proxy.loop.call_later(delay, self.reset if by_reset else self.close)
        if self._lost >= len(self.transports):
            self.proxy.note_gone(self)


class FaultProxy:
    """`async with FaultProxy(target_port) as proxy:` or `start` and `stop`, all in one event loop.

    `latency` (seconds one way) and `rate` (bytes a second for each connection and direction, None for no limit) may be
    changed at any time; a change of latency meets connections that exist too. Faults are changed by `set`.
    """

    def __init__(
        self,
        target_port: int,
        *,
        target_host: str = "127.0.0.1",
        latency: float = 0.0,
        rate: float | None = None,
        fault: Fault = PASS,
        port: int | None = None,
    ) -> None:
        self.target_port = target_port
        self.target_host = target_host
        self.latency = latency
        self.rate = rate
        self.fault = fault
        self.port = free_port() if port is None else port
        self.accepted = 0
        self.bytes_up = 0
        self.bytes_down = 0
        self.loop: asyncio.AbstractEventLoop
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """Connections from clients that exist now."""
        return len(self._connections)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self._follow_fault()

    async def set(self, fault: Fault) -> None:
        """Changes the fault, for connections that exist as the fault's own description says."""
        self.fault = fault
        await self._follow_fault()
        for connection in list(self._connections):
            connection.fault_changed()

    async def _follow_fault(self) -> None:
        if self.fault.kind is Kind.REFUSE:
            if self._server is not None:
                self._server.close()
                self._server = None
        elif self._server is None:
            self._server = await self.loop.create_server(
                self._accept, "127.0.0.1", self.port, backlog=1024, reuse_address=True
            )

    def _accept(self) -> asyncio.Protocol:
        connection = _Connection(self)
        return _End(connection, connection.up, connection.down, connection.accepted)

    def reset_connections(self) -> None:
        """Resets every connection that exists now; new ones pass."""
        for connection in list(self._connections):
            connection.reset()

    async def until(self, condition: Callable[[FaultProxy], bool], *, within: float = 10) -> None:
        """Returns when the condition holds; it is looked at whenever a connection comes or goes."""
        async with asyncio.timeout(within):
            while not condition(self):
                self._news.clear()
                await self._news.wait()

    async def stop(self) -> None:
        """Cuts all connections and returns when they are gone. May be called again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.abort()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self.until(lambda proxy: not proxy._connections)

    def own(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """A task that `stop` waits for."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def note_accepted(self, connection: _Connection) -> None:
        self.accepted += 1
        self.note_open(connection)

    def note_open(self, connection: _Connection) -> None:
        self._connections.add(connection)
        self._news.set()

    def note_gone(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        self._news.set()
