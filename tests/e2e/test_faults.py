"""Faults on real API servers: each ends in the true state, within the deadlines, and mends by itself where it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.model.kinds import NODES, PODS
from quarterdeck.model.states import AuthRequired, Degraded
from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS, HANG_BEFORE_TLS, PASS
from testbed.fleet import Fleet
from tests.e2e.ground import console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]

TOKEN_CACHE_S = 10
"""How long an API server goes on taking a token that it has taken."""


@pytest.mark.slow
async def test_credentials_lost_in_flight_keep_the_rows_stale_until_a_new_token_comes(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    cluster = real_fleet[4]
    await cluster.create_service_account("e2e-lost")
    await cluster.bind("e2e-lost", "cluster-admin", users=["system:serviceaccount:default:e2e-lost"])
    await cluster.create_pods(3, prefix="lost", exist_is_fine=True)
    token = await cluster.service_account_token("e2e-lost")
    b = real_fleet[1].entry("b")
    async with (
        FaultProxy(cluster.server.port) as proxy,
        console_on(tmp_path, [cluster.entry("a", user={"token": token}, server=proxy.url), b]) as ground,
    ):
        window = ground.window("a")
        ground.open("a", "b")
        await ground.until(lambda: set(ground.states().values()) == {"ready"})
        await ground.until(lambda: len(window.named("lost-")) == 3)
        await cluster.delete_service_account("e2e-lost")
        await cluster.until(401, "/api/v1/namespaces", token=token, within=TOKEN_CACHE_S + 5)
        await ground.until_state("a", "auth_required")
        state = ground.state("a")
        assert isinstance(state, AuthRequired)
        assert state.stale_since is not None
        assert len(window.named("lost-")) == 3
        await ground.until(lambda: window.parts[ground.key("a")].status == "stale")
        assert ground.states()["b"] == "ready"

        ground.rewrite([cluster.entry("a", server=proxy.url), b])
        await ground.until_state("a", "ready")
        await ground.until(lambda: window.parts[ground.key("a")].status == "ready" and len(window.named("lost-")) == 3)


async def test_a_forbidden_kind_is_said_so_in_its_window_and_the_cluster_is_ready(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    cluster = real_fleet[4]
    await cluster.create_service_account("e2e-pods-only")
    rules = [{"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": ["list", "watch"]}]
    await cluster.create_role("e2e-pods-only", rules)
    await cluster.bind("e2e-pods-only", "e2e-pods-only", users=["system:serviceaccount:default:e2e-pods-only"])
    token = await cluster.service_account_token("e2e-pods-only")
    await cluster.until(200, "/api/v1/pods", token=token)
    async with console_on(tmp_path, [cluster.entry("a", user={"token": token})]) as ground:
        nodes, pods = ground.window("a", resource=NODES), ground.window("a", resource=PODS)
        ground.open("a")
        await ground.until_state("a", "ready")
        await ground.until(lambda: nodes.parts[ground.key("a")].status == "forbidden")
        await ground.until(lambda: pods.parts[ground.key("a")].status == "ready")
        assert nodes.parts[ground.key("a")].message


@pytest.mark.keeps
@pytest.mark.slow
async def test_a_killed_server_leaves_stale_rows_and_is_ready_by_itself_when_it_is_back(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    cluster = real_fleet[5]
    await cluster.create_pods(2, prefix="killed", exist_is_fine=True)
    async with console_on(tmp_path, [cluster.entry("a"), real_fleet[1].entry("b")]) as ground:
        window = ground.window("a")
        ground.open("a", "b")
        await ground.until(lambda: set(ground.states().values()) == {"ready"} and len(window.named("killed-")) == 2)
        await cluster.kill()
        try:
            await ground.until_state("a", "degraded")
            state = ground.state("a")
            assert isinstance(state, Degraded)
            assert state.failure.error_class.value in ("connect", "timeout")
            await ground.until(lambda: window.parts[ground.key("a")].status == "stale")
            assert len(window.named("killed-")) == 2
            assert ground.states()["b"] == "ready"
        finally:
            await cluster.restart()
        await ground.until_state("a", "ready", within=30)
        await ground.until(
            lambda: window.parts[ground.key("a")].status == "ready" and len(window.named("killed-")) == 2
        )
        assert len(ground.console.host.runtimes()) == 2


@pytest.mark.keeps
@pytest.mark.slow
async def test_expired_versions_are_listed_again_with_nothing_lost_or_left_over(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    cluster = real_fleet[5]
    await cluster.create_namespace("gone")
    await cluster.create_pods(3, namespace="gone", prefix="old")
    async with (
        FaultProxy(cluster.server.port) as proxy,
        console_on(tmp_path, [cluster.entry("a", server=proxy.url)]) as ground,
    ):
        window = ground.window("a", namespaces=["gone"])
        ground.open("a")
        await ground.until(lambda: ground.states() == {"a": "ready"} and len(window.rows) == 3)
        await proxy.set(HANG_BEFORE_TLS)
        await cluster.kill()
        await cluster.restart()
        await cluster.delete_pods("gone")
        await cluster.create_pods(1, namespace="gone", prefix="new")
        await cluster.expire_versions()
        await proxy.set(PASS)
        await ground.until(lambda: ground.states() == {"a": "ready"} and window.values("name") == ["new-0"], within=40)


async def test_a_storm_of_resets_ends_ready_with_one_runtime(tmp_path: Path, real_fleet: Fleet) -> None:
    async with (
        FaultProxy(real_fleet[0].server.port) as proxy,
        console_on(tmp_path, [real_fleet[0].entry("a", server=proxy.url), real_fleet[1].entry("b")]) as ground,
    ):
        ground.open("a", "b")
        for _ in range(6):
            accepted = proxy.accepted
            await proxy.until(lambda p, seen=accepted: p.accepted > seen or p.open >= 4, within=10)
            proxy.reset_connections()
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready"}, within=20)
        assert len(ground.console.host.runtimes()) == 2
        closing = ground.close("a")
        await ground.nothing_left_of("a", since=closing)
        await proxy.until(lambda p: p.open == 0, within=1)


async def test_a_kubeconfig_rewritten_while_opening_opens_what_it_says_now(tmp_path: Path, real_fleet: Fleet) -> None:
    b = real_fleet[1].entry("b")
    async with (
        FaultProxy(real_fleet[0].server.port, fault=HANG_AFTER_TLS) as hung,
        console_on(tmp_path, [real_fleet[0].entry("a", server=hung.url), b]) as ground,
    ):
        ground.open("a", "b")
        await hung.until(lambda p: p.open > 0)
        ground.rewrite([real_fleet[0].entry("a"), b])
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready"})
        await hung.until(lambda p: p.open == 0, within=2)
        assert len(ground.console.host.runtimes()) == 2


async def test_a_context_that_goes_is_missing_and_opens_again_when_it_is_back(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    a, b = real_fleet[0].entry("a"), real_fleet[1].entry("b")
    async with console_on(tmp_path, [a, b]) as ground:
        ground.open("a", "b")
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready"})
        ground.rewrite([b])
        took = await ground.until_state("a", "missing")
        assert took > 1.5
        assert ground.id("a") not in ground.console.selection.snapshot.clusters
        assert ground.id("a") in ground.console.selection.selected
        await ground.until(lambda: len(ground.console.host.runtimes()) == 1)
        ground.rewrite([a, b])
        await ground.until(lambda: ground.states() == {"a": "ready", "b": "ready"})


async def test_one_of_eight_identities_changed_rebuilds_that_one_alone_and_drops_its_old_rows(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    entries = [cluster.entry() for cluster in real_fleet.clusters]
    await real_fleet[6].create_pods(2, prefix="identity", exist_is_fine=True)
    async with console_on(tmp_path, entries) as ground:
        names = [entry.context for entry in entries]
        window = ground.window("real-6")
        ground.open(*names)
        await ground.until(
            lambda: set(ground.states().values()) == {"ready"} and len(window.named("identity-")) == 2, within=20
        )
        before = {s.id: s.epoch for s in ground.console.selection.statuses()}
        ground.rewrite([*entries[:6], real_fleet[6].entry(user={"token": "of-nobody"}), entries[7]])
        await ground.until_state("real-6", "auth_required")
        assert not window.named("identity-")
        assert not ground.runs("real-6")
        after = {s.id: s.epoch for s in ground.console.selection.statuses()}
        assert {i for i in before if before[i] != after[i]} == {ground.id("real-6")}
        assert {state for name, state in ground.states().items() if name != "real-6"} == {"ready"}
