"""Every way to prove who one is, as the real kubectl and the real API server see it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from testbed import kubeconfig
from testbed.cluster import Cluster, service_account
from testbed.connectproxy import ConnectProxy
from testbed.execplugins import exec_user
from testbed.socksproxy import SocksProxy

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]


async def whoami(kubectl: Path, directory: Path, entry: kubeconfig.Entry) -> Mapping[str, Any]:
    """What `kubectl auth whoami` says of a kubeconfig entry."""
    path = kubeconfig.write(directory / "kubeconfig", [entry])
    process = await asyncio.create_subprocess_exec(
        kubectl, f"--kubeconfig={path}", "auth", "whoami", "-o", "json", stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        output, _ = await process.communicate()
    return json.loads(output)["status"]["userInfo"]


async def test_a_token_of_the_token_file(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    who = await whoami(kubectl_binary, tmp_path, real_cluster.entry(user="viewer"))
    assert (who["username"], who["groups"]) == ("viewer", ["viewers", "system:authenticated"])


async def test_a_client_certificate(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    user = real_cluster.client_certificate("ada", ["engineers"])
    who = await whoami(kubectl_binary, tmp_path, real_cluster.entry(user=user))
    assert (who["username"], who["groups"]) == ("ada", ["engineers", "system:authenticated"])


async def test_a_service_accounts_token(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    await real_cluster.create_service_account("robot")
    user = {"token": await real_cluster.service_account_token("robot")}
    who = await whoami(kubectl_binary, tmp_path, real_cluster.entry(user=user))
    assert who["username"] == service_account("default", "robot")


async def test_a_plugins_token(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    user = exec_user("token", real_cluster.token("developer"), "--expires-in", "600")
    who = await whoami(kubectl_binary, tmp_path, real_cluster.entry(user=user))
    assert who["username"] == "developer"


async def test_a_way_through_proxies(real_cluster: Cluster, kubectl_binary: Path, tmp_path: Path) -> None:
    names = {"inside.test": "127.0.0.1"}
    server = f"https://inside.test:{real_cluster.server.port}"
    for make in (ConnectProxy, SocksProxy):
        async with make(names=names, user="u", password="p") as proxy:
            entry = real_cluster.entry(server=server, proxy_url=proxy.url, tls_server_name="real-0.testbed.test")
            assert (await whoami(kubectl_binary, tmp_path, entry))["username"] == "admin"
            assert proxy.requests[0] == f"inside.test:{real_cluster.server.port}"
            assert proxy.refused == 0
