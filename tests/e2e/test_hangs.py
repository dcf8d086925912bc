"""Each kind of hang beside a healthy cluster: the truth is shown, nobody waits, and nothing is left of it."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.states import Connecting, Degraded, Failed, PhaseName, PhaseStatus, state_name
from testbed.cluster import Cluster
from testbed.connectproxy import ConnectProxy
from testbed.execplugins import exec_user
from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS, HANG_BEFORE_TLS, hang_in_answer
from testbed.fleet import Fleet
from testbed.kubeconfig import Entry
from testbed.names import HangingNames
from tests.e2e.ground import GONE_MS, Ground, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]


async def _at_once() -> None:
    """What hung is no process or socket of ours."""


class Hang(msgspec.Struct):
    """`hangs()`: it has come so far that it hangs; `clean` returns when nothing of it is left where it went."""

    entry: Entry
    phase: PhaseName
    hangs: Callable[[], bool] = lambda: True
    clean: Callable[[], Awaitable[None]] = _at_once


@asynccontextmanager
async def _dns(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    system = socket.getaddrinfo
    with HangingNames() as names, pytest.MonkeyPatch.context() as patch:

        def lookup(host: Any, *more: Any, **named: Any) -> Any:
            if str(host).endswith(".hangs.test"):
                names(str(host))
            return system(host, *more, **named)

        patch.setattr(socket, "getaddrinfo", lookup)
        yield Hang(cluster.entry("hung", server="https://api.hangs.test:6443"), PhaseName.RESOLVE)


@asynccontextmanager
async def _through(cluster: Cluster, fault: Any, phase: PhaseName) -> AsyncGenerator[Hang]:
    async with FaultProxy(cluster.server.port, fault=fault) as proxy:
        yield Hang(
            cluster.entry("hung", server=proxy.url),
            phase,
            lambda: proxy.open > 0,
            lambda: proxy.until(lambda p: p.open == 0, within=1),
        )


@asynccontextmanager
async def _tcp(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    async with _through(cluster, HANG_BEFORE_TLS, PhaseName.CONNECT) as hang:
        yield hang


@asynccontextmanager
async def _tls(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    async with _through(cluster, HANG_AFTER_TLS, PhaseName.AUTHENTICATE) as hang:
        yield hang


@asynccontextmanager
async def _mid_list(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    await cluster.create_pods(60, prefix="mid-list", exist_is_fine=True)
    async with _through(cluster, hang_in_answer(12_000), PhaseName.LIST) as hang:
        yield hang


@asynccontextmanager
async def _proxy_connect(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    async with ConnectProxy() as proxy:
        proxy.hanging = True
        yield Hang(cluster.entry("hung", proxy_url=proxy.url), PhaseName.CONNECT, lambda: bool(proxy.requests))


@asynccontextmanager
async def _exec(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    yield Hang(
        cluster.entry("hung", user=exec_user("hang", runs=folder / "runs")),
        PhaseName.AUTHENTICATE,
        (folder / "runs").exists,
    )


@asynccontextmanager
async def _silent(cluster: Cluster, folder: Path) -> AsyncGenerator[Hang]:
    """A process that is stopped: the kernel takes the connection, and nobody reads."""
    process = psutil.Process(cluster.server.process.pid)
    process.suspend()
    try:
        yield Hang(cluster.entry("hung"), PhaseName.CONNECT)
    finally:
        process.resume()
        await cluster.until(200, "/readyz")


HANGS = [_dns, _tcp, _tls, _mid_list, _proxy_connect, _exec, _silent]


@pytest.mark.parametrize("kind", HANGS, ids=lambda k: k.__name__.strip("_"))
async def test_a_hung_cluster_shows_its_phase_and_goes_at_once_without_a_trace(
    tmp_path: Path, real_fleet: Fleet, kind: Callable[[Cluster, Path], Any]
) -> None:
    async with (
        kind(real_fleet[3], tmp_path) as hang,
        console_on(tmp_path, [hang.entry, real_fleet[1].entry("b")]) as ground,
    ):
        ground.open("hung")
        ground.open("b")
        await ground.until_state("b", "ready")
        await ground.until(lambda: hang.phase in _active(ground) and hang.hangs())
        assert ground.states()["hung"] == "connecting"
        closing, took = ground.close_in_ms("hung")
        assert took < GONE_MS
        await ground.nothing_left_of("hung", since=closing)
        await hang.clean()
        assert ground.states() == {"b": "ready"}


@pytest.mark.parametrize("kind", HANGS, ids=lambda k: k.__name__.strip("_"))
async def test_a_hang_left_alone_ends_as_a_timeout_of_its_phase_never_as_forbidden_or_ready(
    tmp_path: Path, real_fleet: Fleet, kind: Callable[[Cluster, Path], Any]
) -> None:
    async with (
        kind(real_fleet[3], tmp_path) as hang,
        console_on(tmp_path, [hang.entry, real_fleet[1].entry("b")]) as ground,
    ):
        seen: set[str] = set()
        ground.console.selection.subscribe(lambda _: seen.add(ground.states().get("hung", "closed")))
        opening = ground.open("hung", "b")
        await ground.until(lambda: ground.states()["hung"] not in ("connecting", "closed"))
        state = ground.state("hung")
        assert isinstance(state, Degraded if hang.phase is PhaseName.LIST else Failed), state
        assert state.failure.error_class in (ErrorClass.TIMEOUT, ErrorClass.DNS), state.failure
        assert state.failure.phase is hang.phase
        assert state.failure.advice
        assert "ready" not in seen
        assert ground.part("hung") not in ("ready", "forbidden")
        await ground.settled(opening)
        assert ground.states()["b"] == "ready"
        closing = ground.close("hung")
        await ground.nothing_left_of("hung", since=closing)
        await hang.clean()


def _active(ground: Ground) -> set[PhaseName]:
    state = ground.state("hung")
    assert isinstance(state, Connecting), state_name(state)
    return {p.name for p in state.phases if p.status is PhaseStatus.ACTIVE}
