"""The driver of real API servers does what its users count on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from testbed.cluster import Cluster, rule, service_account
from testbed.fleet import Fleet

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time]


async def test_pods_are_created_and_listed(real_cluster: Cluster) -> None:
    async with real_cluster.namespace("listed") as namespace:
        names = await real_cluster.create_pods(40, namespace=namespace)
        listed = await real_cluster.must("GET", f"/api/v1/namespaces/{namespace}/pods")
        assert {item["metadata"]["name"] for item in listed["items"]} == set(names)


async def test_a_clusters_token_is_worth_nothing_in_another(real_fleet: Fleet) -> None:
    assert len(real_fleet) == 8
    for cluster in real_fleet.clusters:
        assert (await cluster.request("GET", "/api/v1/nodes")).status == 200
    stranger = await real_fleet[1].request("GET", "/api/v1/nodes", token=real_fleet[0].token())
    assert stranger.status == 401


async def test_a_kubeconfig_has_a_context_for_each_cluster_and_is_private(real_fleet: Fleet, tmp_path: Path) -> None:
    path = real_fleet.write_kubeconfig(tmp_path / "kubeconfig", user="viewer")
    document = yaml.safe_load(path.read_text())
    assert [c["name"] for c in document["contexts"]] == [f"real-{i}" for i in range(8)]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.slow
async def test_a_deleted_service_accounts_token_is_answered_401(real_cluster: Cluster) -> None:
    await real_cluster.create_service_account("leaver")
    await real_cluster.bind("leaver", "testbed-viewer", users=[service_account("default", "leaver")])
    token = await real_cluster.service_account_token("leaver")
    await real_cluster.until(200, "/api/v1/pods", token=token)
    await real_cluster.delete_service_account("leaver")
    assert (await real_cluster.until(401, "/api/v1/pods", token=token)).body["reason"] == "Unauthorized"


async def test_a_user_without_rights_is_answered_403_and_a_role_lets_him_in(real_cluster: Cluster) -> None:
    await real_cluster.create_service_account("newcomer")
    token = await real_cluster.service_account_token("newcomer")
    path = "/api/v1/configmaps"
    assert (await real_cluster.request("GET", path, token=token)).status == 403
    await real_cluster.create_role("reader", [rule(["configmaps"], ["list"])])
    await real_cluster.bind("reader", "reader", users=[service_account("default", "newcomer")])
    assert (await real_cluster.until(200, path, token=token)).body["kind"] == "ConfigMapList"


@pytest.mark.keeps
async def test_a_killed_server_returns_on_its_port_with_its_data(real_cluster: Cluster) -> None:
    await real_cluster.create_namespace("survivor")
    await real_cluster.kill()
    assert not real_cluster.server.process.alive
    await real_cluster.restart()
    found = await real_cluster.must("GET", "/api/v1/namespaces/survivor")
    assert found["metadata"]["name"] == "survivor"


@pytest.mark.keeps
async def test_expired_versions_are_answered_410(real_cluster: Cluster) -> None:
    for namespace in ("expiring-once", "expiring-again"):
        await real_cluster.create_namespace(namespace)
        await real_cluster.create_pods(5, namespace=namespace)
        path = f"/api/v1/namespaces/{namespace}/pods"
        page = await real_cluster.must("GET", path, query={"limit": "2"})
        version, token = page["metadata"]["resourceVersion"], page["metadata"]["continue"]
        await real_cluster.expire_versions()
        later = await real_cluster.request("GET", path, query={"limit": "2", "continue": token})
        assert (later.status, later.body["reason"]) == (410, "Expired")
        async with real_cluster.connect() as connection:
            event = await connection.first_event(path, query={"resourceVersion": version})
        assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 410, "Expired")
