"""The channel protocols against a scripted server."""

from __future__ import annotations

import json

import pytest
from aiohttp import WSMsgType, web

from quarterdeck.kubeclient.streams import Channel, ExitStatus, open_attach, open_exec, open_port
from quarterdeck.model.errors import ConnectError, ForbiddenError, RefusedError, ServerError
from tests.unit.kubeclient.ground import FakeSource, Ground, Handler, token

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

FAILED = {
    "status": "Failure",
    "message": "command terminated with non-zero exit code",
    "reason": "NonZeroExitCode",
    "details": {"causes": [{"reason": "ExitCode", "message": "3"}]},
}


async def test_exec_passes_the_command_as_it_is_and_tells_how_it_ended(ground: Ground) -> None:
    asked: list[web.Request] = []
    got: list[bytes] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        socket = web.WebSocketResponse(protocols=("v5.channel.k8s.io",))
        await socket.prepare(request)
        for channel in (1, 2, 3):
            await socket.send_bytes(bytes((channel,)))
        async for message in socket:
            got.append(message.data)
            if message.data[0] == Channel.CLOSE:
                break
        await socket.send_bytes(b"\x01out")
        await socket.send_bytes(b"\x02err")
        await socket.send_bytes(b"\x03" + json.dumps(FAILED).encode())
        await socket.close()
        return socket

    client = await ground.client_of(handle)
    command = ["sh", "-c", "a;b + 'c d' & e=%41 ü"]
    async with open_exec(client, "team", "pod-0", command, container="main", stdin=True) as stream:
        await stream.resize(80, 24)
        await stream.write(b"in")
        await stream.close_stdin()
        assert await stream.read() == (Channel.STDOUT, b"out")
        assert await stream.read() == (Channel.STDERR, b"err")
        assert await stream.read() is None
        assert stream.exit == ExitStatus(3, "command terminated with non-zero exit code")
    assert asked[0].path == "/api/v1/namespaces/team/pods/pod-0/exec"
    assert asked[0].query.getall("command") == command
    assert asked[0].query["container"] == "main"
    assert got == [b'\x04{"Width":80,"Height":24}', b"\x00in", b"\xff\x00"]
    assert client.stats().sockets == 0


async def test_a_server_of_v4_says_success_and_cannot_close_stdin(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("v4.channel.k8s.io",))
        await socket.prepare(request)
        await socket.receive()
        await socket.send_bytes(b'\x03{"status":"Success"}')
        await socket.close()
        return socket

    client = await ground.client_of(handle)
    async with open_attach(client, "team", "pod-0", stdin=True, tty=True) as stream:
        with pytest.raises(RefusedError):
            await stream.close_stdin()
        await stream.write(b"x")
        assert await stream.read() is None
        assert stream.exit is not None
        assert stream.exit.success


def port_server(*, refuse: str = "") -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("v4.channel.k8s.io",))
        await socket.prepare(request)
        for channel in (0, 1):
            await socket.send_bytes(bytes((channel,)) + int(request.query["ports"]).to_bytes(2, "little"))
        if refuse:
            await socket.send_bytes(b"\x01" + refuse.encode())
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                await socket.send_bytes(b"\x00" + message.data[1:].upper())
                if message.data[1:] == b"bye":
                    break
        await socket.close()
        return socket

    return handle


async def test_a_port_carries_bytes_both_ways_until_its_end(ground: Ground) -> None:
    client = await ground.client_of(port_server())
    async with open_port(client, "team", "pod-0", 8080) as stream:
        await stream.write(b"hello")
        assert await stream.read() == b"HELLO"
        await stream.write(b"bye")
        assert await stream.read() == b"BYE"
        assert await stream.read() == b""


async def test_a_port_nobody_listens_on_is_the_pods_refusal(ground: Ground) -> None:
    client = await ground.client_of(port_server(refuse="connection refused"))
    async with open_port(client, "team", "pod-0", 8080) as stream:
        with pytest.raises(ServerError, match="connection refused"):
            await stream.read()


async def test_closing_the_client_ends_an_open_stream(ground: Ground) -> None:
    client = await ground.client_of(port_server())
    async with open_port(client, "team", "pod-0", 8080) as stream:
        await client.close()
        with pytest.raises(ConnectError) as caught:
            await stream.read()
    assert caught.value.reason == "closed"


async def test_a_refused_token_is_tried_anew_and_a_forbidden_exec_names_its_rule(ground: Ground) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=403 if request.headers["Authorization"] == "Bearer token-2" else 401)

    source = FakeSource(token(1), token(2))
    client = await ground.client_of(handle, source)
    with pytest.raises(ForbiddenError) as caught:
        async with open_exec(client, "team", "pod-0", ["ls"]):
            pass
    assert 'resources: ["pods/exec"], verbs: ["create"]' in caught.value.advice
    assert source.told == ["reject 1"]
