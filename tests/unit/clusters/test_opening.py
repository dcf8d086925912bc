"""The opening of one cluster: its phases, each with a deadline of its own, and one over all."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.clusters.protocol import Authenticated, Opened, OpenFailed, OpenResult, RowsOpened, Synced
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.errors import AuthError, ConnectError, DnsError, ErrorClass, ForbiddenError, TlsError
from quarterdeck.model.kinds import PODS
from quarterdeck.model.states import PhaseName, PhaseStatus
from quarterdeck.model.target import Auth, Impersonation
from tests.unit.clusters.stage import HANG, A, Bench, bench

pytestmark = pytest.mark.anyio


async def timed(b: Bench) -> tuple[OpenResult, float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    result = await b.open()
    return result, loop.time() - began


async def test_an_opening_shows_old_rows_asks_to_be_shown_and_ends_when_all_is_listed() -> None:
    async with bench() as b:
        result = await b.open()
        assert result == Opened(10)
        kinds = [type(e) for e in b.events if isinstance(e, RowsOpened | Authenticated | Synced)]
        assert kinds == [RowsOpened, Authenticated, Synced]
        assert all(b.phase(name).status is PhaseStatus.DONE for name in PhaseName)
        runtime = b.host.runtime(1)
        assert runtime is not None
        assert (runtime.facts.version, runtime.facts.uid) == ("v1.37.2", f"uid-{A}")


@pytest.mark.parametrize(
    ("stage", "after", "reason", "phase", "alive"),
    [
        ("resolve", 5, "resolve_timeout", PhaseName.RESOLVE, False),
        ("connect", 10, "connect_timeout", PhaseName.CONNECT, False),
        ("credential", 15, "authenticate_timeout", PhaseName.AUTHENTICATE, False),
        ("list", 15, "authenticate_timeout", PhaseName.AUTHENTICATE, False),
        ("ask", 15, "discover_timeout", PhaseName.DISCOVER, True),
    ],
)
async def test_each_phase_has_a_deadline_of_its_own(
    stage: str, after: float, reason: str, phase: PhaseName, alive: bool
) -> None:
    async with bench() as b:
        b.world.plays[stage] = HANG
        result, took = await timed(b)
        assert isinstance(result, OpenFailed)
        assert (result.failure.error_class, result.failure.reason) == (ErrorClass.TIMEOUT, reason)
        assert (result.failure.phase, result.alive) == (phase, alive)
        assert result.failure.advice
        assert took == pytest.approx(after, abs=0.3)
        assert b.phase(phase).status is PhaseStatus.FAILED
        assert b.phase(phase).duration_ms == pytest.approx(after * 1000, abs=300)


@pytest.mark.parametrize(
    ("stage", "message", "advice"),
    [("credential", "No credential came", "Log in once"), ("list", "No answer to the first", "is silent")],
)
async def test_a_silent_login_is_told_from_a_silent_server(stage: str, message: str, advice: str) -> None:
    async with bench() as b:
        b.world.plays[stage] = HANG
        result = await b.open()
        assert isinstance(result, OpenFailed)
        assert message in result.failure.message
        assert advice in result.failure.advice


async def test_lists_may_take_long_but_not_fall_silent() -> None:
    async with bench() as b:
        b.world.plays["stream"] = HANG
        opening = asyncio.create_task(timed(b))
        await asyncio.sleep(1)
        b.world.plays["list"] = HANG  # The way out, a list by pages, is silent too.
        result, took = await opening
        assert isinstance(result, OpenFailed)
        assert result.failure.error_class is ErrorClass.TIMEOUT
        assert (result.failure.phase, result.alive) == (PhaseName.LIST, True)
        assert 30 <= took <= 40


async def test_no_sum_of_slow_phases_outlasts_the_deadline_of_the_whole() -> None:
    async with bench() as b:
        b.world.plays |= {"resolve": 4.9, "connect": 9.9, "credential": 14.0, "list": 14.5, "stream": 25.0}
        b.world.clusters[A].rows = 50
        result, took = await timed(b)
        assert isinstance(result, OpenFailed)
        assert result.failure.reason == "open_timeout"
        assert took == pytest.approx(60, abs=0.1)


async def test_while_a_person_is_waited_for_it_says_so_and_gives_them_three_minutes() -> None:
    async with bench() as b:
        b.world.plays["credential"] = HANG
        b.world.person = "Open the page that the plugin shows"
        opening = asyncio.create_task(timed(b))
        await asyncio.sleep(100)
        phase = b.phase(PhaseName.AUTHENTICATE)
        assert (phase.waiting_for_person, phase.deadline_s) == (True, 180)
        assert phase.detail == "Open the page that the plugin shows"
        result, took = await opening
        assert took == pytest.approx(180, abs=1)
        assert isinstance(result, OpenFailed)
        # Not tried again by itself: that would open one page after another.
        assert (result.failure.error_class, result.failure.reason) == (ErrorClass.AUTH, "login_timeout")
        assert "3 min" in result.failure.message
        assert result.alive


async def test_a_person_who_comes_late_still_gets_in() -> None:
    async with bench() as b:
        b.world.plays["credential"] = 170.0
        b.world.person = "Open the page that the plugin shows"
        result, took = await timed(b)
        assert isinstance(result, Opened)
        assert took == pytest.approx(170, abs=1)
        assert not b.phase(PhaseName.AUTHENTICATE).waiting_for_person


async def test_the_clock_stands_still_while_a_plugin_waits_for_others() -> None:
    async with bench() as b:
        b.world.plays["credential"] = 100.0
        b.world.queued = True
        opening = asyncio.create_task(timed(b))
        await asyncio.sleep(50)
        assert b.phase(PhaseName.AUTHENTICATE).detail == "Waiting for other credential plugins"
        result, _ = await opening
        assert isinstance(result, Opened)


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("resolve", DnsError("not_found", "The name was not found.")),
        ("connect", TlsError("untrusted", "The certificate is not trusted.")),
        ("connect", ConnectError("refused", "The connection was refused.")),
    ],
)
async def test_a_failure_ends_it_at_once_and_names_its_phase(stage: str, error: DnsError) -> None:
    async with bench() as b:
        b.world.plays[stage] = error
        result, took = await timed(b)
        assert isinstance(result, OpenFailed)
        assert result.failure.error_class is error.error_class
        assert (result.failure.phase, result.alive, took < 1) == (PhaseName(stage), False, True)
        assert b.phase(PhaseName.LIST).status is PhaseStatus.PENDING


async def test_without_a_login_it_waits_without_sockets_and_says_when_a_try_is_worth_it() -> None:
    async with bench() as b:
        b.world.clusters[A].logged_in = False
        result = await b.open()
        assert isinstance(result, OpenFailed)
        assert (result.failure.error_class, result.alive) == (ErrorClass.AUTH, True)
        await asyncio.sleep(0.1)
        assert not b.world.open_clients
        before = len(b.events)
        await asyncio.sleep(60)  # Tries that are worth nothing stay quiet.
        assert len(b.events) == before
        b.world.clusters[A].logged_in = True
        b.sources[0].become(CredentialState.RECOVERING)
        await asyncio.sleep(1)
        assert [type(e).__name__ for e in b.events[before:]] == ["RecoveredCredentials"]


async def test_a_credential_that_is_refused_again_has_not_come_back() -> None:
    async with bench() as b:
        b.world.plays["list"] = AuthError("refused", "The server does not accept the credentials.")
        result = await b.open()
        assert isinstance(result, OpenFailed)
        assert (result.failure.error_class, result.alive) == (ErrorClass.AUTH, True)
        told = len(b.events)
        await asyncio.sleep(600)  # It is offered again and again meanwhile.
        assert len(b.events) == told
        assert not b.world.open_clients
        b.world.plays["list"] = ConnectError("refused", "The connection was refused.")
        await asyncio.sleep(600)  # No answer is no proof.
        assert len(b.events) == told
        b.world.plays["list"] = ForbiddenError("forbidden", "You cannot list pods.")
        await asyncio.sleep(120)
        assert [type(e).__name__ for e in b.events[told:]] == ["RecoveredCredentials"]


async def test_whom_the_server_takes_for_anonymous_has_to_log_in_unless_that_may_read_something() -> None:
    async with bench() as b:
        b.world.plays["list"] = ForbiddenError("anonymous", 'User "system:anonymous" cannot list pods.')
        result = await b.open()
        assert isinstance(result, OpenFailed)
        assert (result.failure.error_class, result.failure.phase) == (ErrorClass.AUTH, PhaseName.AUTHENTICATE)
        assert (b.said(Authenticated), result.alive) == (0, True)
        b.sources[0].become(CredentialState.VALID)  # A 403 says that what was shown is no nonsense.
        await asyncio.sleep(600)
        told = len(b.events)
        del b.world.plays["list"]  # Somebody lets anonymous read.
        await asyncio.sleep(120)
        assert [type(e).__name__ for e in b.events[told:]] == ["RecoveredCredentials"]


async def test_who_appears_as_anonymous_by_choice_is_let_in() -> None:
    async with bench() as b:
        b.world.plays["list"] = ForbiddenError("anonymous", 'User "system:anonymous" cannot list pods.')
        auth = Auth("admin", token="t", impersonate=Impersonation("system:anonymous"))
        assert isinstance(await b.host.open(b.order(auth=auth)), Opened)


async def test_a_plugin_that_fails_is_auth_required() -> None:
    async with bench() as b:
        b.world.plays["credential"] = AuthError("plugin_failed", "The plugin ended with code 1.")
        result = await b.open()
        assert isinstance(result, OpenFailed)
        assert (result.failure.reason, result.failure.phase) == ("plugin_failed", PhaseName.AUTHENTICATE)


async def test_what_may_not_be_discovered_does_not_fail_the_opening() -> None:
    async with bench() as b:
        b.world.plays["ask"] = ForbiddenError("forbidden", "You cannot read that.")
        assert isinstance(await b.open(), Opened)


async def test_no_row_is_written_before_it_is_permitted() -> None:
    async with bench() as b:
        b.permits = False
        opening = asyncio.create_task(b.open())
        await asyncio.sleep(20)
        assert b.said(Authenticated) == 1
        assert b.stores[0].status(PODS).rows == 0
        assert not opening.done()
        b.host.permit(1)
        await opening
        assert b.stores[0].status(PODS).rows == 5


async def test_a_cancelled_opening_says_so_and_leaves_nothing_after_its_teardown() -> None:
    async with bench() as b:
        b.world.plays["connect"] = HANG
        opening = asyncio.create_task(b.open())
        await asyncio.sleep(1)
        b.host.revoke(1)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert await b.host.teardown(1) == []
        assert not b.world.open_clients
        told = len(b.events)
        await asyncio.sleep(60)
        assert len(b.events) == told
