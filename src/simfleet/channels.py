"""pods/exec and pods/portforward over WebSockets: the channel protocols (KEP-4006; k8s.io/cri-streaming)."""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress
from urllib.parse import parse_qsl

import msgspec
from aiohttp import WSMsgType, web

from simfleet.calls import Call
from simfleet.kinds import JsonObject
from simfleet.logs import chosen_container
from simfleet.objects import Stored
from simfleet.options import TRUE
from simfleet.pods import Pod, PodState
from simfleet.shell import SHELLS, Outcome, Shell
from simfleet.statuses import StatusError, bad_request, internal, not_found
from simfleet.world import World

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
EXEC_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
FORWARD_PROTOCOLS = ("v4.channel.k8s.io",)


def _pod(world: World, call: Call) -> Stored:
    stored = world.pods.get(call.namespace, call.name)
    if stored is None:
        raise not_found(call.kind, call.name)
    return stored


def _upgrade(request: web.BaseRequest, protocols: tuple[str, ...]) -> web.WebSocketResponse:
    """Raises StatusError (400) if the client does not ask for one of `protocols` by WebSocket."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise bad_request("Upgrade request required")
    offered = [p.strip() for p in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if p.strip()]
    if not set(offered) & set(protocols):
        raise StatusError(403, "Forbidden", f"unable to upgrade: none of the protocols {offered} is supported")
    # The server chooses by its own order of preference among what is offered.
    return web.WebSocketResponse(protocols=[p for p in protocols if p in offered], max_msg_size=0, autoping=True)


def exit_status(code: int) -> JsonObject:
    """What the error channel says at the end (client-go tools/remotecommand/v4.go)."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


async def answer_exec(request: web.BaseRequest, world: World, call: Call) -> web.StreamResponse:
    """Raises StatusError before the upgrade."""
    stored = _pod(world, call)
    query = parse_qsl(request.query_string, keep_blank_values=True)
    command = [v for k, v in query if k == "command"]
    flags = dict(query)
    if not command:
        raise bad_request("you must specify at least one command for the container")
    container = chosen_container(stored, flags.get("container", ""))
    if isinstance(stored, Pod) and stored.state not in {PodState.RUNNING, PodState.UNREADY}:
        raise internal(f'container not found ("{container}")')
    socket = _upgrade(request, EXEC_PROTOCOLS)
    await socket.prepare(request)
    session = _ExecSession(socket, Shell(stored.name, stored.namespace, container, lambda: world.now), flags)
    with suppress(ConnectionResetError):
        await session.run(command)
        await socket.close()
    return socket


class _ExecSession:
    def __init__(self, socket: web.WebSocketResponse, shell: Shell, flags: dict[str, str]) -> None:
        self._socket = socket
        self._shell = shell
        self._stdin = flags.get("stdin", "") in TRUE
        self._stdout = flags.get("stdout", "") in TRUE
        self._stderr = flags.get("stderr", "") in TRUE
        self._tty = flags.get("tty", "") in TRUE
        self._size = (80, 24)

    async def run(self, command: list[str]) -> None:
        interactive = command[0] in SHELLS and len(command) == 1
        if self._stdin and (interactive or (command[0] == "cat" and len(command) == 1)):
            code = await self._converse(echo_only=command[0] == "cat")
        else:
            code = await self._show(self._shell.run(command))
        await self._socket.send_bytes(bytes([ERROR]) + msgspec.json.encode(exit_status(code)))

    async def _show(self, outcome: Outcome) -> int:
        if outcome.pause:
            await asyncio.sleep(outcome.pause)
        await self._write(STDOUT, outcome.stdout)
        await self._write(STDERR, outcome.stderr)
        return outcome.code

    async def _write(self, channel: int, text: str) -> None:
        if self._tty:
            channel, text = STDOUT, text.replace("\n", "\r\n")
        wanted = self._stderr if channel == STDERR else self._stdout
        if text and wanted:
            await self._socket.send_bytes(bytes([channel]) + text.encode())

    async def _converse(self, *, echo_only: bool) -> int:
        """Until exit, end of input or the client's leave; returns the exit code of the last command."""
        line, code = "", 0
        await self._prompt(echo_only=echo_only)
        while (data := await self._input()) is not None:
            for letter in data:
                if letter == "\x04" and not line:
                    return code
                if letter == "\x03":
                    line = ""
                    await self._write(STDOUT, "^C\n")
                    await self._prompt(echo_only=echo_only)
                elif letter in {"\x7f", "\b"}:
                    if line and self._tty:
                        await self._socket.send_bytes(bytes([STDOUT]) + b"\b \b")
                    line = line[:-1]
                elif letter in {"\r", "\n"}:
                    if self._tty:
                        await self._write(STDOUT, "\n")
                    outcome = Outcome(line + "\n") if echo_only else self._typed(line)
                    code, line = await self._show(outcome), ""
                    if outcome.leave:
                        return code
                    await self._prompt(echo_only=echo_only)
                else:
                    line += letter
                    if self._tty:
                        await self._write(STDOUT, letter)
        if line:
            code = await self._show(Outcome(line) if echo_only else self._typed(line))
        return code

    def _typed(self, line: str) -> Outcome:
        if line.strip() == "stty size":
            return Outcome(f"{self._size[1]} {self._size[0]}\n")
        return self._shell.run_line(line)

    async def _prompt(self, *, echo_only: bool) -> None:
        if self._tty and not echo_only:
            await self._write(STDOUT, f"{self._shell.directory} $ ")

    async def _input(self) -> str | None:
        """What was typed; None at the end of input."""
        while True:
            message = await self._socket.receive()
            if message.type not in {WSMsgType.BINARY, WSMsgType.TEXT}:
                return None
            data = message.data.encode() if isinstance(message.data, str) else bytes(message.data)
            if not data:
                continue
            channel, rest = data[0], data[1:]
            if channel == STDIN:
                return rest.decode(errors="replace")
            if channel == RESIZE:
                self._resize(rest)
            if channel == CLOSE and rest[:1] == bytes([STDIN]):
                return None

    def _resize(self, data: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError):
            size: JsonObject = msgspec.json.decode(data)
            self._size = (int(size["Width"]), int(size["Height"]))


async def answer_port_forward(request: web.BaseRequest, world: World, call: Call) -> web.StreamResponse:
    """Each port has two channels, data and error, that open with the port's number (little endian).

    A declared port answers HTTP, port 7 echoes, any other refuses. Raises StatusError before the upgrade.
    """
    stored = _pod(world, call)
    ports: list[int] = []
    for key, text in parse_qsl(request.query_string):
        if key == "ports":
            for part in text.split(","):
                if not part.isdigit() or not 0 < int(part) < 65536:
                    raise bad_request(f'invalid query parameter "ports": {part}')
                ports.append(int(part))
    if not ports:
        raise bad_request('query parameter "ports" is required')
    if isinstance(stored, Pod) and stored.state is not PodState.RUNNING:
        raise internal("unable to forward port because pod is not running")
    socket = _upgrade(request, FORWARD_PROTOCOLS)
    await socket.prepare(request)
    served = stored.group.archetype.port if isinstance(stored, Pod) else 80
    with suppress(ConnectionResetError):
        for number, port in enumerate(ports):
            for channel in (2 * number, 2 * number + 1):
                await socket.send_bytes(bytes([channel]) + struct.pack("<H", port))
        await _forward(socket, ports, served, stored.name)
        await socket.close()
    return socket


async def _forward(socket: web.WebSocketResponse, ports: list[int], served: int, name: str) -> None:
    pending: dict[int, bytes] = {}
    async for message in socket:
        if message.type is not WSMsgType.BINARY or not message.data:
            continue
        frame = bytes(message.data)
        channel, data = frame[0], frame[1:]
        number = channel // 2
        if channel % 2 or number >= len(ports):
            continue
        port: int = ports[number]
        if port == 7:
            await socket.send_bytes(bytes([channel]) + data)
        elif port in {served, 80, 8080}:
            pending[number] = pending.get(number, b"") + data
            while b"\r\n\r\n" in pending[number]:
                head, _, pending[number] = pending[number].partition(b"\r\n\r\n")
                await socket.send_bytes(bytes([channel]) + _hello(name, head))
        else:
            said = f"an error occurred forwarding {port} -> {port}: connection refused"
            await socket.send_bytes(bytes([channel + 1]) + said.encode())
            return


def _hello(name: str, head: bytes) -> bytes:
    path = head.split(b" ")[1].decode(errors="replace") if b" " in head else "/"
    body = f"Hello from {name}, you asked for {path}\n".encode()
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    return lines.encode() + body
