"""A kubeconfig without credentials, on servers that let anonymous in: kubectl asks for a user name there."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.model.states import AuthRequired
from testbed.cluster import Cluster, rule
from testbed.fleet import Fleet
from tests.e2e.ground import console_on

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]
ANONYMOUS = "system:anonymous"


async def test_who_has_no_credentials_is_asked_for_some_until_they_are_there(tmp_path: Path, real_fleet: Fleet) -> None:
    cluster = real_fleet[0]
    async with console_on(tmp_path, [cluster.entry("empty", user={})]) as ground:
        ground.open("empty")
        await ground.until_state("empty", "auth_required")
        state = ground.state("empty")
        assert isinstance(state, AuthRequired)
        assert (state.failure.reason, state.stale_since) == ("missing", None)
        assert "no credentials for empty" in state.failure.message
        assert (state.failure.command or "").endswith("set-credentials empty --token=NEW_TOKEN")
        assert not ground.runs("empty")
        ground.rewrite([cluster.entry("empty")])
        await ground.until_state("empty", "ready")


async def test_where_anonymous_may_read_something_that_is_what_one_sees(tmp_path: Path, real_fleet: Fleet) -> None:
    cluster = real_fleet[1]
    async with console_on(tmp_path, [cluster.entry("open", user={}, namespace="kube-public")]) as ground:
        ground.open("open")
        await ground.until_state("open", "auth_required")
        async with _let_in(cluster, "kube-public"):
            # It is tried again by itself, as after a login.
            await ground.until_state("open", "ready", within=20)
            assert ground.part("open") == "ready"
            ground.close("open")
            await ground.until(lambda: not ground.states())
            ground.open("open")
            await ground.until_state("open", "ready")


@asynccontextmanager
async def _let_in(cluster: Cluster, namespace: str) -> AsyncGenerator[None]:
    """Anonymous may read pods in one namespace."""
    await cluster.create_role("anonymous", [rule(["pods"], ("get", "list", "watch"))], namespace)
    await cluster.bind("anonymous", "anonymous", users=[ANONYMOUS], namespace=namespace, cluster_role=False)
    try:
        yield
    finally:
        path = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
        await cluster.must("DELETE", f"{path}/rolebindings/anonymous")
        await cluster.must("DELETE", f"{path}/roles/anonymous")
