"""Where many clusters open at once, the first page of each comes before the rest of any."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.clusters.pages import FIRST_PAGE
from quarterdeck.clusters.reflector_state import Forbidden, Listing
from quarterdeck.kubeclient.protocol import ListPage
from quarterdeck.model.errors import ConnectError, ForbiddenError, GoneError, ServerError
from tests.unit.reflector.fakes import HANG, Bench, Server, added, bookmark, passes, running, thing

pytestmark = pytest.mark.anyio


async def at_once() -> None:
    """Nobody else opens."""


async def test_the_stream_waits_for_its_turn() -> None:
    turn = asyncio.Event()
    server = Server([[[*added("a", "b"), bookmark("10", end=True)]]], [ListPage([thing("a")], "9", "more", 1)])
    bench = Bench(server, after_page=turn.wait)
    async with running(bench):
        await passes(60)
        assert server.asked == ["page"] and bench.writer.rows == {"uid-a": "a"}
        turn.set()
        await passes(1)
        assert server.asked == ["page", "stream"] and bench.writer.rows == {"uid-a": "a", "uid-b": "b"}


async def test_the_first_page_comes_alone_and_the_stream_brings_all() -> None:
    first = ListPage([thing("a"), thing("gone")], "9", "more", 2)
    server = Server([[[*added("a", "b", "c"), bookmark("10", end=True)]]], [first])
    bench = Bench(server, after_page=at_once)
    async with running(bench):
        await passes(1)
        assert server.asked == ["page", "stream"] and server.limits == [FIRST_PAGE]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b", "uid-c": "c"}, "what went between them is no row"
        assert bench.tags == ["starting", "listing", "live"]


async def test_rows_of_the_page_show_while_the_stream_is_waited_for() -> None:
    bench = Bench(Server([HANG], [ListPage([thing("a")], "9", "more", 41)]), after_page=at_once)
    async with running(bench):
        await passes(1)
        state = bench.reflector.state
        assert isinstance(state, Listing) and (state.objects, state.remaining) == (1, 41)
        assert bench.writer.rows == {"uid-a": "a"} and "finish 9" not in bench.writer.log


async def test_a_page_that_is_all_there_is_needs_no_stream() -> None:
    server = Server([[added("b", version="10")]], [ListPage([thing("a")], "9", "")])
    bench = Bench(server, after_page=at_once)
    async with running(bench):
        await passes(1)
        assert server.asked == ["page", "watch 9"]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}


async def test_a_server_without_streamed_lists_goes_on_behind_the_first_page() -> None:
    pages = [ListPage([thing("a")], "9", "more"), ListPage([thing("b")], "9", "")]
    server = Server([ServerError("invalid", "sendInitialEvents is forbidden.", status=422)], [*pages])
    bench = Bench(server, after_page=at_once)
    async with running(bench):
        await passes(1)
        assert server.asked == ["page", "stream", "page more", "watch 9"]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}


async def test_only_the_first_list_begins_with_a_page() -> None:
    gone = GoneError("Too old.")
    lists = [[*added("a"), bookmark("10", end=True)]], [[*added("b"), bookmark("20", end=True)]]
    server = Server([[*lists[0], gone], [*lists[1]]], [ListPage([thing("a")], "9", "more")])
    bench = Bench(server, after_page=at_once)
    async with running(bench):
        await passes(60)
        assert server.asked.count("page") == 1 and server.asked.count("stream") == 2
        assert bench.writer.rows == {"uid-b": "b"}


async def test_a_page_that_was_cut_is_asked_for_again() -> None:
    cut = ConnectError("reset", "The connection was reset.")
    server = Server([[[*added("a"), bookmark("10", end=True)]]], [cut, ListPage([thing("a")], "9", "more")])
    bench = Bench(server, after_page=at_once)
    async with running(bench):
        await passes(5)
        assert server.asked == ["page", "page", "stream"]


async def test_a_refused_page_is_an_answer() -> None:
    bench = Bench(Server([], [ForbiddenError("forbidden", "You cannot list pods.")]), after_page=at_once)
    async with running(bench):
        await passes(1)
        assert bench.answered == 1 and isinstance(bench.reflector.state, Forbidden)


async def test_a_page_that_never_comes_is_a_timeout() -> None:
    bench = Bench(Server([], [HANG, HANG]), after_page=at_once)
    async with running(bench):
        await passes(29)
        assert bench.tags == ["starting"]
        await passes(2)
        assert bench.tags == ["starting", "lost"]
