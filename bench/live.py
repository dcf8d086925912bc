"""How soon a change in a cluster is on the page, and how many changes a second are followed."""

from __future__ import annotations

import asyncio
import base64
import random
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bench.closes import p99
from bench.consoles import Console, console
from bench.ground import contexts_of, say, simulated
from bench.keeper import keeper_of
from bench.keeping import Kept
from bench.measuring import Figures
from bench.opens import opened

_FIRST = "0000-bench"
"""Of names: they sort before all that is there, so that a first page shows them."""
_POD = {"containers": [{"name": "app", "image": "bench:1"}]}


class Cluster:
    """A simulated cluster as its administrator meets it."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def create(self, resource: str, body: dict[str, Any]) -> None:
        async with self._http.post(f"/api/v1/namespaces/default/{resource}", json=body) as answer:
            await answer.read()
            answer.raise_for_status()

    async def delete(self, resource: str, name: str) -> None:
        async with self._http.delete(f"/api/v1/namespaces/default/{resource}/{name}") as answer:
            await answer.read()


@asynccontextmanager
async def _cluster(config: Path) -> AsyncGenerator[Cluster]:
    """The first of a simulated fleet."""
    known: dict[str, Any] = yaml.safe_load(await asyncio.to_thread(config.read_text))
    cluster = known["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    headers = {"Authorization": f"Bearer {known['users'][0]['user']['token']}"}
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cadata=authority))
    async with aiohttp.ClientSession(cluster["server"], headers=headers, connector=connector) as http:
        yield Cluster(http)


async def watched(ground: Kept, *, quick: bool) -> Figures:
    """watch_to_browser_p99_ms: from the request that makes a pod until a WebSocket client has its row, while 1,000
    other things a second change in the same kind. The request itself is in it."""
    pods, changes, probes = (300, 50, 5) if quick else (5000, 1000, 200)
    took: list[float] = []
    pauses = random.Random(3)
    async with (
        simulated(1, pods, "--churn", str(changes), "--history", "100000") as config,
        console(config) as here,
        _cluster(config) as cluster,
    ):
        (name,) = await contexts_of(config)
        await opened(here, [name])
        async with here.looking_at([name]) as looks:
            await looks.until("first")
            for number in range(probes):
                probe = f"{_FIRST}-{number:04}"
                started = time.perf_counter()
                await cluster.create("pods", _pod(probe))
                await looks[name].until_named(probe, within=20)
                took.append(time.perf_counter() - started)
                await cluster.delete("pods", probe)
                await asyncio.sleep(pauses.uniform(0, 0.1))
        say(f"{await _events_per_s(here):.0f} events a second; median {sorted(took)[len(took) // 2] * 1000:.0f} ms, "
            f"worst {max(took) * 1000:.0f} ms")  # fmt: skip
    return {"watch_to_browser_p99_ms": p99(took)}


async def flooded(ground: Kept, *, quick: bool) -> Figures:
    """events_per_s_max: changes that pile up while the watches are silent, and how fast the console takes them all in,
    until each is a row and the last of them on the screen. The cluster renders them meanwhile, on the same machine."""
    pods, count = (300, 300) if quick else (20_000, 60_000)
    async with (
        simulated(1, pods, "--churn", "0", "--history", "1000000") as config,
        console(config) as here,
        _cluster(config) as cluster,
        keeper_of(config) as keeper,
    ):
        (name,) = await contexts_of(config)
        await opened(here, [name])
        async with here.looking_at([name]) as looks:
            await looks.until("complete")
            await keeper.switch(name, "faults", kind="hang", where="watch")
            made = await keeper.switch(name, "changes", count=count)
            await cluster.create("pods", _pod(_FIRST))
            cpu, before = sum(here.process.cpu_times()[:2]), await _events(here)
            started = time.perf_counter()
            await keeper.switch(name, "faults", kind="clear")
            await looks[name].until_named(_FIRST, within=180)
            say(f"the last pod is on the screen after {time.perf_counter() - started:.1f} s")
            await _until_in(here, before + sum(made.values()))
            took = time.perf_counter() - started
            cpu = sum(here.process.cpu_times()[:2]) - cpu
    say(f"{made} after {took:.1f} s, of which the console computed {cpu:.1f}")
    return {"events_per_s_max": sum(made.values()) / took}


def _pod(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": _POD}


async def _until_in(here: Console, events: int) -> None:
    """Returns when so many have come."""
    async with asyncio.timeout(180):
        while True:
            if await _events(here) >= events:
                return
            await asyncio.sleep(0.2)


async def _events(here: Console) -> int:
    return sum(one.events for one in (await here.runtimes()).runtimes)


async def _events_per_s(here: Console) -> float:
    return sum(one.events_per_s for one in (await here.runtimes()).runtimes)
