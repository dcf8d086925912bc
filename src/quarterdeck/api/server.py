"""The socket, and uvicorn on it, for as long as a block lasts."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import msgspec
import uvicorn

from quarterdeck.api.app import make_app
from quarterdeck.api.guard import Access
from quarterdeck.api.page import Page
from quarterdeck.api.ports import Console
from quarterdeck.api.tokens import Tokens
from quarterdeck.model.errors import SettingsError
from quarterdeck.settings.model import ServerSettings

MOST_MESSAGE_BYTES = 64 * 1024
"""What a browser says in one message: a window over a thousand clusters takes 16 kB."""
GRACE_S = 1


class Served(msgspec.Struct, frozen=True):
    """`url` ends in a slash and holds no token."""

    host: str
    port: int
    url: str


class _Server(uvicorn.Server):
    """Leaves signals to whoever owns the process, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def listen(settings: ServerSettings, *, or_any: bool = False) -> socket.socket:
    """A bound socket. `or_any`: where another program has the port, any free one will do. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    ports = [settings.port, 0] if or_any else [settings.port]
    for port in ports:
        listener = socket.socket(family)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((settings.host, port))
            listener.listen(128)
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE and port != ports[-1]:
                continue
            taken = error.errno == errno.EADDRINUSE
            why = "another program has that port" if taken else error.strerror or str(error)
            raise SettingsError(
                f"Cannot listen on {settings.host}:{port}: {why}. Choose another with --port."
            ) from None
        else:
            return listener
    raise AssertionError(ports)


@asynccontextmanager
async def serving(
    console: Console, settings: ServerSettings, tokens: Tokens, *, or_any: bool = False, page: Page | None = None
) -> AsyncGenerator[Served]:
    """Answers from its beginning to its end; then waits 1 s at most for requests that still run."""
    listener = listen(settings, or_any=or_any)
    try:
        port: int = listener.getsockname()[1]
        access = Access.to(settings.host, port, settings.allowed_hosts, metrics_open=settings.metrics_open)
        page = page if page is not None else await asyncio.to_thread(Page)
        server = _Server(_config(make_app(console, access, tokens, page)))
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.serve(sockets=[listener]), name="http")
            await server.listening.wait()
            try:
                yield Served(settings.host, port, f"http://{_name(settings.host)}:{port}/")
            finally:
                server.should_exit = True
                await (
                    serving
                )  # before the group hears of an error in the block: cancelled, it would leave tasks of its own
    finally:
        listener.close()


def _name(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _unless_broken_off(record: logging.LogRecord) -> bool:
    """An export that is no whole file ends so on purpose, and says why itself (api/exports/file.py)."""
    return record.msg != "ASGI callable returned without completing response."


def _config(app: object) -> uvicorn.Config:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_unless_broken_off)
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] - litestar's and uvicorn's ASGI types name the same thing
        ws="websockets-sansio",
        ws_max_size=MOST_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=75,
    )
