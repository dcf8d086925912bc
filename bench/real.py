"""Figures on real API servers: reading a large cluster against kubectl, and the memory of eight that are open."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
from pathlib import Path

from bench.consoles import console
from bench.ground import ground, say
from bench.keeping import Kept
from bench.kubectl import Kubectl
from bench.measuring import Figures
from bench.opens import opened

_IN_FLIGHT_S = 400


async def against_kubectl(kept: Kept, *, quick: bool) -> Figures:
    """kubectl_ratio: 20,000 pods of one server, until the table is whole / `kubectl get pods -A -o json`."""
    pods, rounds = (200, 1) if quick else (20_000, 3)
    ours: list[float] = []
    theirs: list[float] = []
    home = Path(tempfile.mkdtemp(prefix="quarterdeck-bench-home-"))
    try:
        async with ground(1, pods, within=_IN_FLIGHT_S) as here:
            names = [f"read-{number}" for number in range(rounds)]
            config = here.write([here.fleet[0].entry(name) for name in names])
            kubectl = Kubectl(config, home)
            async with console(config) as one:
                for name in names:
                    theirs.append(await kubectl.get_pods(name, "-o", "json"))
                    ours.append((await opened(one, [name])).complete[name])
                    await one.clear()
    finally:
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)
    say(f"{pods} pods: {statistics.median(ours):.2f} s, kubectl {statistics.median(theirs):.2f} s")
    return {"kubectl_ratio": statistics.median(ours) / statistics.median(theirs)}


async def eight(kept: Kept, *, quick: bool) -> Figures:
    """rss_8x5000_mb: all of them open and whole, every kind that is read at opening."""
    servers, pods = (2, 50) if quick else (8, 5000)
    async with (
        ground(servers, pods, within=_IN_FLIGHT_S) as here,
        console(here.write(here.near_entries("eight"))) as one,
    ):
        names = [f"eight-{number}" for number in range(servers)]
        done = await opened(one, names)
        for name in names:
            await one.until_state(name, "ready")
        await asyncio.sleep(3)  # indexes are made behind the first lists
        found = (await one.runtimes()).process["rss_mb"]
        say(f"{servers} clusters: {sum(n or 0 for n in done.totals.values())} pods, whole after "
            f"{max(done.complete.values()):.1f} s")  # fmt: skip
    return {"rss_8x5000_mb": found}
