"""The HTTP and SOCKS proxies, names and credential plugins of the test ground behave as their clients expect."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import subprocess
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from testbed.connectproxy import ConnectProxy
from testbed.execplugins import exec_user
from testbed.names import HangingNames
from testbed.socksproxy import SocksProxy

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@asynccontextmanager
async def echo_server() -> AsyncGenerator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def connect_by_http(proxy: ConnectProxy, target: str, *headers: str) -> bytes:
    """All that comes back to a CONNECT followed by a line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write("\r\n".join([f"CONNECT {target} HTTP/1.1", f"Host: {target}", *headers, "", ""]).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " in head:
            writer.write(b"hello\n")
        return head.split(b"\r\n")[0] + b"|" + await reader.read()
    finally:
        writer.close()


async def test_connect_reaches_a_name_only_the_proxy_knows() -> None:
    async with echo_server() as port, ConnectProxy(names={"inside.test:6443": f"127.0.0.1:{port}"}) as proxy:
        assert await connect_by_http(proxy, "inside.test:6443") == b"HTTP/1.1 200 Connection established|hello\n"
        assert proxy.requests == ["inside.test:6443"]


async def test_connect_wants_the_right_password() -> None:
    async with echo_server() as port, ConnectProxy(user="u", password="p") as proxy:
        right = base64.b64encode(b"u:p").decode()
        assert (await connect_by_http(proxy, f"127.0.0.1:{port}")).startswith(b"HTTP/1.1 407 ")
        answer = await connect_by_http(proxy, f"127.0.0.1:{port}", f"Proxy-Authorization: Basic {right}")
        assert answer.endswith(b"|hello\n")
        assert (proxy.refused, len(proxy.requests)) == (1, 1)


async def test_connect_says_when_the_target_is_not_there() -> None:
    async with ConnectProxy() as proxy:
        assert (await connect_by_http(proxy, "127.0.0.1:1")).startswith(b"HTTP/1.1 502 ")
        proxy.answer_with = "403 Forbidden"
        assert (await connect_by_http(proxy, "127.0.0.1:1")).startswith(b"HTTP/1.1 403 Forbidden|")


async def test_a_connect_that_hangs_never_answers() -> None:
    async with echo_server() as port, ConnectProxy() as proxy:
        proxy.hanging = True
        asking = asyncio.ensure_future(connect_by_http(proxy, f"127.0.0.1:{port}"))
        await proxy.asked(1)
        assert await asyncio.wait({asking}, timeout=0.1) == (set(), {asking})
        await proxy.stop()
        with pytest.raises(EOFError):
            await asking


async def test_socks_looks_names_up_itself() -> None:
    async with echo_server() as port, SocksProxy(names={"inside.test": "127.0.0.1"}, user="u", password="p") as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(bytes([5, 1, 2]))
        assert await reader.readexactly(2) == bytes([5, 2])
        writer.write(bytes([1, 1]) + b"u" + bytes([1]) + b"p")
        assert await reader.readexactly(2) == bytes([1, 0])
        writer.write(bytes([5, 1, 0, 3, 11]) + b"inside.test" + port.to_bytes(2, "big"))
        assert (await reader.readexactly(10))[:2] == bytes([5, 0])
        writer.write(b"hello\n")
        assert await reader.read() == b"hello\n"
        writer.close()
        assert (proxy.names_asked, proxy.requests) == (["inside.test"], [f"inside.test:{port}"])


async def test_socks_turns_a_wrong_password_away() -> None:
    async with SocksProxy(user="u", password="p") as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(bytes([5, 1, 2]) + bytes([1, 1]) + b"u" + bytes([1]) + b"x")
        assert await reader.read() == bytes([5, 2, 1, 1])
        writer.close()
        assert proxy.refused == 1


def test_a_hanging_name_blocks_its_thread_until_released() -> None:
    with HangingNames({"known.test": "127.0.0.1"}) as names:
        failures: list[OSError] = []

        def look() -> None:
            try:
                names("api.hangs.test")
            except OSError as error:
                failures.append(error)

        thread = threading.Thread(target=look)
        thread.start()
        assert names.wait_until_hanging(1)
        assert names("known.test") == ["127.0.0.1"]
        with pytest.raises(socket.gaierror):
            names("api.unknown.test")
        assert not failures
    thread.join(5)
    assert failures


def run_plugin(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    plugin: Any = exec_user(*arguments, **options)["exec"]
    environment = {item["name"]: item["value"] for item in plugin["env"]}
    command = [plugin["command"], *plugin["args"]]
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False
    )


def test_a_plugin_gives_a_token_with_an_expiry_and_counts_its_runs(tmp_path: Path) -> None:
    done = run_plugin("token", "abc", "--expires-in", "60", version="v1beta1", runs=tmp_path / "runs")
    credential = json.loads(done.stdout)
    assert credential["apiVersion"] == "client.authentication.k8s.io/v1beta1"
    assert credential["status"]["token"] == "abc"
    assert credential["status"]["expirationTimestamp"].endswith("Z")
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "stdout", "stderr"),
    [
        (("fail", "no session"), 1, "", "no session\n"),
        (("fail", "--code", "7"), 7, "", "the login has expired: run `plugin login`\n"),
        (("junk",), 0, "Welcome! You have 3 new messages.\n", ""),
        (("ask",), 1, "", "cannot ask for the password: standard input is not a terminal\n"),
    ],
)
def test_a_plugin_misbehaves_as_told(arguments: tuple[str, ...], code: int, stdout: str, stderr: str) -> None:
    done = run_plugin(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (code, stdout, stderr)


def test_a_plugin_floods_its_caller() -> None:
    assert len(run_plugin("huge", "--bytes", "1000000").stdout) >= 1_000_000
