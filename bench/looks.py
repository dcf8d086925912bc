"""What a page sees: one live window of pods per cluster over the real stream, and when each showed what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Self

import aiohttp
import msgspec

from quarterdeck.api.wire import (
    ClusterPart,
    Hello,
    OpenWindow,
    ServerMessage,
    WindowChanged,
    WindowDelta,
    WindowFailed,
    WindowPage,
    WindowRow,
    WindowSnapshot,
    WindowSpec,
)
from quarterdeck.catalog.delta import apply

FIRST_PAGE = 50
_PER_STREAM = 25
_decode = msgspec.json.Decoder(ServerMessage).decode
_encode = msgspec.json.Encoder().encode


class Look:
    """One cluster's table. `shown_at`: when it had a page of rows, of whatever age; `first_at`: when 50 live rows, or
    all there are, had come; `complete_at`: when the table was whole and its total known.
    """

    def __init__(self) -> None:
        self.rows: list[WindowRow] = []
        self.total: int | None = None
        self.shown_at: float | None = None
        self.first_at: float | None = None
        self.complete_at: float | None = None
        self.closed_at: float | None = None

        self.changed = asyncio.Event()
        self._name_at = 0

    async def until_named(self, name: str, *, within: float) -> None:
        """Returns when the page has a row of that name."""
        async with asyncio.timeout(within):
            while all(row.values[self._name_at] != name for row in self.rows):
                self.changed.clear()
                await self.changed.wait()

    def page(self, page: WindowPage) -> None:
        self._name_at = next((at for at, column in enumerate(page.columns) if column.name == "name"), 0)
        self._see(page.rows, page.total, page.complete, page.parts)

    def delta(self, delta: WindowDelta) -> None:
        self._see(apply(self.rows, delta), delta.total, delta.complete, delta.parts)

    def _see(self, shown: list[WindowRow], total: int | None, complete: bool, parts: Iterable[ClusterPart]) -> None:
        now = time.perf_counter()
        self.rows, self.total = shown, total
        rows = len(shown)
        self.changed.set()
        status = next((part.status for part in parts), "")
        if self.shown_at is None and rows > 0 and rows >= min(FIRST_PAGE, total or FIRST_PAGE):
            self.shown_at = now
        live = status in ("ready", "partial")
        if live and self.first_at is None and (rows >= FIRST_PAGE or (complete and rows == total)):
            self.first_at = now
        if live and self.complete_at is None and complete and total is not None:
            self.complete_at = now


class Looks:
    """`async with`; windows over several streams, as of several browser tabs, since one holds at most 32."""

    def __init__(
        self, http: aiohttp.ClientSession, token: str, keys: Mapping[str, str], resource: str = "core/v1/pods"
    ) -> None:
        self._http = http
        self._resource = resource
        self._token = token
        self._keys = dict(keys)
        self.looks = {name: Look() for name in keys}
        self._tasks: list[asyncio.Task[None]] = []
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._changed = asyncio.Event()
        self._failure: Exception | None = None

    def __getitem__(self, name: str) -> Look:
        return self.looks[name]

    async def __aenter__(self) -> Self:
        names = list(self._keys)
        try:
            for start in range(0, len(names), _PER_STREAM):
                await self._stream(names[start : start + _PER_STREAM])
        except BaseException:
            await asyncio.shield(self._end())
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in self._sockets:
            await socket.close()

    async def _stream(self, names: list[str]) -> None:
        socket = await self._http.ws_connect("/api/v1/stream", max_msg_size=0)
        self._sockets.append(socket)
        await socket.send_str(_encode(Hello(self._token)).decode())
        for number, name in enumerate(names):
            spec = WindowSpec(clusters=[self._keys[name]], resource=self._resource, sort=["name"], limit=FIRST_PAGE)
            await socket.send_str(_encode(OpenWindow(number, spec)).decode())
        shown = asyncio.Event()
        self._tasks.append(asyncio.create_task(self._listen(socket, names, shown)))
        async with asyncio.timeout(20):
            await shown.wait()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, names: list[str], shown: asyncio.Event) -> None:
        waited_for = set(range(len(names)))
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            match _decode(message.data):
                case WindowSnapshot(id=number, page=page):
                    self.looks[names[number]].page(page)
                    waited_for.discard(number)
                    if not waited_for:
                        shown.set()
                case WindowChanged(id=number, delta=delta):
                    self.looks[names[number]].delta(delta)
                case WindowFailed(message=why):
                    self._failure = RuntimeError(f"a window failed: {why}")
                case _:
                    continue
            self._changed.set()
        self._failure = self._failure or RuntimeError(f"the stream ended: {socket.close_code}")
        self._changed.set()

    async def until(self, what: str, names: Iterable[str] | None = None, *, within: float = 90) -> None:
        """`what` is `shown`, `first` or `complete`; of all unless named. TimeoutError says who did not come."""
        wanted = list(self.looks if names is None else names)
        try:
            async with asyncio.timeout(within):
                while any(getattr(self.looks[name], f"{what}_at") is None for name in wanted):
                    self._changed.clear()
                    await self._changed.wait()
                    if self._failure is not None:
                        raise self._failure
        except TimeoutError:
            late = [name for name in wanted if getattr(self.looks[name], f"{what}_at") is None]
            raise TimeoutError(f"no {what} page within {within:g} s: {', '.join(late[:8])} ({len(late)})") from None
