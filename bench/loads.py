"""Figures under load: 50 simulated clusters with 100,000 pods opened at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench.closes import clicks, p99
from bench.consoles import console
from bench.ground import Ground, contexts_of, say, simulated
from bench.measuring import Figures
from bench.opens import opened


async def loaded(ground: Ground, *, quick: bool) -> Figures:
    """loop_lag_p99_ms, loop_lag_max_ms, rss_mb; then ack_busy_p99_ms in a console of its own, so that the clicks do not
    count as lag."""
    async with simulated(*_size(quick)) as config:
        names = await contexts_of(config)
        figures = await _opening(config, names)
        figures["ack_busy_p99_ms"] = await _busy(ground, config, names)
    return {key: value for key, value in figures.items() if key != "load_100k_s"}


async def read(ground: object, *, quick: bool) -> Figures:
    """load_100k_s (until the last of them is whole), loop_lag_p99_ms, loop_lag_max_ms."""
    async with simulated(*_size(quick)) as config:
        figures = await _opening(config, await contexts_of(config))
    return {key: value for key, value in figures.items() if key != "rss_mb"}


def _size(quick: bool) -> tuple[int, int]:
    """Clusters, and pods in each."""
    return (8, 200) if quick else (50, 2000)


async def _opening(config: Path, names: list[str]) -> Figures:
    async with console(config) as here:
        await asyncio.sleep(1.1)  # the second of its start is not the opening's
        before = await here.lag_buckets()
        seconds_before = len((await here.diagnostics()).lag_ms)
        one = await opened(here, names)
        after, said = await here.lag_buckets(), await here.diagnostics()
        worst = max(said.lag_ms[seconds_before - 1 :])
        figures = {
            "load_100k_s": max(one.complete.values()),
            "loop_lag_p99_ms": _p99_between(before, after, worst),
            "loop_lag_max_ms": worst,
            "rss_mb": (await here.runtimes()).process["rss_mb"],
        }
        total = sum(n or 0 for n in one.totals.values())
        say(f"{len(names)} clusters, {total} pods: first {max(one.first.values()):.2f} s, "
            f"complete {max(one.complete.values()):.2f} s, lag a second {said.lag_ms[-30:]}")  # fmt: skip
        await here.clear()
    return figures


async def _busy(ground: Ground, config: Path, names: list[str]) -> float:
    async with ground.hanging() as hanging:
        hung = ground.write([entry for entry in hanging if entry.context == "hang-tls"])
        async with console(config, also=hung) as here:
            stop = asyncio.Event()
            clicking = asyncio.create_task(clicks(here, "hang-tls", stop=stop))
            try:
                await opened(here, names)
            finally:
                stop.set()
                took = await clicking
            await here.clear()
    say(f"answered while busy: median {sorted(took)[len(took) // 2] * 1000:.1f} ms, worst {max(took) * 1000:.1f} ms "
        f"of {len(took)}")  # fmt: skip
    return p99(took)


def _p99_between(before: dict[float, float], after: dict[float, float], worst: float) -> float:
    """Milliseconds: the upper bound of the bucket that holds it, as the console's own diagnostics have it."""
    gained = {bound: count - before.get(bound, 0) for bound, count in sorted(after.items())}
    total = gained[float("inf")]
    bound = next(bound for bound, count in gained.items() if count >= 0.99 * total)
    return min(bound * 1000, worst)
