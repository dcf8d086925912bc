"""A reflector keeps one kind's rows right, whatever the server does; it never dies of the server."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.catalog.kinds import Decoded
from quarterdeck.clusters.pages import page_size
from quarterdeck.clusters.reflector import FORBIDDEN_RETRY
from quarterdeck.clusters.reflector_state import AuthWait, Forbidden, Listing, Live, Lost
from quarterdeck.clusters.watching import POLL_SECONDS, REFUSED_SECONDS, Streaming
from quarterdeck.kubeclient.protocol import ListPage
from quarterdeck.kubeclient.turns import Turns, pace_of_loop
from quarterdeck.model.errors import (
    AuthError,
    ConnectError,
    ErrorClass,
    ForbiddenError,
    GoneError,
    InternalError,
    ServerError,
    ThrottledError,
)
from tests.unit.reflector.fakes import END, HANG, Bench, Server, Step, added, bookmark, deleted, passes, running, thing

pytestmark = pytest.mark.anyio


def cut() -> ConnectError:
    return ConnectError("reset", "The connection was reset.")


def listed(*names: str, version: str = "10") -> list[Step]:
    return [[*added(*names), bookmark(version, end=True)]]


def page(*names: str, token: str = "") -> ListPage[Decoded]:
    return ListPage([thing(n) for n in names], "10", token)


async def test_a_streamed_list_goes_on_as_the_watch() -> None:
    server = Server(
        [[added("a"), [*added("b"), bookmark("10", end=True), *added("c", version="11")], [deleted("a", "12")]]]
    )
    bench = Bench(server)
    async with running(bench):
        await passes(1)
        assert bench.writer.rows == {"uid-b": "b", "uid-c": "c"}
        assert server.asked == ["stream"]
        assert bench.tags == ["starting", "listing", "live"]
        assert bench.reflector.stats.events == 2


async def test_no_row_is_written_before_the_cluster_is_committed() -> None:
    gate = asyncio.Event()
    bench = Bench(Server([[*listed("a")]]), gate=gate)
    async with running(bench):
        await passes(3)
        assert bench.answered == 1
        assert bench.writer.log == []
        gate.set()
        await passes(1)
        assert bench.writer.log == ["begin", "upsert 1", "finish 10"]
        assert bench.answered == 1


async def test_a_forbidden_kind_counts_as_an_answer_and_is_asked_again_rarely() -> None:
    refused = ForbiddenError("forbidden", "You cannot list namespaces.")
    bench = Bench(Server([refused, listed("a")], [refused]))
    async with running(bench):
        await passes(1)
        assert bench.answered == 1
        assert isinstance(bench.reflector.state, Forbidden)
        assert bench.writer.log == []
        await passes(FORBIDDEN_RETRY)
        assert isinstance(bench.reflector.state, Live)


async def test_a_forbidden_kind_is_asked_again_when_woken() -> None:
    refused = ForbiddenError("forbidden", "No.")
    bench = Bench(Server([refused, listed("a")], [refused]))
    async with running(bench):
        await passes(1)
        bench.reflector.wake()
        await passes(1)
        assert isinstance(bench.reflector.state, Live)


async def test_what_may_be_listed_and_not_watched_is_listed_every_half_minute_and_says_so() -> None:
    refused = ForbiddenError("forbidden", "You cannot watch namespaces.")
    pages = [page("a"), page("a", "b"), *(page("b") for _ in range(20))]
    server = Server([refused, listed("c")], [*pages])
    bench = Bench(server)
    async with running(bench):
        await passes(1)
        state = bench.reflector.state
        assert isinstance(state, Live) and state.note == "Listed every 30 s: you may list it, and not watch it."
        assert bench.writer.rows == {"uid-a": "a"}
        await passes(POLL_SECONDS)
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}
        await passes(POLL_SECONDS)
        assert bench.writer.rows == {"uid-b": "b"}
        assert server.asked == ["stream", "page", "page", "page"]
        await passes(REFUSED_SECONDS)
        state = bench.reflector.state
        assert isinstance(state, Live) and state.note == ""
        assert bench.writer.rows == {"uid-c": "c"}
        assert server.asked.count("stream") == 2
        assert "stale" not in bench.writer.log


async def test_a_watch_that_is_no_longer_allowed_turns_into_lists() -> None:
    refused = ForbiddenError("forbidden", "You cannot watch namespaces.")
    server = Server([[*listed("a"), 60.0, cut()], refused], [page("a", "b")])
    bench = Bench(server)
    async with running(bench):
        await passes(65)
        assert server.asked == ["stream", "watch 10", "page"]
        assert isinstance(bench.reflector.state, Live)
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}


async def test_without_streamed_lists_a_watch_that_is_forbidden_costs_no_second_list() -> None:
    streaming = Streaming()
    streaming.offered = False
    server = Server([ForbiddenError("forbidden", "No.")], [page("a"), page("b")])
    bench = Bench(server)
    bench.reflector._streaming = streaming  # pyright: ignore[reportPrivateUsage] - as a runtime would have given it
    async with running(bench):
        await passes(1)
        assert server.asked == ["page", "watch 10"]
        await passes(POLL_SECONDS)
        assert server.asked == ["page", "watch 10", "page"]


@pytest.mark.parametrize("streams", [True, False])
async def test_what_its_server_cannot_watch_is_listed_every_half_minute(streams: bool) -> None:
    server = Server([ServerError("not_allowed", "no watch", status=405)], [page("a"), page("b")])
    bench = Bench(server)
    bench.reflector._streaming.offered = streams  # pyright: ignore[reportPrivateUsage] - as learned from another list
    async with running(bench):
        await passes(1)
        state = bench.reflector.state
        assert isinstance(state, Live) and state.note == "Listed every 30 s: it cannot be watched."
        await passes(POLL_SECONDS)
        assert bench.writer.rows == {"uid-b": "b"}
        assert "stale" not in bench.writer.log
        assert (bench.reflector.stats.lists, bench.reflector.stats.relists) == (2, 0), "that is how it is read"


async def test_a_wake_asks_for_the_watch_again() -> None:
    server = Server([ForbiddenError("forbidden", "No."), listed("b")], [page("a")])
    bench = Bench(server)
    async with running(bench):
        await passes(1)
        bench.reflector.wake()
        await passes(1)
        assert server.asked == ["stream", "page", "stream"]
        assert bench.writer.rows == {"uid-b": "b"}


async def test_refused_credentials_wait_to_be_woken_and_never_retry_by_themselves() -> None:
    server = Server([AuthError("expired", "Expired."), listed("a")])
    bench = Bench(server)
    async with running(bench):
        await passes(3600)
        assert isinstance(bench.reflector.state, AuthWait)
        assert bench.answered == 0
        assert len(server.asked) == 1
        bench.reflector.wake()
        await passes(1)
        assert isinstance(bench.reflector.state, Live)


async def test_a_wake_while_all_is_well_does_not_shorten_a_later_wait() -> None:
    server = Server([[*listed("a"), AuthError("expired", "Expired.")]])
    bench = Bench(server)
    async with running(bench):
        bench.reflector.wake()
        await passes(60)
        assert isinstance(bench.reflector.state, AuthWait)
        assert server.asked == ["stream"]


async def test_a_cut_watch_resumes_where_it_stopped_without_a_new_list() -> None:
    server = Server([[*listed("a"), added("b", version="15"), cut()], [added("c", version="16")]])
    bench = Bench(server)
    async with running(bench):
        await passes(3)
        assert server.asked == ["stream", "watch 15"]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b", "uid-c": "c"}
        assert bench.tags == ["starting", "listing", "live", "lost", "live"]
        assert "stale" in bench.writer.log
        assert bench.reflector.stats.resumes == 1


async def test_bookmarks_move_the_place_to_resume_at() -> None:
    server = Server([[*listed("a"), [bookmark("99")], cut()], []])
    bench = Bench(server)
    async with running(bench):
        await passes(3)
        assert server.asked == ["stream", "watch 99"]
        assert "touch 99" in bench.writer.log


async def test_a_watch_that_ends_cleanly_is_opened_again_unseen() -> None:
    server = Server([[*listed("a"), 100.0, END], [added("b", version="11")]])
    bench = Bench(server)
    async with running(bench):
        await passes(120)
        assert bench.tags == ["starting", "listing", "live"]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}


async def test_a_silent_watch_is_taken_for_dead_and_opened_again() -> None:
    server = Server([[*listed("a"), HANG], [added("b", version="11")]])
    bench = Bench(server)
    async with running(bench):
        await passes(200)
        assert server.asked == ["stream", "watch 10"]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}
        assert bench.tags == ["starting", "listing", "live"]


async def test_a_server_that_ends_every_watch_at_once_is_not_hammered() -> None:
    server = Server([[*listed("a"), END], *[[END] for _ in range(100)]])
    bench = Bench(server)
    async with running(bench):
        await passes(60)
        assert len(server.asked) < 12


async def test_a_version_too_old_means_a_new_list_that_drops_what_is_gone() -> None:
    server = Server([[*listed("a", "b"), 20.0, GoneError("too old")], listed("b", version="30")])
    bench = Bench(server)
    async with running(bench):
        await passes(25)
        assert bench.writer.rows == {"uid-b": "b"}
        assert server.asked == ["stream", "stream"]
        assert bench.reflector.stats.relists == 1


async def test_a_storm_of_410s_backs_off() -> None:
    server = Server([[*listed("a"), GoneError("too old")] for _ in range(200)])
    bench = Bench(server)
    async with running(bench):
        await passes(60)
        assert len(server.asked) < 15


async def test_back_off_grows_to_a_minute_and_progress_resets_it() -> None:
    server = Server([*[cut() for _ in range(12)], [*listed("a"), added("b", version="11"), cut()]])
    bench = Bench(server)
    async with running(bench):
        await passes(1000)
        lost = [s for s in bench.states if isinstance(s, Lost)]
        waits = [s.retry_at - s.since for s in lost]
        assert max(waits) <= 60
        assert waits[11] >= 30
        assert lost[11].tries == 12
        assert 0.5 <= waits[12] <= 1
        assert lost[12].tries == 1


async def test_a_throttling_server_gets_the_pause_it_asked_for() -> None:
    server = Server([ThrottledError("slow down", retry_after=42), listed("a")])
    bench = Bench(server)
    async with running(bench):
        await passes(41)
        assert len(server.asked) == 1
        await passes(2)
        assert isinstance(bench.reflector.state, Live)


@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_without_streamed_lists_is_listed_by_pages(status: int) -> None:
    refused = ServerError("invalid", "sendInitialEvents is forbidden", status=status)
    server = Server([refused], [page("a", token="t"), page("b")])
    bench = Bench(server)
    async with running(bench):
        await passes(1)
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}
        assert server.asked == ["stream", "page", "page t", "watch 10"]
        assert server.limits[0] == 50
        assert server.limits[1] >= 500


async def test_one_reflector_learns_for_all_that_lists_are_not_streamed() -> None:
    streaming = Streaming()
    streaming.offered = False
    server = Server([], [page("a")])
    bench = Bench(server)
    bench.reflector._streaming = streaming  # pyright: ignore[reportPrivateUsage] - as a runtime would have given it
    async with running(bench):
        await passes(1)
        assert server.asked == ["page", "watch 10"]


async def test_a_stream_without_its_closing_bookmark_falls_back_to_pages() -> None:
    server = Server([[added("a"), HANG]], [page("a", "b")])
    bench = Bench(server)
    async with running(bench):
        await passes(4.9)
        assert server.asked == ["stream"]
        await passes(1)
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}
        assert isinstance(bench.reflector.state, Live)
        assert not streaming_of(bench).offered, "no other kind waits for it"


async def test_a_server_is_not_said_to_lack_the_end_of_lists_while_we_are_behind_with_reading() -> None:
    pace_of_loop().decoding = Turns(1, spacing=7.0)
    server = Server([[added("a"), HANG]], [page("a", "b")])
    bench = Bench(server)
    async with running(bench), asyncio.TaskGroup() as others:
        for _ in range(2):
            others.create_task(pace_of_loop().decoding.take())
        await passes(30)
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}
        assert streaming_of(bench).offered


def streaming_of(bench: Bench) -> Streaming:
    return bench.reflector._streaming  # pyright: ignore[reportPrivateUsage] - which a runtime shares among its kinds


async def test_thirty_seconds_of_silence_in_a_first_list_is_a_timeout_not_a_refusal() -> None:
    bench = Bench(Server([[added("a"), HANG]], [HANG]))
    async with running(bench):
        await passes(29.9)
        assert isinstance(bench.reflector.state, Listing)
        await passes(0.2)
        state = bench.reflector.state
        assert isinstance(state, Lost)
        assert state.failure.error_class is ErrorClass.TIMEOUT


async def test_a_server_that_never_answers_is_a_timeout_too() -> None:
    bench = Bench(Server([HANG]))
    async with running(bench):
        await passes(31)
        state = bench.reflector.state
        assert isinstance(state, Lost)
        assert state.failure.error_class is ErrorClass.TIMEOUT
        assert bench.answered == 0


async def test_waiting_for_the_network_holds_no_slot() -> None:
    bench = Bench(Server([[added("a"), HANG]], [HANG, HANG, HANG, HANG]))
    async with running(bench):
        for _ in range(100):
            await passes(0.7)
            assert bench.slots.used == 0


async def test_rows_wait_for_a_slot() -> None:
    bench = Bench(Server([[*listed("a")]]))
    async with running(bench), bench.slots.hold():
        await passes(1)
        assert bench.writer.log == ["begin"]
    assert bench.slots.used == 0


async def test_rows_that_could_not_be_written_are_listed_again() -> None:
    server = Server([[*listed("a"), added("b", version="11")], listed("a", "b", version="12")])
    bench = Bench(server)
    async with running(bench):
        bench.writer.fail = InternalError("store", "The disk is full.")
        await passes(5)
        assert server.asked == ["stream", "stream"]
        assert bench.writer.rows == {"uid-a": "a", "uid-b": "b"}


async def test_a_revoked_writer_ends_the_reflector() -> None:
    bench = Bench(Server([[*listed("a"), 5.0, added("b", version="11")]]))
    async with running(bench) as task:
        await passes(1)
        bench.writer.revoked = True
        await asyncio.wait({task}, timeout=30)
        assert task.done()
        assert bench.writer.rows == {"uid-a": "a"}


async def test_an_object_that_has_no_row_spoils_no_other() -> None:
    bench = Bench(Server([[*listed("unreadable", "a")]]))
    async with running(bench):
        await passes(1)
        assert bench.writer.rows == {"uid-a": "a"}
        assert bench.reflector.stats.unreadable == 1


async def test_the_newest_event_of_an_object_wins_within_a_batch() -> None:
    batch = [*added("a", version="11"), deleted("a", "12"), *added("b", version="13")]
    bench = Bench(Server([[*listed("a"), batch]]))
    async with running(bench):
        await passes(1)
        assert bench.writer.rows == {"uid-b": "b"}


@pytest.mark.parametrize(("latency", "size"), [(0.01, 500), (0.3, 1200), (0.5, 2000), (9, 2000)])
def test_pages_grow_with_the_latency(latency: float, size: int) -> None:
    assert page_size(latency) == size
