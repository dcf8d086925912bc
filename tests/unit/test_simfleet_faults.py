"""Each fault of a simulated cluster, switched on and off while it runs."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from simfleet.faults import Hang
from simfleet.fleet import SimFleet
from tests.unit.simfleet_client import client_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fault", "status"),
    [({"unauthorized": True}, 401), ({"forbidden": ("pods",)}, 403), ({"throttled": 7}, 429), ({"error": True}, 500)],
)
async def test_a_refusal_lasts_until_it_is_cleared(fault: dict[str, object], status: int) -> None:
    async with SimFleet(clusters=2, pods=1) as fleet, client_of(fleet) as client:
        cluster, other = fleet.cluster(0), fleet.cluster(1)
        cluster.faults.set(**fault)
        async with client.ask(cluster, "/api/v1/pods") as response:
            assert response.status == status
            body = await response.json()
            assert (body["kind"], body["code"]) == ("Status", status)
            assert response.headers.get("Retry-After") == ("7" if status == 429 else None)
        assert await client.status(other) == 200, "one cluster's faults are its own"
        cluster.faults.clear()
        assert await client.status(cluster) == 200


async def test_a_resource_can_be_forbidden_alone() -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        cluster.faults.set(forbidden=("secrets", "deployments.apps"))
        assert await client.status(cluster, "/api/v1/secrets") == 403
        assert await client.status(cluster, "/apis/apps/v1/deployments") == 403
        assert await client.status(cluster, "/api/v1/pods") == 200


async def test_a_fault_can_end_after_some_requests() -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        fleet.cluster(0).faults.set(error=True, times=2)
        assert [await client.status(fleet.cluster(0)) for _ in range(3)] == [500, 500, 200]


async def test_latency_holds_up_connections_and_responses() -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        fleet.cluster(0).faults.set(latency_ms=500, connect_ms=2000)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        assert await client.status(fleet.cluster(0)) == 200
        assert 2.5 <= loop.time() - begun < 3


@pytest.mark.parametrize("where", [Hang.ACCEPT, Hang.TLS, Hang.REQUEST])
async def test_a_hang_ends_when_it_is_cleared(where: Hang) -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        cluster.faults.set(hang=where)
        asked = asyncio.create_task(client.status(cluster))
        done, _ = await asyncio.wait([asked], timeout=15)
        assert not done
        assert cluster.accepted == 1
        cluster.faults.clear()
        assert await asked == 200


@pytest.mark.parametrize("where", [Hang.ACCEPT, Hang.TLS, Hang.REQUEST, Hang.LIST])
async def test_a_hanging_fleet_still_closes_at_once(where: Hang) -> None:
    async with SimFleet(clusters=1, pods=30) as fleet, client_of(fleet) as client:
        fleet.cluster(0).faults.set(hang=where)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await client.status(fleet.cluster(0))


@pytest.mark.parametrize(
    "query", [{}, {"watch": "1", "sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}]
)
async def test_a_list_can_stop_in_its_middle(query: dict[str, str]) -> None:
    async with SimFleet(clusters=1, pods=30) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        cluster.faults.set(hang=Hang.LIST)
        async with client.ask(cluster, "/api/v1/pods", **query) as response:
            assert response.status == 200
            received = b""
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(5):
                    while chunk := await response.content.readany():
                        received += chunk
            assert 1 <= received.count(b'"creationTimestamp"') < 30
            response.close()


async def test_a_reset_ends_open_connections_and_refuses_new_ones() -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        async with client.ask(cluster, "/api/v1/pods", watch="1", resourceVersion="0") as response:
            await response.content.readline()
            cluster.faults.set(reset=True)
            cluster.reset_connections()
            with pytest.raises((aiohttp.ClientError, ConnectionError)):
                await response.content.read()
        with pytest.raises((aiohttp.ClientError, ConnectionError)):
            await client.status(cluster)


@pytest.mark.parametrize("where", [Hang.REQUEST, Hang.WATCH])
async def test_a_silent_cluster_keeps_its_watches_silent(where: Hang) -> None:
    async with SimFleet(clusters=1, pods=1) as fleet, client_of(fleet) as client:
        cluster = fleet.cluster(0)
        version = str(cluster.world.revision.current)
        async with client.ask(cluster, "/api/v1/pods", watch="1", resourceVersion=version) as response:
            cluster.faults.set(hang=where)
            cluster.world.pods.put(next(cluster.world.pods.values()))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(5):
                    await response.content.readline()
            cluster.faults.clear()
            assert json.loads(await response.content.readline())["type"] == "MODIFIED"
            response.close()


async def test_a_fault_that_there_is_not_is_refused() -> None:
    async with SimFleet(clusters=1, pods=0) as fleet:
        for bad in ({"hang": "nowhere"}, {"colour": "red"}, {"latency_ms": "long"}):
            with pytest.raises(ValueError, match=r".+"):
                fleet.cluster(0).faults.set(**bad)


async def test_the_switchboard_needs_its_token_and_switches_by_name() -> None:
    async with SimFleet(clusters=2, pods=1, admin=True) as fleet, client_of(fleet) as client:
        admin = fleet.admin
        assert admin is not None
        name = fleet.cluster(1).name
        url = f"{admin.url}/clusters/{name}/faults"
        async with client.session.post(url, json={"kind": "500"}) as response:
            assert response.status == 401
        headers = {"Authorization": f"Bearer {admin.token}"}
        for body, status in (({"kind": "500"}, 200), ({"kind": "nonsense"}, 400), ({"king": "500"}, 400)):
            async with client.session.post(url, json=body, headers=headers) as response:
                assert response.status == status
        assert [await client.status(c) for c in fleet.clusters.values()] == [200, 500]
        async with client.session.get(f"{admin.url}/clusters", headers=headers) as response:
            facts = await response.json()
        assert facts[name]["faults"]["error"] is True
        assert facts[name]["answered"] == {"500": 1}
        async with client.session.delete(f"{admin.url}/clusters/*/faults", headers=headers) as response:
            assert response.status == 200
        assert await client.status(fleet.cluster(1)) == 200
        async with client.session.post(f"{admin.url}/clusters/none/faults", json={"kind": "500"}, headers=headers) as r:
            assert r.status == 404


async def test_many_things_happen_at_once_when_the_keeper_says_so() -> None:
    async with SimFleet(clusters=1, pods=20, admin=True) as fleet, client_of(fleet) as client:
        admin, cluster = fleet.admin, fleet.cluster(0)
        assert admin is not None
        url, headers = f"{admin.url}/clusters/{cluster.name}/changes", {"Authorization": f"Bearer {admin.token}"}
        before = cluster.world.revision.current
        async with client.session.post(url, json={"count": 30}, headers=headers) as response:
            made = await response.json()
        assert made["pods"] > 0
        assert made["pods"] + made["events"] <= cluster.world.revision.current - before
        async with client.session.post(url, json={"count": "many"}, headers=headers) as response:
            assert response.status == 400
