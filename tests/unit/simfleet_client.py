"""A plain client for the tests of simfleet."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from simfleet.cluster import SimCluster
from simfleet.fleet import SimFleet

JSON = dict[str, Any]


class Client:
    """Asks as admin. Leaves no idle connections: each request has its own."""

    def __init__(self, fleet: SimFleet, session: aiohttp.ClientSession) -> None:
        self._tls = ssl.create_default_context(cadata=fleet.authority.decode())
        self.session = session

    def ask(
        self, cluster: SimCluster, path: str, *, token: str | None = None, method: str = "GET", **query: str
    ) -> Any:
        """An aiohttp request context manager."""
        headers = {"Authorization": f"Bearer {token or cluster.token()}"}
        return self.session.request(method, cluster.url + path, headers=headers, params=query, ssl=self._tls)

    async def body(self, cluster: SimCluster, path: str, **query: str) -> JSON:
        async with self.ask(cluster, path, **query) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def status(self, cluster: SimCluster, path: str = "/api/v1/pods", **query: str) -> int:
        async with self.ask(cluster, path, **query) as response:
            await response.read()
            return response.status

    def socket(self, cluster: SimCluster, path: str, protocols: tuple[str, ...]) -> Any:
        headers = {"Authorization": f"Bearer {cluster.token()}"}
        url = cluster.url + path
        return self.session.ws_connect(url, headers=headers, protocols=protocols, ssl=self._tls)


@asynccontextmanager
async def client_of(fleet: SimFleet) -> AsyncGenerator[Client]:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Client(fleet, session)
