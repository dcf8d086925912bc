"""What an export of many rows costs the console: time, memory while it is written, and the loop."""

from __future__ import annotations

import asyncio
import time

from bench.consoles import Console, console
from bench.ground import contexts_of, say, simulated
from bench.measuring import Figures
from bench.opens import opened
from quarterdeck.api.wire import ExportFormat, ExportQuestion


async def exported(ground: object, *, quick: bool) -> Figures:
    """export_100k_s, export_8_clusters_s (CSV, all columns); of both, how much more memory the process had at its
    most, and the loop's worst second."""
    clusters, pods = (2, 200) if quick else (8, 12_500)
    async with simulated(clusters, pods, "--churn", "0") as config, console(config) as here:
        names = await contexts_of(config)
        await opened(here, names, within=300)
        await asyncio.sleep(2)  # indexes are made
        one = await _export(here, names[:1], ExportFormat.JSON)
        many = await _export(here, names, ExportFormat.CSV)
        again = await _export(here, names, ExportFormat.CSV, ("-restarts", "name"))
        await here.clear()
    return {
        "export_100k_s": max(many["s"], again["s"]),
        "export_rss_mb": max(each["rss_mb"] for each in (one, many, again)),
        "export_lag_max_ms": max(each["lag_ms"] for each in (one, many, again)),
    }


async def _export(here: Console, names: list[str], form: ExportFormat, sort: tuple[str, ...] = ()) -> Figures:
    await asyncio.sleep(2.1)  # a second of its own, for the loop's worst
    before = here.process.memory_info().rss
    seconds = len((await here.diagnostics()).lag_ms)
    most = before
    began = time.perf_counter()
    question = ExportQuestion([here.keys[name] for name in names], "core/v1/pods", sort=list(sort), format=form)
    rows = size = 0
    async for view, so_far in here.exporting(question):
        rows, size = view.rows, so_far
        most = max(most, here.process.memory_info().rss)
    took = time.perf_counter() - began
    lag = max((await here.diagnostics()).lag_ms[seconds - 1 :])
    mb = (most - before) / 1e6
    say(f"{rows} rows of {len(names)} clusters as {form}: {took:.1f} s, {size / 1e6:.0f} MB, "
        f"{mb:.1f} MB more memory, lag {lag:.1f} ms")  # fmt: skip
    return {"s": took, "rss_mb": mb, "lag_ms": lag}
