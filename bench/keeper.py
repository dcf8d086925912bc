"""The keeper of a simulated fleet: switches its faults, lets things happen in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec


class _Facts(msgspec.Struct):
    version: int = msgspec.field(name="resourceVersion")


class Keeper:
    """Cluster names are their contexts'."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def switch(self, cluster: str, path: str, **body: object) -> dict[str, int]:
        """`faults` (`*` for all clusters) or `changes`; raises aiohttp.ClientResponseError where it is refused."""
        async with self._http.post(f"/clusters/{cluster}/{path}", json=body) as answer:
            text = await answer.read()
            answer.raise_for_status()
        return msgspec.json.decode(text, type=dict[str, int])

    async def quiet(self, seconds: float, *, within: float = 180) -> None:
        """Returns when nothing has changed anywhere for so long."""
        last: dict[str, int] = {}
        since = time.monotonic()
        async with asyncio.timeout(within):
            while time.monotonic() - since < seconds:
                async with self._http.get("/clusters") as answer:
                    facts = msgspec.json.decode(await answer.read(), type=dict[str, _Facts])
                now = {name: one.version for name, one in facts.items()}
                if now != last:
                    last, since = now, time.monotonic()
                await asyncio.sleep(0.5)


@asynccontextmanager
async def keeper_of(config: Path) -> AsyncGenerator[Keeper]:
    """Of the fleet that wrote this kubeconfig."""
    text = await asyncio.to_thread(config.with_name(f"{config.name}.simfleet.json").read_bytes)
    admin = msgspec.json.decode(text, type=dict[str, Any])
    headers = {"Authorization": f"Bearer {admin['admin_token']}"}
    async with aiohttp.ClientSession(str(admin["admin_url"]), headers=headers) as http:
        yield Keeper(http)
