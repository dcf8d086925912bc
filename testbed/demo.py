"""The fleet that `python -m testbed up` gives a person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from testbed.fleet import Fleet, running


@dataclass(frozen=True)
class Wishes:
    """`kubeconfig` is where to write it; None for the fleet's own directory."""

    clusters: int
    pods: int
    kubeconfig: Path | None


async def fleet_for_a_person(wishes: Wishes, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Starts a fleet, fills it, says where its kubeconfig is, and stops it when `stop` is set or on cancellation."""
    started = time.monotonic()
    say(f"starting {wishes.clusters} API servers …")
    async with running(Fleet(wishes.clusters, compaction_interval="5m")) as fleet:
        for cluster in fleet.clusters:
            if wishes.pods:
                await cluster.create_pods(wishes.pods, within=600)
        path = fleet.write_kubeconfig(wishes.kubeconfig)
        say(f"up after {time.monotonic() - started:.0f} s; Ctrl-C ends it and removes its data")
        say(f"export KUBECONFIG={path}")
        await stop.wait()
        say("stopping …")
