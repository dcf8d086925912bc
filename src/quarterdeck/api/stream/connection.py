"""One browser's stream: what it says, and what it still has to hear."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import cast

import msgspec

from quarterdeck.api.ports import Console
from quarterdeck.api.stream.hub import Hub
from quarterdeck.api.stream.slots import MOST_WINDOWS, Slots
from quarterdeck.api.tokens import Tokens
from quarterdeck.api.wire import (
    ChangeDelta,
    ClientMessage,
    CloseWindow,
    ClustersDelta,
    Hello,
    OpenWindow,
    Ping,
    Pong,
    ServerMessage,
    Snapshot,
    TabsDelta,
    Vitals,
    Welcome,
    WindowFailed,
)

HELLO_WITHIN_S = 5.0
SEND_WITHIN_S = 60.0
"""A browser that took nothing for so long is gone; it comes back and resumes."""
PACE_S = 0.016
"""A frame of the screen: what changes within one goes out together."""
DELTA_SHARE = 0.05
MOST_PAUSE_S = 0.5
CLOSE_BAD_MESSAGE = 4400
CLOSE_UNAUTHORIZED = 4401
CLOSE_NO_HELLO = 4408

_decoder = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()
Receive = Callable[[], Awaitable[str]]
Send = Callable[[str], Awaitable[None]]


class StreamClosed(Exception):  # noqa: N818 - an outcome, told to the browser
    """The stream ends with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """`run` lives as long as the socket. `receive` and `send` raise whatever ends it; their caller knows what."""

    def __init__(self, console: Console, hub: Hub, tokens: Tokens, receive: Receive, send: Send) -> None:
        self._console = console
        self._hub = hub
        self._tokens = tokens
        self._receive = receive
        self._send = send
        self._due = asyncio.Event()
        self._slots = Slots(console.windows, self._due.set)
        self._seq = 0
        self._deltas_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._pong: int | None = None
        self._vitals: Vitals | None = None
        self._refusals: deque[WindowFailed] = deque(maxlen=MOST_WINDOWS)

    async def run(self) -> None:
        """Returns never: ends by StreamClosed, by what `receive` and `send` raise, or by cancellation."""
        hello = await self._hello()
        detach = self._hub.attach(self._due.set)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._speak(hello))
                group.create_task(self._listen())
        except BaseExceptionGroup as both:
            raise _first(cast("BaseException", both)) from None
        finally:
            detach()
            if self._timer is not None:
                self._timer.cancel()
            self._slots.close_all()

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                message = _decode(await self._receive())
        except TimeoutError:
            raise StreamClosed(CLOSE_NO_HELLO, "no hello within 5 s") from None
        if not isinstance(message, Hello):
            raise StreamClosed(CLOSE_BAD_MESSAGE, "the first message must be hello")
        if not self._tokens.accepts(message.token):
            raise StreamClosed(CLOSE_UNAUTHORIZED, "that token is not valid here")
        return message

    async def _listen(self) -> None:
        while True:
            match _decode(await self._receive()):
                case OpenWindow() as message:
                    refused = self._slots.open(message)
                    if refused is not None:
                        self._refusals.append(refused)
                case CloseWindow() as message:
                    self._slots.close(message.id)
                case Ping() as message:
                    self._pong = message.n
                case Hello():
                    raise StreamClosed(CLOSE_BAD_MESSAGE, "hello was said before")
            self._due.set()

    async def _speak(self, hello: Hello) -> None:
        resumed = self._hub.resumes(hello.session, hello.seq)
        await self._tell(Welcome(self._hub.session, resumed, self._console.version, self._console.coalescing))
        if resumed:
            self._seq = hello.seq
        else:
            await self._tell(self._hub.snapshot("hello"))
        self._due.set()
        while True:
            await self._due.wait()
            self._due.clear()
            await self._drain()
            await asyncio.sleep(PACE_S)

    async def _drain(self) -> None:
        if self._pong is not None:
            pong, self._pong = self._pong, None
            await self._tell(Pong(pong))
        await self._tell_deltas()
        while self._refusals:
            await self._tell(self._refusals.popleft())
        for message in self._slots.take():
            await self._tell(message)
        if self._hub.vitals is not None and self._hub.vitals is not self._vitals:
            self._vitals = self._hub.vitals
            await self._tell(self._vitals)

    async def _tell_deltas(self) -> None:
        """While much changes at once (a record of fifty openings grows with each of their phases) telling it takes a
        twentieth of the time at most, for rows go first."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._deltas_at:
            return
        took = 0.0
        for message in self._hub.since(self._seq):
            took += await self._tell(message)
        pause = min(took / DELTA_SHARE, MOST_PAUSE_S)
        if pause > PACE_S:
            self._deltas_at = loop.time() + pause
            self._timer = loop.call_at(self._deltas_at, self._due.set)

    async def _tell(self, message: ServerMessage) -> float:
        """Seconds that writing it down took; waiting for a slow browser is not counted."""
        started = time.perf_counter()
        text = _encoder.encode(message).decode()
        took = time.perf_counter() - started
        async with asyncio.timeout(SEND_WITHIN_S):
            await self._send(text)
        if isinstance(message, Snapshot | ClustersDelta | ChangeDelta | TabsDelta):
            self._seq = message.seq
        return took


def _decode(text: str) -> ClientMessage:
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError as error:
        raise StreamClosed(CLOSE_BAD_MESSAGE, str(error)[:100]) from None


def _first(error: BaseException) -> BaseException:
    """What ended one side ended both: the caller need not know that there were two."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error
