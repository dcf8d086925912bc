"""Runs every test of this folder twice: on simfleet, and on the real API server where it is built."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import aiohttp
import pytest

from simfleet.fleet import SimFleet
from testbed.cluster import Cluster
from tests.contract.subject import Subject


@pytest.fixture(scope="session", params=["simfleet", pytest.param("real", marks=pytest.mark.real)])
def server(request: pytest.FixtureRequest) -> Cluster | None:
    """The real API server, or None for simfleet, which lives in each test's own loop."""
    return request.getfixturevalue("real_cluster") if request.param == "real" else None


@pytest.fixture
async def subject(server: Cluster | None, anyio_backend: object) -> AsyncIterator[Subject]:
    async with aiohttp.ClientSession() as session:
        if server is not None:
            found = Subject(
                server.url,
                server.server.tls,
                admin=server.token(),
                nobody=server.token("nobody"),
                nobody_name="nobody",
                expire=server.expire_versions,
                session=session,
            )
            await found.new_namespace()
            yield found
            return
        async with SimFleet(clusters=1, pods=0) as fleet:
            simulated = fleet.cluster(0)

            async def expire() -> None:
                for store in simulated.world.stores.values():
                    store.expire_history()

            found = Subject(
                simulated.url,
                ssl.create_default_context(cadata=fleet.authority.decode()),
                admin=simulated.token(),
                nobody=simulated.token("nobody"),
                nobody_name="nobody",
                expire=expire,
                session=session,
            )
            await found.new_namespace()
            yield found
            await session.close()
