"""How the page scrolls through 50,000 rows of which 200 a second change. `python -m bench.scrolling [--quick]`.

A real console on a simulated cluster, the page in headless Chromium, figures from Chromium's own trace (scroll.mjs).
The last line is one JSON object: `script_p95_ms` is what script takes of a frame, `long_tasks` how many tasks of the
main thread took over 50 ms, `layout_shift` the sum of the layout shifts' scores.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.consoles import PODS, Console, console
from bench.ground import contexts_of, say, simulated
from bench.measuring import Bench, Figures, Part
from bench.opens import opened
from testbed.chromium import HOW_TO_GET_IT, environment, find_chromium, node

_ROWS, _CHANGES, _SECONDS = 50_000, 200, 20
_DRIVER = Path(__file__).with_name("scroll.mjs")
_KEYS = ("script_p95_ms", "long_tasks", "layout_shift")


@asynccontextmanager
async def _ground(quick: bool) -> AsyncGenerator[tuple[Console, str]]:
    """A console and the one context that is open in it."""
    rows = 2000 if quick else _ROWS
    # A real server keeps the changes of more than a minute; with those of five seconds no first list is done in time.
    async with (
        simulated(1, rows, "--churn", str(_CHANGES), "--history", str(100 * _CHANGES)) as config,
        console(config) as here,
    ):
        (name,) = await contexts_of(config)
        one = await opened(here, [name], within=300)
        say(f"{one.totals[name]} pods after {one.complete[name]:.1f} s")
        yield here, name


async def scrolled(ground: tuple[Console, str], *, quick: bool) -> Figures:
    here, name = ground
    chromium = find_chromium()
    if chromium is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    where = {
        "BENCH_URL": here.running.url,
        "BENCH_TOKEN": here.running.token,
        "BENCH_PATH": f"/c/{here.keys[name]}/{PODS}",
        "BENCH_ROWS": str(2000 if quick else _ROWS),
        "BENCH_SECONDS": str(2 if quick else _SECONDS),
    }
    process = await asyncio.create_subprocess_exec(
        *(node(), str(_DRIVER)), stdout=asyncio.subprocess.PIPE, env={**environment(chromium), **where}
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"the browser's driver ended with {process.returncode}")
    found: dict[str, float] = json.loads(said)
    say("  ".join(f"{key} {value:.1f}" for key, value in found.items() if key not in _KEYS))
    return {key: found[key] for key in _KEYS}


BENCH = Bench(
    __doc__ or "",
    {"scroll": Part(scrolled, _KEYS)},
    _ground,
    {"script_p95_ms": 8, "long_tasks": 0, "layout_shift": 0},
)

if __name__ == "__main__":
    BENCH.main()
