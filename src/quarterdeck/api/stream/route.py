"""`WS /api/v1/stream`: the socket, and how it ends."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect
from litestar.params import SkipValidation

from quarterdeck.api.guard import STREAM_PATH
from quarterdeck.api.routes.inject import ConsoleHere, TokensHere
from quarterdeck.api.stream.connection import Connection, StreamClosed
from quarterdeck.api.stream.hub import Hub

HubHere = NamedDependency[SkipValidation[Hub]]
_log = structlog.get_logger("quarterdeck.api.stream")


@websocket(STREAM_PATH)
async def stream(socket: WebSocket[Any, Any, Any], console: ConsoleHere, tokens: TokensHere, hub: HubHere) -> None:
    """Hello with the token within 5 s, then Welcome, Snapshot and deltas (api/wire.py)."""
    await socket.accept()

    async def send(text: str) -> None:
        await socket.send_data(text, mode="text")

    try:
        await Connection(console, hub, tokens, socket.receive_text, send).run()
    except StreamClosed as closed:
        _log.info("stream refused", code=closed.code, reason=closed.reason)
        await socket.close(closed.code, closed.reason)
    except (WebSocketDisconnect, TimeoutError, OSError) as ended:
        _log.debug("stream ended", by=type(ended).__name__)
