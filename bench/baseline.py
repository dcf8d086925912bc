"""Serial against parallel on the same servers: open, close and queue wait, and what a page's own queue would wait.

`python -m bench.baseline [--rounds N]`: the same eight clusters 200 ms away, opened by quick clicks and closed again,
with `selection.mode` parallel and serial. The last line is one JSON object of p50 and p95 in milliseconds. The figures
of the selection are its own (records in diagnostics); `client_wait` is how long a click waited in a page that sends one
request at a time: until the requests before it were answered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time

from bench.consoles import Console, console
from bench.ground import Ground, ground, say
from quarterdeck.api.diagnostics import percentiles

_SERVERS, _PODS, _LATENCY = 8, 200, 0.1


async def mode(here: Ground, name: str, rounds: int) -> dict[str, dict[str, float]]:
    """p50 and p95 by stage."""
    ports = await here.proxies.open([c.server.port for c in here.fleet.clusters], latency=_LATENCY)
    entries = [
        cluster.entry(f"{name}-{turn}-{i}", server=f"https://127.0.0.1:{port}")
        for turn in range(rounds) for i, (cluster, port) in enumerate(zip(here.fleet.clusters, ports, strict=True))
    ]  # fmt: skip
    waits: list[float] = []
    opens: list[float] = []
    async with console(here.write(entries), f"selection.mode={name}") as one:
        for turn in range(rounds):
            names = [f"{name}-{turn}-{i}" for i in range(len(here.fleet))]
            waits += await _click_all(one, names, opens)
            await one.clear()
        stages = (await one.diagnostics()).stages
    found = {stage: {"p50": stages[stage].p50, "p95": stages[stage].p95} for stage in ("queue_wait", "work", "close")}
    for stage, samples in (("open", opens), ("client_wait", waits)):
        said = percentiles(samples)
        found[stage] = {"p50": said.p50, "p95": said.p95}
    say(f"{name}: {found}")
    return found


async def _click_all(one: Console, names: list[str], opens: list[float]) -> list[float]:
    """All clicks come at once; each is sent when the one before was answered. Milliseconds that each waited; `opens`
    gets how long each then took, from its click until ready."""
    clicked = time.perf_counter()
    waits: list[float] = []

    async def ready(name: str) -> None:
        await one.until_state(name, "ready")
        opens.append((time.perf_counter() - clicked) * 1000)

    async with asyncio.TaskGroup() as group:
        for name in names:
            waits.append((time.perf_counter() - clicked) * 1000)
            await one.change(opens=[name])
            group.create_task(ready(name))
    return waits


async def compare(rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    async with ground(_SERVERS, _PODS) as here:
        return {name: await mode(here, name, rounds) for name in ("parallel", "serial")}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.baseline")
    parser.add_argument("--rounds", type=int, default=5)
    print(json.dumps(asyncio.run(compare(parser.parse_args().rounds))))


if __name__ == "__main__":
    main()
