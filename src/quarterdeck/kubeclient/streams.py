"""Raw bytes to and from a pod: exec, attach and port-forward over WebSocket.

Channel protocols v5.channel.k8s.io (KEP-4006, adds the close of stdin) and v4.channel.k8s.io: each binary message
begins with the byte of its channel (k8s.io/apimachinery/pkg/util/remotecommand).
"""

from __future__ import annotations

import struct
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from enum import IntEnum
from types import TracebackType
from typing import Self

import aiohttp
import msgspec

from quarterdeck.kubeclient.answers import Ask
from quarterdeck.kubeclient.client import Client
from quarterdeck.kubeclient.endpoint import encode_query, path_segment
from quarterdeck.kubeclient.errors import Stage, not_kubernetes
from quarterdeck.model.errors import RefusedError, ServerError

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"


class Channel(IntEnum):
    STDIN = 0
    STDOUT = 1
    STDERR = 2
    ERROR = 3
    RESIZE = 4
    CLOSE = 255


class ExitStatus(msgspec.Struct, frozen=True):
    """How a command ended. `code` is None where the server told only a message."""

    code: int | None
    message: str = ""

    @property
    def success(self) -> bool:
        return self.code == 0


class _Cause(msgspec.Struct):
    reason: str = ""
    message: str = ""


class _Details(msgspec.Struct):
    causes: list[_Cause] | None = None


class _End(msgspec.Struct):
    status: str = ""
    message: str = ""
    details: _Details | None = None


class _Socket:
    """What exec and port-forward share; an async context manager that closes the WebSocket."""

    def __init__(self, client: Client, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._client = client
        self._socket = socket

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _receive(self) -> bytes | None:
        """One message; None at the end. Has no deadline: a shell may be silent for hours."""
        async with self._client.scopes.open(None, Stage.STREAM):
            message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.BINARY:
            data: bytes = message.data
            return data
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
            return None
        raise not_kubernetes(self._client.authority, 0)

    async def _send(self, channel: int, data: bytes) -> None:
        """Waits while the peer takes no more."""
        async with self._client.scopes.open(None, Stage.STREAM):
            await self._socket.send_bytes(bytes((channel,)) + data)

    async def close(self) -> None:
        """Idempotent; a second at most."""
        await self._client.close_socket(self._socket)


class ExecStream(_Socket):
    """A command's streams. `exit` is set once `read` has given None, unless the connection ended without a word."""

    exit: ExitStatus | None = None

    async def read(self) -> tuple[Channel, bytes] | None:
        """The next bytes of STDOUT or STDERR; None when it has ended. Raises ClusterError."""
        while (message := await self._receive()) is not None:
            if len(message) < 2:
                continue  # the server opens each channel with an empty message
            if message[0] in (Channel.STDOUT, Channel.STDERR):
                return Channel(message[0]), message[1:]
            if message[0] == Channel.ERROR:
                self.exit = _exit_of(message[1:])
        return None

    async def write(self, data: bytes) -> None:
        """To the command's stdin."""
        await self._send(Channel.STDIN, data)

    async def close_stdin(self) -> None:
        """Ends stdin. Raises RefusedError on a server of v4, which has no way to say so."""
        if self._socket.protocol != V5:
            raise RefusedError("This server cannot close stdin (it does not speak v5.channel.k8s.io).")
        await self._send(Channel.CLOSE, bytes((Channel.STDIN,)))

    async def resize(self, columns: int, rows: int) -> None:
        await self._send(Channel.RESIZE, msgspec.json.encode({"Width": columns, "Height": rows}))


class PortStream(_Socket):
    """One TCP connection to a port of a pod; one WebSocket each, so that a slow one holds up no other."""

    async def read(self) -> bytes:
        """The next bytes; empty at the end. Raises ServerError where the pod refused the connection.

        The pod's end of the connection may pass unsaid (seen with KWOK behind 1.37): the reader of the other side
        decides when to close.
        """
        while (message := await self._receive()) is not None:
            if message[:1] == b"\x01" and len(message) > 1:
                text = message[1:].decode("utf-8", "replace")[:300]
                raise ServerError("port_refused", f"The pod would not connect: {text}.")
            if message[:1] == b"\x00" and len(message) > 1:
                return message[1:]
        return b""

    async def write(self, data: bytes) -> None:
        await self._send(0, data)

    async def skip_ports(self, port: int) -> None:
        """The first message of both channels repeats the port, little endian."""
        for _ in range(2):
            message = await self._receive()
            if message is None or len(message) != 3 or struct.unpack("<H", message[1:]) != (port,):
                raise not_kubernetes(self._client.authority, 0)


@asynccontextmanager
async def open_exec(
    client: Client,
    namespace: str,
    pod: str,
    command: Sequence[str],
    *,
    container: str = "",
    stdin: bool = False,
    tty: bool = False,
) -> AsyncGenerator[ExecStream]:
    """Runs `command`, which may hold any characters. With `tty` stderr comes within STDOUT. Raises ClusterError."""
    query = [("command", word) for word in command]
    async with await _open(client, "exec", namespace, pod, query, container, stdin, tty) as stream:
        yield stream


@asynccontextmanager
async def open_attach(
    client: Client, namespace: str, pod: str, *, container: str = "", stdin: bool = False, tty: bool = False
) -> AsyncGenerator[ExecStream]:
    """Joins the container's first process. Raises ClusterError."""
    async with await _open(client, "attach", namespace, pod, [], container, stdin, tty) as stream:
        yield stream


@asynccontextmanager
async def open_port(client: Client, namespace: str, pod: str, port: int) -> AsyncGenerator[PortStream]:
    """Connects to a TCP port of the pod. Raises ClusterError."""
    ask = _ask("portforward", namespace, pod)
    socket = await client.open_socket(ask, encode_query([("ports", str(port))]), (V4,))
    async with PortStream(client, socket) as stream:
        await stream.skip_ports(port)
        yield stream


async def _open(
    client: Client,
    what: str,
    namespace: str,
    pod: str,
    query: list[tuple[str, str]],
    container: str,
    stdin: bool,
    tty: bool,
) -> ExecStream:
    flags = {"stdin": stdin, "stdout": True, "stderr": not tty, "tty": tty}
    query = [*query, *((name, "true" if on else "false") for name, on in flags.items())]
    if container:
        query.append(("container", container))
    return ExecStream(client, await client.open_socket(_ask(what, namespace, pod), encode_query(query), (V5, V4)))


def _ask(what: str, namespace: str, pod: str) -> Ask:
    path = f"/api/v1/namespaces/{path_segment(namespace)}/pods/{path_segment(pod)}/{what}"
    return Ask("create", path, "", f"pods/{what}", namespace)


def _exit_of(raw: bytes) -> ExitStatus:
    try:
        end = msgspec.json.decode(raw, type=_End)
    except msgspec.DecodeError:
        return ExitStatus(None, raw.decode("utf-8", "replace")[:300])
    if end.status == "Success":
        return ExitStatus(0)
    causes = (end.details.causes if end.details is not None else None) or []
    for cause in causes:
        if cause.reason == "ExitCode" and cause.message.isdigit():
            return ExitStatus(int(cause.message), end.message)
    return ExitStatus(None, end.message)
