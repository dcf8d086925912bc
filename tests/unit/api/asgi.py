"""A browser in the same loop: HTTP and WebSocket straight into the ASGI application, on virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from quarterdeck.api.app import make_app
from quarterdeck.api.guard import Access
from quarterdeck.api.page import Page
from quarterdeck.api.tokens import Tokens
from tests.unit.api.fake import FakeConsole

HOST = "127.0.0.1:7777"


class Answer(msgspec.Struct):
    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool = True
    """Whether the body came to its end; where not, a server breaks the connection."""

    def json(self) -> Any:
        return json.loads(self.body)


class Closed(Exception):  # noqa: N818
    """The server closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code


class Socket:
    """A browser's WebSocket. While `reading` is cleared the server's sends wait, as they do on a full TCP buffer."""

    def __init__(self) -> None:
        self.reading = asyncio.Event()
        self.reading.set()
        self.sends_waiting = 0
        self.bytes_received = 0
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})

    async def app_receive(self) -> Any:
        return await self._in.get()

    async def app_send(self, message: Any) -> None:
        self.sends_waiting += 1
        try:
            await self.reading.wait()
        finally:
            self.sends_waiting -= 1
        self._out.put_nowait(message)

    def send(self, **message: Any) -> None:
        self.send_text(json.dumps(message))

    def send_text(self, text: str) -> None:
        self._in.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def receive(self) -> dict[str, Any]:
        """The next message; raises Closed."""
        async with asyncio.timeout(300):
            message = await self._out.get()
        if message["type"] == "websocket.close":
            raise Closed(message.get("code", 1000), message.get("reason", ""))
        if message["type"] == "websocket.accept":
            return {"type": "accept"}
        self.bytes_received += len(message["text"])
        return json.loads(message["text"])

    async def until(self, kind: str) -> dict[str, Any]:
        """The next message of that type, whatever comes before it; waits 90 s at most."""
        async with asyncio.timeout(90):
            while (message := await self.receive())["type"] != kind:
                pass
        return message


class Browser:
    def __init__(self, app: Any, console: FakeConsole, tokens: Tokens) -> None:
        self._app = app
        self.console = console
        self.tokens = tokens
        self.bearer = tokens.bearer()
        self.leaving = asyncio.Event()
        """Once it is set the browser is gone, whatever it asked for."""

    async def call(
        self, method: str, target: str, body: object = None, *, token: str | None = "", **headers: str | None
    ) -> Answer:
        """`token` None sends none. Header names are given with underscores; None leaves out what is sent otherwise."""
        sent: dict[str, str | None] = {"host": HOST}
        if token is not None:
            sent["authorization"] = f"Bearer {token or self.bearer}"
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if body is not None:
            sent |= {"content-type": "application/json", "content-length": str(len(raw))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        messages = [{"type": "http.request", "body": raw, "more_body": False}]
        got: list[dict[str, Any]] = []

        async def receive() -> Any:
            if not messages:
                await self.leaving.wait()
                return {"type": "http.disconnect"}
            return messages.pop(0)

        async def send(message: Any) -> None:
            got.append(message)

        await self._app(self._scope("http", method, target, sent), receive, send)
        body_got = b"".join(m.get("body", b"") for m in got[1:])
        headers_got = [(n.decode().lower(), v.decode()) for n, v in got[0]["headers"]]
        assert len(dict(headers_got)) == len(headers_got), f"a header was sent twice: {headers_got}"
        return Answer(got[0]["status"], dict(headers_got), body_got, not got[-1].get("more_body", False))

    async def get(self, target: str, **headers: Any) -> Answer:
        return await self.call("GET", target, **headers)

    @asynccontextmanager
    async def socket(self, target: str = "/api/v1/stream", **headers: str) -> AsyncGenerator[Socket]:
        """Open until the block ends; then the browser leaves and the server's side must end."""
        socket = Socket()
        scope = self._scope("websocket", "GET", target, {"host": HOST, **headers})
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(self._app(scope, socket.app_receive, socket.app_send))
            yield socket
            socket.leave()
            socket.reading.set()
            async with asyncio.timeout(5):
                await serving

    @asynccontextmanager
    async def stream(self, **hello: Any) -> AsyncGenerator[Socket]:
        """A socket that has said hello."""
        async with self.socket() as socket:
            socket.send(type="hello", token=self.bearer, **hello)
            assert (await socket.receive())["type"] == "accept"
            yield socket

    def _scope(self, kind: str, method: str, target: str, headers: dict[str, str | None]) -> Any:
        path, _, query = target.partition("?")
        return ({"method": method} if kind == "http" else {}) | {
            "type": kind,
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws" if kind == "websocket" else "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in headers.items() if v is not None],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 7777),
            "subprotocols": [],
            "state": {},
            "extensions": {},
        }


_PAGE = Page()
"""Read at import: on the loop it would block it, and virtual time does not wait for threads."""


@asynccontextmanager
async def serving(
    console: FakeConsole | None = None, page: Page | None = None, **access: Any
) -> AsyncGenerator[Browser]:
    """The application, started and shut down again."""
    console = console if console is not None else FakeConsole()
    tokens = Tokens(asyncio.get_running_loop().time)
    app: Any = make_app(console, Access.to("127.0.0.1", 7777, **access), tokens, page or _PAGE)
    to_app: asyncio.Queue[Any] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, to_app.get, from_app.put))
        to_app.put_nowait({"type": "lifespan.startup"})
        assert (await from_app.get())["type"] == "lifespan.startup.complete"
        yield Browser(app, console, tokens)
        to_app.put_nowait({"type": "lifespan.shutdown"})
        assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
