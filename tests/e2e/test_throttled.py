"""Clusters whose API server says 429 with Retry-After, by its own priority and fairness."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.states import Degraded, Failed
from testbed.faultproxy import FaultProxy
from testbed.fleet import Fleet
from testbed.throttling import throttling
from tests.e2e.ground import Ground, console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]


def reason(ground: Ground, name: str) -> str:
    state = ground.state(name)
    return state.failure.reason if isinstance(state, Degraded | Failed) else ""


async def test_an_open_cluster_that_is_throttled_keeps_its_rows_says_so_and_recovers_by_itself(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    cluster = real_fleet[2]
    await cluster.create_pods(3, prefix="throttled", exist_is_fine=True)
    async with (
        FaultProxy(cluster.server.port) as link,
        console_on(
            tmp_path,
            [
                cluster.entry("a", user="viewer", server=link.url),
                real_fleet[1].entry("b"),
                cluster.entry("late", user="viewer"),
            ],
        ) as ground,
    ):
        window = ground.window("a")
        ground.open("a", "b")
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready"})
        await ground.until(lambda: len(window.named("throttled-")) == 3)
        epoch = ground.console.selection.status(ground.id("a")).epoch
        async with throttling(cluster, "viewer"):
            # Watches that were let in live on, so that nothing is missed until they end.
            assert ground.states()["a"] == "ready"
            link.reset_connections()
            await ground.until(lambda: reason(ground, "a") == "throttled")
            state = ground.state("a")
            assert isinstance(state, Degraded)
            assert (state.failure.error_class, "429" in state.failure.message) == (ErrorClass.SERVER, True)
            assert state.failure.advice
            assert state.retry_at is not None
            assert state.stale_since is not None
            assert state.stale_since <= time.time()
            assert len(window.named("throttled-")) == 3
            await ground.until(lambda: window.parts[ground.key("a")].status == "stale")
            assert ground.states()["b"] == "ready"
            ground.open("late")
            await ground.until(lambda: reason(ground, "late") == "throttled")
            assert isinstance(ground.state("late"), Failed)
        await ground.until(lambda: set(ground.states().values()) == {"ready"}, within=20)
        await ground.until(lambda: window.parts[ground.key("a")].status == "ready")
        assert len(window.named("throttled-")) == 3
        assert ground.console.selection.status(ground.id("a")).epoch == epoch
