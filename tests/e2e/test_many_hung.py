"""300 hung clusters and a healthy one: it is served while all of them hang, and they go without a trace."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.states import Failed, PhaseName
from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS, HANG_BEFORE_TLS
from testbed.fleet import Fleet
from testbed.kubeconfig import Entry
from testbed.names import HangingNames
from tests.e2e.ground import TEARDOWN_S, Ground, console_on, descriptors
from tests.polling import asked_until

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]

EACH = 100
PATIENT = Deadlines(resolve=15, connect=15, authenticate=15)
"""What hangs does so for as long as it is looked at."""
SHORT = Deadlines(resolve=5, connect=5, authenticate=5, open=10, backoff_first=60, backoff_most=60)
"""Each failure is told once while it is looked at, and is tried again long after."""
PHASES = {"dns": PhaseName.RESOLVE, "tcp": PhaseName.CONNECT, "tls": PhaseName.AUTHENTICATE}
HUNG = [f"{kind}-{number}" for kind in PHASES for number in range(EACH)]


@asynccontextmanager
async def ground_of(
    fleet: Fleet, folder: Path, deadlines: Deadlines
) -> AsyncGenerator[tuple[Ground, list[FaultProxy]]]:
    system = socket.getaddrinfo
    async with AsyncExitStack() as stack:
        names = stack.enter_context(HangingNames())
        patch = stack.enter_context(pytest.MonkeyPatch.context())

        def lookup(host: Any, *more: Any, **named: Any) -> Any:
            if str(host).endswith(".hangs.test"):
                names(str(host))
            return system(host, *more, **named)

        patch.setattr(socket, "getaddrinfo", lookup)
        before, after = [
            await stack.enter_async_context(FaultProxy(fleet[3].server.port, fault=fault))
            for fault in (HANG_BEFORE_TLS, HANG_AFTER_TLS)
        ]
        entries: list[Entry] = [fleet[1].entry("healthy")]
        for number in range(EACH):
            entries.append(fleet[3].entry(f"tcp-{number}", server=before.url))
            entries.append(fleet[3].entry(f"tls-{number}", server=after.url))
            entries.append(fleet[3].entry(f"dns-{number}", server=f"https://api-{number}.hangs.test:6443"))
        yield await stack.enter_async_context(console_on(folder, entries, deadlines=deadlines)), [before, after]


async def test_a_healthy_cluster_is_served_while_300_hang_and_they_go_without_a_trace(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    async with ground_of(real_fleet, tmp_path, PATIENT) as (ground, links):
        opening = ground.open("healthy")
        await ground.settled(opening)
        await ground.nothing_left_of("healthy", since=ground.close("healthy"))
        at_rest = descriptors()
        ground.open(*HUNG)
        ground.open("healthy")
        watched = ground.window("healthy")
        await ground.until_state("healthy", "ready")
        await ground.until(lambda: watched.total is not None)
        assert Counter(ground.states()[name] for name in HUNG) == {"connecting": len(HUNG)}
        for link in links:
            await link.until(lambda one: one.open == EACH)
        closing = ground.close(*HUNG)
        assert not {ground.id(name) for name in HUNG} & ground.console.selection.snapshot.clusters.keys()
        await ground.nothing_left_of(*HUNG, since=closing)
        assert ground.states() == {"healthy": "ready"}
        for link in links:
            await link.until(lambda one: one.open == 0, within=TEARDOWN_S)
        watched.window.close()
        await ground.nothing_left_of("healthy", since=ground.close("healthy"))
        await asked_until(lambda: descriptors() <= at_rest + 2, within=5)


async def test_300_that_hang_fail_each_in_its_phase_and_the_healthy_one_stays(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    async with ground_of(real_fleet, tmp_path, SHORT) as (ground, _):
        ground.open("healthy")
        opening = ground.open(*HUNG)
        await ground.settled(opening, within=SHORT.open + TEARDOWN_S)
        for name in HUNG:
            state = ground.state(name)
            assert isinstance(state, Failed), state
            assert state.failure.phase is PHASES[name[:3]], state.failure
            assert state.failure.error_class in (ErrorClass.TIMEOUT, ErrorClass.DNS), state.failure
        assert ground.states()["healthy"] == "ready"
        await ground.nothing_left_of(*HUNG, since=ground.close(*HUNG))
