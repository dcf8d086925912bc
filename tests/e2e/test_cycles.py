"""1,000 cycles of opening and closing over the whole console: all that they took is given back."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import threading
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from testbed.faultproxy import FaultProxy
from testbed.faults import HANG_AFTER_TLS, HANG_BEFORE_TLS, REFUSE, hang_in_answer
from testbed.fleet import Fleet
from testbed.kubeconfig import Entry
from tests.e2e.ground import Ground, console_on, descriptors
from tests.polling import asked_until

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]

CYCLES = 1_000
WARM_UP = 300
"""After so many cycles rings and pools are full: 200 records, the threads of names, stores and files."""
HEALTHY = ("real-0", "real-1", "real-2", "real-3")
FAULTS = {"silent": HANG_BEFORE_TLS, "mute": HANG_AFTER_TLS, "halting": hang_in_answer(9_000), "closed": REFUSE}
LOGIN = {
    "apiVersion": "client.authentication.k8s.io/v1",
    "command": "sleep",
    "args": ["60"],
    "interactiveMode": "Never",
}
OTHERS = (*FAULTS, "unknown", "login")
OURS = ("quarterdeck.", "aiohttp.", "asyncio.sslproto.", "asyncio.selector_events.", "ssl.")
RECORDS = ("quarterdeck.selection.records.", "quarterdeck.model.states.")
"""Of the last 200 changes: as many as there were clusters in them."""
MOST_OBJECTS = 7
"""More of one type than before: what leaves one behind in a hundred cycles shows. A transport that was just closed is
there a little longer than its descriptor."""
MOST_THREADS = 3
"""More than before: pools start a thread when it is first needed, and keep it."""
MOST_BYTES = 8_192
"""Of memory a cycle. One TLS connection is 54 kB, and a cycle opens and closes two clusters of several: had one in a
dozen of them been kept, it would show. Less than that is the allocator's, whose pages come and go by megabytes."""
MOST_BLOCKS = 16
"""Of Python's own allocations a cycle: an object with a dict is two. Records, and what asyncio keeps of cancelled
timers (a hundred at most, by its own rule), came to nine when it was measured."""


@dataclass(frozen=True)
class Held:
    """What the process holds while no cluster is open. `ours` counts living objects by the type that we gave them."""

    tasks: int
    descriptors: int
    sockets: int
    threads: int
    children: int
    ours: Counter[str]
    blocks: int
    rss: int


async def held(links: list[FaultProxy], before: Held | None = None) -> Held:
    """Once what was cut is gone: the other end of a connection hears of it a turn later."""
    for link in links:
        await link.until(lambda one: one.open == 0, within=5)
    if before is not None:
        await asked_until(lambda: descriptors() <= before.descriptors, within=5)
    gc.collect()
    process = psutil.Process()
    names = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    ours = Counter({name: count for name, count in names.items() if name.startswith(OURS)})
    return Held(
        tasks=len(asyncio.all_tasks()),
        descriptors=descriptors(),
        sockets=len(process.net_connections()),
        threads=threading.active_count(),
        children=len(process.children(recursive=True)),
        ours=ours,
        blocks=sys.getallocatedblocks(),
        rss=process.memory_info().rss,
    )


@asynccontextmanager
async def ground_of(fleet: Fleet, folder: Path) -> AsyncGenerator[tuple[Ground, list[FaultProxy]]]:
    async with AsyncExitStack() as stack:
        links: list[FaultProxy] = []
        entries: list[Entry] = [fleet[i].entry() for i in range(len(HEALTHY))]
        for name, fault in FAULTS.items():
            links.append(await stack.enter_async_context(FaultProxy(fleet[4].server.port, fault=fault)))
            entries.append(fleet[4].entry(name, server=links[-1].url))
        entries.append(fleet[5].entry("unknown", user={"token": "of-nobody"}))
        entries.append(fleet[5].entry("login", user={"exec": LOGIN}))
        yield await stack.enter_async_context(console_on(folder, entries)), links


async def churn(ground: Ground, rng: random.Random, cycles: int) -> Counter[str]:
    """Each cycle opens some and closes some, at any moment of their opening; all are closed in the end. The states in
    which clusters were closed."""
    closed_in: Counter[str] = Counter()
    open_now: set[str] = set()
    for _ in range(cycles):
        opened = {*rng.sample(HEALTHY, rng.randint(0, 2)), rng.choice(OTHERS)} - open_now
        if opened:
            ground.open(*sorted(opened))
        open_now |= opened
        healthy = open_now & set(HEALTHY)
        fate = rng.random()
        if fate < 0.1:
            await ground.until(lambda names=healthy: all(ground.states()[n] == "ready" for n in names), within=30)
        elif fate < 0.2:
            await ground.until(lambda names=healthy: all(ground.runs(n) for n in names), within=30)
        else:
            for _ in range(rng.randint(0, 30)):
                await asyncio.sleep(0)
        gone = rng.sample(sorted(open_now), rng.randint(1, len(open_now)))
        closed_in.update(ground.states()[name] for name in gone)
        closing = ground.close(*gone)
        open_now -= set(gone)
        if rng.random() < 0.1:
            await ground.settled(closing, within=10)
    everything = (*HEALTHY, *OTHERS)
    await ground.nothing_left_of(*everything, since=ground.close(*everything), within=5)
    return closed_in


@pytest.mark.timeout(400)
async def test_a_thousand_cycles_of_opening_and_closing_give_back_all_they_took(
    tmp_path: Path, real_fleet: Fleet
) -> None:
    rng = random.Random(11)
    async with ground_of(real_fleet, tmp_path) as (ground, links):
        seen = await churn(ground, rng, WARM_UP)
        before = await held(links)
        cycles = CYCLES - WARM_UP
        seen += await churn(ground, rng, cycles)
        after = await held(links, before)
    # It was no idle walk: clusters were closed in every state that they have.
    assert {"connecting", "ready", "failed", "auth_required"} <= {state for state, times in seen.items() if times > 10}
    assert after.tasks <= before.tasks
    assert after.children <= before.children
    assert after.descriptors <= before.descriptors
    assert after.sockets <= before.sockets
    assert after.threads <= before.threads + MOST_THREADS
    grown = {kind: count - before.ours[kind] for kind, count in after.ours.items() if not kind.startswith(RECORDS)}
    assert not {kind: more for kind, more in grown.items() if more > MOST_OBJECTS}
    assert (after.blocks - before.blocks) / cycles <= MOST_BLOCKS
    assert (after.rss - before.rss) / cycles <= MOST_BYTES
