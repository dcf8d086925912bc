"""A whole `quarterdeck` on a real socket, and the second one that opens the first's page."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
import structlog
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from quarterdeck.api.page import Page
from quarterdeck.api.server import MOST_MESSAGE_BYTES, Served, listen, serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.app.instance import Running, running_instance, single_instance
from quarterdeck.cli.browser import write_launch_file
from quarterdeck.cli.exits import CommandError
from quarterdeck.cli.main import main
from quarterdeck.cli.second import ask_for_launch, find_running
from quarterdeck.model.errors import SettingsError
from quarterdeck.settings.model import ServerSettings
from tests.unit.api.fake import FakeConsole, key
from tests.unit.cli.composed import Composed

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]
ANY_PORT = ServerSettings(port=0)


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def _call(port: int, method: str, path: str, token: str = "", body: object = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, headers | ({"Content-Type": "application/json"} if sent else {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture(autouse=True)
async def ends_its_threads(anyio_backend: object) -> AsyncIterator[None]:
    yield
    await asyncio.get_running_loop().shutdown_default_executor()


def _stream(served: Served) -> connect:
    return connect(served.url.replace("http", "ws") + "api/v1/stream")


async def test_a_browser_can_launch_listen_and_act() -> None:
    tokens, console = Tokens(), FakeConsole()
    async with serving(console, ANY_PORT, tokens) as served:
        status, body = await asyncio.to_thread(
            _call, served.port, "POST", "/api/v1/session", "", {"launch": tokens.launch()}
        )
        assert status == 200
        token = json.loads(body)["token"]
        origin = served.url.rstrip("/")
        async with connect(served.url.replace("http", "ws") + "api/v1/stream", origin=origin) as socket:  # pyright: ignore[reportArgumentType] - a NewType of str
            assert socket.response is not None
            assert "Sec-WebSocket-Extensions" not in socket.response.headers
            await socket.send(json.dumps({"type": "hello", "token": token}))
            assert json.loads(await socket.recv())["type"] == "welcome"
            assert json.loads(await socket.recv())["type"] == "snapshot"
            change = {"open": [key("a")]}
            status, _ = await asyncio.to_thread(_call, served.port, "POST", "/api/v1/selection/changes", token, change)
            assert status == 200
            kinds = {json.loads(await socket.recv())["type"] for _ in range(4)}
            assert {"clusters", "change"} <= kinds


async def test_a_message_that_is_too_large_ends_the_stream() -> None:
    tokens = Tokens()
    async with serving(FakeConsole(), ANY_PORT, tokens) as served, _stream(served) as socket:
        await socket.send(json.dumps({"type": "hello", "token": "x" * MOST_MESSAGE_BYTES}))
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_a_wrong_token_is_closed_with_4401() -> None:
    async with serving(FakeConsole(), ANY_PORT, Tokens()) as served, _stream(served) as socket:
        await socket.send(json.dumps({"type": "hello", "token": "guessed"}))
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


async def test_ending_does_not_wait_for_open_streams() -> None:
    tokens = Tokens()
    loop = asyncio.get_running_loop()
    async with serving(FakeConsole(), ANY_PORT, tokens) as served:
        socket = await _stream(served)
        await socket.send(json.dumps({"type": "hello", "token": tokens.bearer()}))
        await socket.recv()
        begun = loop.time()
    assert loop.time() - begun < 3
    with pytest.raises(ConnectionClosed):
        while True:
            await socket.recv()


def test_it_listens_on_loopback_unless_told_otherwise() -> None:
    listener = listen(ANY_PORT)
    with listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_told_or_another_found() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = ServerSettings(port=other.getsockname()[1])
        with pytest.raises(SettingsError, match=r"another program has that port\. Choose another with --port"):
            listen(taken)
        with listen(taken, or_any=True) as found:
            assert found.getsockname()[1] != taken.port


def test_a_launch_file_is_for_its_person_alone_and_goes_to_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    path = write_launch_file(folder, "http://127.0.0.1:7420/", "abc")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert 'content="0;url=http://127.0.0.1:7420/#launch=abc"' in path.read_text()
    os.utime(path, (1, 1))
    other = write_launch_file(folder, "http://127.0.0.1:7420/", "def")
    assert sorted(folder.glob("launch-*")) == [other]


def test_one_process_holds_a_data_folder(tmp_path: Path) -> None:
    with single_instance(tmp_path / "x") as first:
        assert first is not None
        assert running_instance(tmp_path / "x") is None
        first.announce("http://127.0.0.1:1/", "secret")
        info = tmp_path / "x" / "server.json"
        assert stat.S_IMODE(info.stat().st_mode) == 0o600
        with single_instance(tmp_path / "x") as second:
            assert second is None
        running = running_instance(tmp_path / "x")
        assert running == Running(os.getpid(), "http://127.0.0.1:1/", "secret")
        assert "secret" not in repr(running)
        info.chmod(0o644)
        assert running_instance(tmp_path / "x") is None
    assert not info.exists()
    with single_instance(tmp_path / "x") as again:
        assert again is not None


def test_a_second_start_asks_the_first_and_says_so_where_it_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="does not say where it is"):
        find_running(tmp_path, within_s=0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    with pytest.raises(CommandError, match="does not answer"):
        ask_for_launch(Running(1, url, "x"))


def test_the_console_starts_a_second_opens_its_page_and_ctrl_c_ends_it(
    composed: Composed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    said: list[str] = []
    failed: list[BaseException] = []

    def another() -> None:
        try:
            running = find_running(folder, within_s=20)
            assert main(["--no-browser", "--port", "0"]) == 0
            launches = sorted(folder.glob("launch-*.html"), key=lambda p: p.stat().st_mtime)
            launch = re.search(r"#launch=([\w-]+)", launches[-1].read_text())
            assert launch is not None
            port = int(running.url.rstrip("/").rpartition(":")[2])
            status, body = _call(port, "POST", "/api/v1/session", "", {"launch": launch[1]})
            said.append(f"{status} {sorted(msgspec.json.decode(body))}")
            said.append(str(_call(port, "GET", "/", "")[0]))
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=another)
    thread.start()
    try:
        assert main(["--no-browser", "--port", "0"]) == 0
    finally:
        thread.join()
    assert not failed, failed
    assert said == ["200 ['token']", "200"]
    out = capsys.readouterr().out
    assert re.search(r"Quarterdeck is at http://127\.0\.0\.1:\d+/", out)
    assert re.search(r"Quarterdeck runs already, at http://127\.0\.0\.1:\d+/", out)
    assert "#launch=" not in out
    assert not (folder / "server.json").exists()
    assert list(folder.glob("launch-*")) == []


def test_the_demo_is_composed_as_one(composed: Composed, tmp_path: Path) -> None:
    def end() -> None:
        find_running(tmp_path / "data", within_s=20)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        assert main(["demo", "--no-browser", "--port", "0"]) == 0
    finally:
        thread.join()
    assert composed.calls[0][1:] == (False, True)


def test_the_page_is_served_with_caching_by_name(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-B2c4D6e8.js").write_text("1")
    (tmp_path / "index.html").write_text("<!doctype html><title>Q</title>")
    page = Page(tmp_path)
    script = page.find("/assets/index-B2c4D6e8.js")
    assert script is not None
    assert (script.immutable, script.media_type) == (True, "text/javascript")
    assert (page.index.immutable, page.index.body) == (False, b"<!doctype html><title>Q</title>")
