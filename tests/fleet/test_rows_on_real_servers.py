"""What a real API server holds is what the store holds: by stream and by pages, after changes, cuts and relists."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.names import Names
from quarterdeck.aio.slots import Slots
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.clusters.by_namespace import ByNamespace
from quarterdeck.clusters.reflector import Reflector
from quarterdeck.clusters.reflector_state import Forbidden, Live, ReflectorState
from quarterdeck.clusters.watching import Streaming
from quarterdeck.kubeclient.client import Client
from quarterdeck.model.credentials import Credential
from quarterdeck.model.kinds import PODS
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.protocol import PageQuery, RowWriter
from quarterdeck.stores.sqlite import ClusterStore, open_store
from testbed.cluster import Cluster
from tests.unit.kubeclient.ground import FakeSource, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


class Followed:
    """A cluster's pods, reflected. `until` waits for news of the store or the reflector until `holds`."""

    def __init__(self, store: ClusterStore) -> None:
        self.store = store
        self.states: list[ReflectorState] = []
        self._news = asyncio.Event()
        store.subscribe(lambda _: self._news.set())

    def told(self, state: ReflectorState) -> None:
        self.states.append(state)
        self._news.set()

    async def names(self, namespace: str) -> set[object]:
        query = PageQuery(("name",), "namespace = ?", (namespace,), limit=10_000)
        return {row[0] for row in await self.store.page(PODS, query)}

    async def until_names(self, namespace: str, names: set[str]) -> None:
        async with asyncio.timeout(30):
            while await self.names(namespace) != names:
                await self._news.wait()
                self._news.clear()

    async def until_state(self, kind: type[ReflectorState]) -> None:
        async with asyncio.timeout(30):
            while not isinstance(self.states[-1] if self.states else None, kind):
                await self._news.wait()
                self._news.clear()


@asynccontextmanager
async def followed(
    cluster: Cluster, folder: Path, *, streamed: bool = True, token: str = ""
) -> AsyncGenerator[Followed]:
    pool = StorePool()
    target = target_of(cluster.url, cluster.server.authority.certificate)
    source = FakeSource(Credential(1, (("Authorization", f"Bearer {token or cluster.token()}"),)))
    client = Client(target, source, names=Names())
    store = await open_store(folder, target, {PODS: POD_KIND.columns}, pool)
    found, streaming = Followed(store), Streaming()
    streaming.offered = streamed

    async def permit() -> RowWriter:
        return store.lease(1)

    reflector = Reflector(
        POD_KIND,
        ByNamespace(client, None),
        permit=permit,
        slot=Slots(1).hold,
        told=found.told,
        answered=lambda: None,
        backoff=Backoff(0.1, 1, random.Random(1)),
        streaming=streaming,
    )
    task = asyncio.create_task(reflector.run())
    try:
        yield found
    finally:
        task.cancel()
        await asyncio.wait({task})
        await client.close()
        await store.close()
        pool.close()


@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "pages"])
async def test_every_pod_is_a_row_and_changes_follow(real_cluster: Cluster, tmp_path: Path, streamed: bool) -> None:
    async with real_cluster.namespace(f"rows-{streamed}".lower()) as namespace:
        names = set(await real_cluster.create_pods(120, namespace=namespace))
        async with followed(real_cluster, tmp_path, streamed=streamed) as found:
            await found.until_state(Live)
            assert await found.names(namespace) == names
            assert found.store.status(PODS).complete
            more = set(await real_cluster.create_pods(3, namespace=namespace, prefix="more"))
            await found.until_names(namespace, names | more)
            gone = sorted(names)[0]
            await real_cluster.must("DELETE", f"/api/v1/namespaces/{namespace}/pods/{gone}?gracePeriodSeconds=0")
            await found.until_names(namespace, (names | more) - {gone})


async def test_a_reopened_store_shows_its_rows_and_a_new_list_drops_what_went(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    async with real_cluster.namespace("reopened") as namespace:
        names = set(await real_cluster.create_pods(20, namespace=namespace))
        async with followed(real_cluster, tmp_path) as found:
            await found.until_state(Live)
        gone = sorted(names)[3]
        await real_cluster.must("DELETE", f"/api/v1/namespaces/{namespace}/pods/{gone}?gracePeriodSeconds=0")
        async with followed(real_cluster, tmp_path) as found:
            assert await found.names(namespace) == names
            assert not found.store.status(PODS).live
            await found.until_names(namespace, names - {gone})


async def test_a_kind_that_may_not_be_listed_is_forbidden_not_failed(real_cluster: Cluster, tmp_path: Path) -> None:
    await real_cluster.create_service_account("onlooker")
    token = await real_cluster.service_account_token("onlooker")
    async with followed(real_cluster, tmp_path, token=token) as found:
        await found.until_state(Forbidden)
        assert [type(s).__name__ for s in found.states] == ["Starting", "Forbidden"]
