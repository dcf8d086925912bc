"""The fleet that `python -m testbed up` gives a person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from testbed import kubeconfig
from testbed.faultproxy import FaultProxy
from testbed.fleet import Fleet, running
from testbed.kubeconfig import Entry


@dataclass(frozen=True)
class Wishes:
    """`latency` is seconds each way, by a proxy before each cluster.

    `kubeconfig` is where to write it; None for the fleet's own directory.
    """

    clusters: int
    pods: int
    kwok: bool
    controllers: bool
    latency: float
    kubeconfig: Path | None


async def fleet_for_a_person(wishes: Wishes, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Starts a fleet, fills it, says where its kubeconfig is, and stops it when `stop` is set or on cancellation."""
    started = time.monotonic()
    say(f"starting {wishes.clusters} API servers …")
    async with running(Fleet(wishes.clusters, compaction_interval="5m")) as fleet, AsyncExitStack() as proxies:
        entries: list[Entry] = []
        for cluster, workloads in zip(fleet.clusters, fleet.workloads, strict=True):
            nodes: list[str] = []
            if wishes.controllers:
                await workloads.start_controllers()
            if wishes.kwok:
                nodes = await workloads.start_kwok()
            if wishes.pods:
                # Without a scheduler somebody has to say where a pod is to live.
                node = nodes[0] if nodes and not wishes.controllers else None
                await cluster.create_pods(wishes.pods, node=node, within=600)
            server = cluster.url
            if wishes.latency:
                proxy = FaultProxy(cluster.server.port, latency=wishes.latency)
                server = (await proxies.enter_async_context(proxy)).url
            entries.append(cluster.entry(server=server))
            say(f"{cluster.name} is up")
        path = kubeconfig.write(wishes.kubeconfig or fleet.directory / "kubeconfig", entries)
        say(f"up after {time.monotonic() - started:.0f} s; Ctrl-C ends it and removes its data")
        say(f"export KUBECONFIG={path}")
        await stop.wait()
        say("stopping …")
