"""Figures of closing and of answering: clusters that hang and clusters that do not."""

from __future__ import annotations

import asyncio
import time

from bench.consoles import Console, console
from bench.ground import HANGS, Ground, say
from bench.measuring import Figures
from bench.opens import opened

ACK_PACE = 0.02
"""Seconds between two clicks: quicker than a person, slower than a flood."""


def p99(samples: list[float]) -> float:
    """Milliseconds, nearest rank."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] * 1000


async def clicks(
    here: Console, name: str, *, count: int | None = None, stop: asyncio.Event | None = None
) -> list[float]:
    """Opens and closes one cluster again and again; how long each request took to be answered."""
    took: list[float] = []
    selected = False
    while len(took) < (count or 10_000) and not (stop is not None and stop.is_set()):
        took.append(await here.change(**{"closes" if selected else "opens": [name]}))
        selected = not selected
        await asyncio.sleep(ACK_PACE)
    if selected:
        await here.change(closes=[name])
    return took


async def answered(ground: Ground, *, quick: bool) -> Figures:
    """ack_p99_ms: nothing else is opening."""
    async with ground.hanging() as hanging, console(ground.write(hanging)) as here:
        await clicks(here, "hang-tls", count=10)
        took = await clicks(here, "hang-tls", count=20 if quick else 400)
        await here.clear()
    say(f"answered: median {sorted(took)[len(took) // 2] * 1000:.1f} ms, worst {max(took) * 1000:.1f} ms")
    return {"ack_p99_ms": p99(took)}


async def closed(ground: Ground, *, quick: bool) -> Figures:
    """close_p99_ms: of clusters with rows, until the API has none of it and does not show it as open."""
    rounds, servers = (1 if quick else 13), len(ground.fleet)
    names = [f"near-{i}" for i in range(servers)]
    took: list[float] = []
    async with console(ground.write(ground.near_entries("near"))) as here:
        for _ in range(rounds):
            await opened(here, names)
            for name in names:
                await here.until_state(name, "ready")
            for name in names:
                took.append(await _close(here, name))
            await here.clear()
    say(f"closed: median {sorted(took)[len(took) // 2] * 1000:.1f} ms, worst {max(took) * 1000:.1f} ms of {len(took)}")
    return {"close_p99_ms": p99(took)}


async def closed_hanging(ground: Ground, *, quick: bool) -> Figures:
    """close_hanging_p99_ms, teardown_hanging_s: every kind of hang, closed while it hangs."""
    rounds = 1 if quick else 17
    took: list[float] = []
    gone: dict[str, float] = {}
    async with ground.hanging() as hanging, console(ground.write(hanging), silent_names=True) as here:
        for kind in HANGS:
            for _ in range(rounds):
                await here.change(opens=[f"hang-{kind}"])
                await asyncio.sleep(0.2)
                started = time.perf_counter()
                took.append(await _close(here, f"hang-{kind}"))
                await here.until_nothing_runs()
                await _until_no_child(here)
                gone[kind] = max(gone.get(kind, 0.0), time.perf_counter() - started)
    said = ", ".join(f"{kind} {seconds:.2f}" for kind, seconds in gone.items())
    say(f"hanging: closed within {max(took) * 1000:.1f} ms; nothing left after {said} s")
    return {"close_hanging_p99_ms": p99(took), "teardown_hanging_s": max(gone.values())}


async def _close(here: Console, name: str) -> float:
    started = time.perf_counter()
    await here.change(closes=[name])
    await here.until_gone(name)
    return time.perf_counter() - started


async def _until_no_child(here: Console) -> None:
    """A hanging credential plugin is a process, and so is what it started."""
    async with asyncio.timeout(30):
        while here.process.children(recursive=True):  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.01)
