"""What a page sees of the stream."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from quarterdeck.api.ports import ConsoleNews
from quarterdeck.api.stream import hub as hubs
from quarterdeck.api.wire import Facts, Move, Vitals, WindowDelta, WindowRow
from quarterdeck.model.states import Connecting, Ready
from quarterdeck.selection.intents import ChangeSelection
from tests.unit.api.asgi import Closed, Socket, serving
from tests.unit.api.fake import FakeConsole, cluster, key
from tests.unit.api.fake_windows import page

pytestmark = pytest.mark.anyio
PODS = {"clusters": [key("a")], "resource": "core/v1/pods"}


async def test_hello_is_answered_with_welcome_and_a_snapshot() -> None:
    async with serving() as browser, browser.stream() as socket:
        welcome = await socket.receive()
        assert (welcome["type"], welcome["resumed"], welcome["server_version"]) == ("welcome", False, "0.1.0")
        snapshot = await socket.receive()
        assert [c["name"] for c in snapshot["contexts"]["contexts"]] == ["a", "b", "c"]
        assert (snapshot["generation"], snapshot["reason"]) == (0, "hello")


async def test_a_change_arrives_as_deltas_with_growing_seq() -> None:
    async with serving() as browser, browser.stream() as socket:
        await socket.until("snapshot")
        browser.console.selection.submit(ChangeSelection((cluster("a"), cluster("b"))))
        clusters = await socket.until("clusters")
        assert sorted((c["name"], c["state"]["type"]) for c in clusters["upserted"]) == [
            ("a", "connecting"),
            ("b", "connecting"),
        ]
        change = await socket.until("change")
        assert (change["record"]["generation"], change["record"]["kind"]) == (1, "change")
        assert change["seq"] > clusters["seq"]
        browser.console.selection.settle(1)
        assert {c["state"]["type"] for c in (await socket.until("clusters"))["upserted"]} == {"ready"}
        assert (await socket.until("change"))["record"]["settled_ms"] == 9.0


async def test_vitals_come_once_a_second_and_only_to_somebody() -> None:
    console = FakeConsole()
    reads = 0
    read = console.vitals

    def counted() -> Vitals:
        nonlocal reads
        reads += 1
        return read()

    console.vitals = counted
    loop = asyncio.get_running_loop()
    async with serving(console) as browser:
        await asyncio.sleep(10)
        assert reads == 0
        async with browser.stream() as socket:
            begun = loop.time()
            for _ in range(4):
                await socket.until("vitals")
            assert 3 <= loop.time() - begun < 3.1
        await asyncio.sleep(10)
        assert reads <= 5


async def test_who_was_away_hears_each_thing_once_as_it_is_now() -> None:
    async with serving() as browser:
        selection = browser.console.selection
        async with browser.stream() as socket:
            session = (await socket.until("welcome"))["session"]
            seq = (await socket.until("snapshot"))["seq"]
        for _ in range(50):
            selection.submit(ChangeSelection((cluster("a"),)))
            selection.submit(ChangeSelection((), (cluster("a"),)))
        selection.submit(ChangeSelection((cluster("b"),)))
        await asyncio.sleep(0)
        async with browser.stream(session=session, seq=seq) as socket:
            assert (await socket.receive())["resumed"] is True
            told: list[str] = []
            names: list[str] = []
            while len(told) < 102:
                message = await socket.receive()
                told.append(message["type"])
                names += [c["name"] for c in message.get("upserted", [])]
            assert sorted(names) == ["a", "b"]
            assert told.count("change") == 101


async def test_leaving_between_two_messages_loses_nothing() -> None:
    """Whatever the last message was that it saw, going on from its `seq` ends in the true state."""
    console = FakeConsole([f"c{n}" for n in range(6)])
    async with serving(console) as browser:
        async with browser.stream() as socket:
            session = (await socket.until("welcome"))["session"]
            start = (await socket.until("snapshot"))["seq"]
        for n in range(6):
            console.selection.submit(ChangeSelection((cluster(f"c{n}"),)))
            await asyncio.sleep(0)
            console.set_tabs([key(f"c{n}")], None)
        seen_all: int = 0
        for leave_after in range(1, 15):
            seen: set[str] = set()
            seq = start
            async with browser.stream(session=session, seq=seq) as socket:
                await socket.until("welcome")
                for _ in range(leave_after):
                    message = await socket.receive()
                    if message["type"] == "vitals":
                        break
                    assert message["seq"] > seq
                    seq = message["seq"]
                    seen |= _facts(message)
            async with browser.stream(session=session, seq=seq) as socket:
                await socket.until("welcome")
                while (message := await socket.receive())["type"] != "vitals":
                    seen |= _facts(message)
            assert seen == {f"c{n}" for n in range(6)} | {f"g{n}" for n in range(1, 7)} | {"t6"}
            seen_all += 1
        assert seen_all == 14


def _facts(message: dict[str, Any]) -> set[str]:
    match message["type"]:
        case "clusters":
            return {c["name"] for c in message["upserted"]}
        case "change":
            return {f"g{message['record']['generation']}"}
        case "tabs":
            return {f"t{message['tabs']['version']}"}
        case _:
            return set()


async def test_another_servers_session_gets_a_snapshot() -> None:
    async with serving() as browser, browser.stream(session="of-before", seq=7) as socket:
        assert (await socket.receive())["resumed"] is False
        assert (await socket.receive())["type"] == "snapshot"


async def test_a_browser_that_does_not_read_costs_no_memory_and_is_resynchronized(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    console = FakeConsole([f"c{n}" for n in range(100)])
    monkeypatch.setattr(hubs, "MOST_THINGS", 60)
    async with serving(console) as browser, browser.stream() as socket:
        await socket.until("snapshot")
        socket.send(type="window.open", id=1, spec=PODS | {"clusters": [key("c1")]})
        await _until(lambda: len(console.windows.opened) == 1)
        window = console.windows.opened[0]
        window.sink.page(page(key("c1"), 200))
        await socket.until("window.snapshot")
        socket.reading.clear()

        def churn(rounds: int) -> None:
            for n in range(rounds):
                for c in range(100):
                    console.selection.become(cluster(f"c{c}"), Connecting(n, 60, ()), epoch=n)
                console.selection._flush()  # pyright: ignore[reportPrivateUsage] - many turns in one
                row = WindowRow("x", key("c1"), ["web" * 50, n])
                window.sink.delta(WindowDelta(inserted=[Move(0, row)] * 50, total=n))
                socket.send(type="ping", n=n)

        churn(20)
        await asyncio.sleep(5)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.take_snapshot()
        churn(400)
        await asyncio.sleep(5)
        gc.collect()
        grown = sum(d.size_diff for d in tracemalloc.take_snapshot().compare_to(before, "filename"))
        tracemalloc.stop()
        assert grown < 300_000, f"{grown} bytes for 40,000 news and 400 deltas that nobody read"
        assert socket.sends_waiting == 1
        assert window.refreshes == 0

        received = socket.bytes_received
        socket.reading.set()
        snapshot = await socket.until("snapshot")
        assert (snapshot["reason"], len(snapshot["contexts"]["contexts"])) == ("resync", 100)
        await _until(lambda: window.refreshes == 1)
        window.sink.delta(WindowDelta(total=1))
        window.sink.page(page(key("c1"), 3, "fresh"))
        shown = await socket.until("window.snapshot")
        assert shown["page"]["rows"][0]["values"][0] == "fresh-0"
        window.sink.delta(WindowDelta(total=9))
        assert (await socket.until("window.delta"))["delta"]["total"] == 9
        assert socket.bytes_received - received < 200_000


async def test_counts_are_told_four_times_a_second_at_most() -> None:
    async with serving() as browser, browser.stream() as socket:
        await socket.until("snapshot")
        loop, console = asyncio.get_running_loop(), browser.console
        begun = loop.time()
        for n in range(1000):
            console.facts[key("a")] = Facts(pods_total=n)
            console.tell(ConsoleNews(known=frozenset([key("a")])))
        told = await socket.until("clusters")
        assert told["upserted"][0]["facts"]["pods_total"] == 999
        assert loop.time() - begun <= 0.3


async def test_a_record_that_grows_is_told_twice_a_second_and_at_once_when_it_is_whole() -> None:
    async with serving() as browser, browser.stream() as socket:
        await socket.until("snapshot")
        loop, selection = asyncio.get_running_loop(), browser.console.selection
        selection.submit(ChangeSelection((cluster("a"), cluster("b"))))
        await socket.until("change")
        begun = loop.time()
        for _ in range(100):
            selection.grow(1)
            await asyncio.sleep(0.01)
        first, second = await socket.until("change"), await socket.until("change")
        assert first["seq"] < second["seq"]
        assert 1.0 <= loop.time() - begun < 1.1
        selection.settle(1)
        whole = await socket.until("change")
        assert whole["record"]["settled_ms"] == 9.0
        assert loop.time() - begun < 1.2


async def test_a_context_that_leaves_the_files_is_removed_but_not_while_it_is_selected() -> None:
    async with serving() as browser, browser.stream() as socket:
        await socket.until("snapshot")
        browser.console.selection.submit(ChangeSelection((cluster("b"),)))
        await socket.until("change")
        browser.console.forget("a")
        gone = await socket.until("clusters")
        assert (gone["removed"], gone["upserted"], gone["sources"][0]["contexts"]) == ([key("a")], [], 2)
        browser.console.forget("b")
        kept = await socket.until("clusters")
        assert (kept["removed"], kept["upserted"][0]["name"]) == ([], "b")
        browser.console.rename("c", "https://other")
        assert (await socket.until("clusters"))["upserted"][0]["server"] == "https://other"


async def test_two_pages_agree_on_the_tabs() -> None:
    async with serving() as browser, browser.stream() as one, browser.stream() as other:
        await one.until("snapshot")
        await other.until("snapshot")
        await browser.call("PUT", "/api/v1/tabs", {"order": [key("b"), key("a")], "active": key("a")})
        assert (await one.until("tabs"))["tabs"] == (await other.until("tabs"))["tabs"]


# --- windows ----------------------------------------------------------------------------------------------------------


async def test_a_window_is_opened_replaced_and_closed() -> None:
    async with serving() as browser, browser.stream() as socket:
        windows = browser.console.windows
        socket.send(type="window.open", id=7, spec=PODS | {"sort": ["-restarts"], "limit": 50})
        await _until(lambda: len(windows.opened) == 1)
        windows.opened[0].sink.page(page(key("a"), 2))
        shown = await socket.until("window.snapshot")
        assert (shown["id"], shown["page"]["rows"][1]["values"]) == (7, ["web-1", 1])
        socket.send(type="window.open", id=7, spec=PODS | {"offset": 50})
        await _until(lambda: len(windows.opened) == 2)
        assert windows.opened[0].closed
        windows.opened[0].sink.page(page(key("a"), 9))
        windows.opened[1].sink.page(page(key("a"), 1))
        assert (await socket.until("window.snapshot"))["page"]["total"] == 1
        socket.send(type="window.close", id=7)
        await _until(lambda: windows.opened[1].closed)


async def test_closing_the_socket_closes_its_windows() -> None:
    async with serving() as browser:
        async with browser.stream() as socket:
            socket.send(type="window.open", id=1, spec=PODS)
            await _until(lambda: len(browser.console.windows.opened) == 1)
        assert browser.console.windows.opened[0].closed


@pytest.mark.parametrize(
    ("spec", "position"),
    [
        ({"filter": "status:(x"}, 7),
        ({"limit": 1001}, None),
        ({"limit": 0}, None),
        ({"offset": -1}, None),
        ({"resource": "pods"}, None),
        ({"clusters": ["x"] * 2000}, None),
    ],
)
async def test_a_query_that_makes_no_sense_fails_alone(spec: dict[str, Any], position: int | None) -> None:
    async with serving() as browser, browser.stream() as socket:
        socket.send(type="window.open", id=3, spec=PODS | spec)
        failed = await socket.until("window.failed")
        assert (failed["id"], failed["position"]) == (3, position)
        assert failed["message"]
        socket.send(type="ping", n=5)
        assert (await socket.until("pong"))["n"] == 5


async def test_the_number_of_windows_is_bounded() -> None:
    async with serving() as browser, browser.stream() as socket:
        for n in range(33):
            socket.send(type="window.open", id=n, spec=PODS)
        assert (await socket.until("window.failed"))["id"] == 32
        assert len(browser.console.windows.opened) == 32


# --- how it ends ------------------------------------------------------------------------------------------------------


async def test_a_wrong_token_closes_with_4401() -> None:
    async with serving() as browser, browser.socket() as socket:
        socket.send(type="hello", token="guessed")
        assert await _close_code(socket) == 4401


async def test_no_hello_within_5_seconds_closes() -> None:
    loop = asyncio.get_running_loop()
    async with serving() as browser, browser.socket() as socket:
        begun = loop.time()
        assert await _close_code(socket) == 4408
        assert 5 <= loop.time() - begun < 5.1


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type":"ping","n":1}', '{"type":"hello"}', '{"type":"other"}', "\x00"]
)
async def test_a_first_message_that_is_no_hello_closes_with_4400(text: str) -> None:
    async with serving() as browser, browser.socket() as socket:
        socket.send_text(text)
        assert await _close_code(socket) == 4400


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"type": "window.open", "id": 1, "spec": {"colour": "red"}}),
        '{"type":"ping","n":1,"more":' + "[" * 60_000,
    ],
    ids=["unknown", "deep"],
)
async def test_nonsense_later_closes_with_4400(text: str) -> None:
    async with serving() as browser, browser.stream() as socket:
        await socket.until("snapshot")
        socket.send_text(text)
        assert await _close_code(socket) == 4400


async def test_a_browser_that_takes_nothing_for_a_minute_is_let_go() -> None:
    async with serving() as browser, browser.socket() as socket:
        socket.send(type="hello", token=browser.bearer)
        await socket.until("snapshot")
        socket.reading.clear()
        browser.console.selection.become(cluster("a"), Ready(0), epoch=1)
        await asyncio.sleep(70)
        assert socket.sends_waiting == 0


async def _close_code(socket: Socket) -> int:
    with pytest.raises(Closed) as closed:
        await socket.until("never")
    return closed.value.code


async def _until(condition: Callable[[], bool]) -> None:
    """On virtual time this costs nothing; it fails after a virtual minute."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0.001)


async def test_every_window_is_told_that_the_saved_questions_changed() -> None:
    async with serving() as browser, browser.stream() as socket:
        seq = (await socket.until("snapshot"))["seq"]
        browser.console.tell(ConsoleNews(saved=True))
        assert (await socket.until("saved"))["seq"] > seq
