"""Minutes of trouble, and then: does every store equal what its API server says? `make soak`.

`python -m bench.soak [--minutes N] [--clusters N] [--reals N]`: a real console on simulated clusters and a few real API
servers, while everything changes, watches are cut, history is lost and clusters are opened and closed. When it is quiet
again a second console reads all of them afresh, and the two are compared, kind by kind and row by row. The last line is
one JSON object; the exit code is 1 where a row differs, memory grew or something of a closed cluster is left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from bench.comparing import Difference, compare
from bench.consoles import Console, console
from bench.ground import contexts_of, ground, say, simulated
from bench.keeper import Keeper, keeper_of
from bench.troubles import Troubles
from quarterdeck.model.kinds import Resource

KINDS = tuple(
    map(
        Resource.parse,
        (
            *("core/v1/pods", "core/v1/nodes", "core/v1/namespaces", "core/v1/events", "core/v1/services"),
            *("core/v1/configmaps", "core/v1/secrets", "apps/v1/deployments", "apps/v1/replicasets"),
        ),
    )
)
"""Those that every open cluster keeps, some with columns of ours that are read on demand, some as the server prints."""
_PODS, _REAL_PODS = 300, 40
_SAMPLE_S = 2.0
_QUIET_S = 5.0
_SETTLES_WITHIN = 180.0
_MOST_GROWTH = 0.15
"""Of the resident memory, from the second quarter of the time to the last; a part of it is the allocator's."""
_ALLOWED_MB = 15.0


async def soak(minutes: float, clusters: int, reals: int) -> dict[str, float]:
    """What the last line says."""
    async with AsyncExitStack() as stack:
        config = await stack.enter_async_context(simulated(clusters, _PODS, "--churn", "0", "--history", "200"))
        simulated_names = await contexts_of(config)
        real = await stack.enter_async_context(ground(reals, _REAL_PODS)) if reals else None
        entries = real.near_entries("real") if real is not None else []
        also = real.write(entries) if real is not None else None
        keeper = await stack.enter_async_context(keeper_of(config))
        here = await stack.enter_async_context(console(config, also=also))
        names = [*simulated_names, *(entry.context for entry in entries)]
        await asyncio.sleep(2)  # the second of its start, in which its own tasks begin
        idle = (await here.runtimes()).process
        servers = real.fleet.clusters if real is not None else []
        troubles = Troubles(keeper, simulated_names, servers, here, seed=1)
        memory = await _troubled(here, names, troubles, minutes * 60)
        say(f"quiet: {dict(troubles.counted)}")
        differences = await _verdict(here, names, keeper, config, also)
        for one in differences:
            if not one.same:
                say(str(one))
        await here.clear()
        left = await _left(here, idle)
        return {
            "minutes": minutes,
            "clusters": len(names),
            "kinds": len(KINDS),
            "rows": sum(one.rows for one in differences),
            "kinds_that_differ": sum(not one.same for one in differences),
            "rows_that_differ": sum(len(one.missing) + len(one.left) for one in differences),
            "rss_before_mb": round(_middle(memory, 0.25, 0.5), 1),
            "rss_after_mb": round(_middle(memory, 0.75, 1.0), 1),
            "left_over": left,
        }


async def _troubled(here: Console, names: Sequence[str], troubles: Troubles, seconds: float) -> list[float]:
    """Resident megabytes, a sample every _SAMPLE_S."""
    found: list[float] = []
    await here.change(opens=names)
    async with here.looking_at(names), here.looking_at(names, "apps/v1/deployments"):
        running = asyncio.create_task(troubles.run())
        ends = time.monotonic() + seconds
        try:
            while time.monotonic() < ends and not running.done():
                found.append((await here.runtimes()).process["rss_mb"])
                await asyncio.sleep(_SAMPLE_S)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    return found


async def _verdict(
    here: Console, names: Sequence[str], keeper: Keeper, config: Path, also: Path | None
) -> list[Difference]:
    """All open, all kinds looked at, nothing moves: then a fresh console reads the same."""
    await here.change(opens=names)
    await keeper.quiet(_QUIET_S)
    async with AsyncExitStack() as stack:
        await _all_read(stack, here, names)
        fresh = await stack.enter_async_context(console(config, also=also))
        await fresh.change(opens=names)
        await _all_read(stack, fresh, names)
        clusters = {here.keys[name]: name for name in names}
        return await asyncio.to_thread(compare, here.rows_folder, fresh.rows_folder, clusters, KINDS)


async def _all_read(stack: AsyncExitStack, one: Console, names: Sequence[str]) -> None:
    """Every kind of every cluster is whole and current."""
    for name in names:
        await one.until_state(name, "ready", within=_SETTLES_WITHIN)
    for kind in KINDS:
        looks = await stack.enter_async_context(one.looking_at(names, kind.path))
        await looks.until("complete", within=_SETTLES_WITHIN)


async def _left(here: Console, idle: dict[str, float]) -> int:
    """Tasks and sockets over those of a console that has opened nothing yet, once nothing more goes for a minute."""
    ends = time.monotonic() + 60
    while True:
        said = await here.runtimes()
        now = said.process
        over = {key: now[key] - idle[key] for key in ("tasks", "sockets") if now[key] > idle[key]}
        if not over:
            return 0
        if time.monotonic() > ends:
            say(f"left: {over}, {said.stragglers}, {[one.name for one in said.runtimes]}")
            return int(sum(over.values()))
        await asyncio.sleep(0.5)


def _middle(samples: Sequence[float], begin: float, end: float) -> float:
    """The median of a stretch of the time."""
    part = samples[int(begin * len(samples)) : max(int(begin * len(samples)) + 1, int(end * len(samples)))]
    return statistics.median(part)


def passed(said: dict[str, float]) -> bool:
    allowed = max(_ALLOWED_MB, _MOST_GROWTH * said["rss_before_mb"])
    grew = said["rss_after_mb"] - said["rss_before_mb"] > allowed
    return not (said["rows_that_differ"] or said["left_over"] or grew)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clusters", type=int, default=20, help="simulated ones")
    parser.add_argument("--reals", type=int, default=2, help="real API servers")
    options = parser.parse_args()
    said = asyncio.run(soak(options.minutes, options.clusters, options.reals))
    print(json.dumps(said), flush=True)
    sys.exit(0 if passed(said) else 1)


if __name__ == "__main__":
    main()
