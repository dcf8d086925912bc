"""A quarter of a million pods in a real console: what they cost there, and the store file that is left of them."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bench.consoles import Console, console
from bench.ground import contexts_of, say, simulated
from bench.measuring import Figures
from bench.opens import opened

_PODS, _QUICK_PODS = 250_000, 2000
_REOPENS, _QUICK_REOPENS = 10, 2


class Kept:
    """`folder` is removed at the end of the bench; `file` is the store of `pods` pods, written by a real console."""

    def __init__(self, folder: Path, pods: int, reopens: int) -> None:
        self.folder = folder
        self.pods = pods
        self._reopens = reopens
        self._figures: Figures = {}
        self._reading = asyncio.Lock()

    @property
    def file(self) -> Path:
        return self.folder / "kept.db"

    async def figures(self) -> Figures:
        """What the console told while it read them, once for all who ask."""
        async with self._reading:
            if not self._figures:
                self._figures = await self._read()
        return self._figures

    async def _read(self) -> Figures:
        async with simulated(1, self.pods, "--churn", "0") as config, console(config) as here:
            (name,) = await contexts_of(config)
            await asyncio.sleep(2)  # the second of its start is not the rows'
            before = await _memory(here)
            one = await opened(here, [name], within=300)
            say(f"{one.totals[name]} pods after {one.complete[name]:.1f} s")
            await _indexed(here.rows_folder)
            after = await _memory(here)
            objects = (await here.runtimes()).runtimes[0].objects
            reopens = [await _reopen_ms(here, name) for _ in range(self._reopens)]
            say(f"shown again after {min(reopens):.0f} to {max(reopens):.0f} ms")
            await here.clear()
            (file,) = here.rows_folder.glob("*.db")
            size = sum(part.stat().st_size for part in here.rows_folder.iterdir())
            await asyncio.to_thread(_copy, file, self.file)
        return {
            "rss_bytes_per_object": max(0.0, after - before) / objects,
            "disk_bytes_per_object": size / objects,
            "reopen_first_rows_ms": max(reopens),
        }


def _copy(source: Path, target: Path) -> None:
    """With what still stands beside the file."""
    with closing(sqlite3.connect(source)) as of, closing(sqlite3.connect(target)) as to:
        of.backup(to)


@asynccontextmanager
async def kept(quick: bool) -> AsyncGenerator[Kept]:
    folder = Path(tempfile.mkdtemp(prefix="quarterdeck-bench-kept-"))
    try:
        yield Kept(folder, *((_QUICK_PODS, _QUICK_REOPENS) if quick else (_PODS, _REOPENS)))
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def costs(ground: Kept, *, quick: bool) -> Figures:
    """rss_bytes_per_object, disk_bytes_per_object, reopen_first_rows_ms."""
    return await ground.figures()


async def _memory(here: Console) -> float:
    """Bytes that are resident, the least of a few readings: what a burst took is given back within seconds."""
    found: list[float] = []
    for _ in range(5):
        found.append(float((await asyncio.to_thread(here.process.memory_info)).rss))
        await asyncio.sleep(0.5)
    return min(found)


async def _indexed(folder: Path, *, quiet: float = 2.0) -> None:
    """Returns when nothing was written for a while: indexes are made behind the first list."""
    last, since = -1, time.perf_counter()
    async with asyncio.timeout(120):
        while time.perf_counter() - since < quiet:
            size = sum(part.stat().st_size for part in folder.iterdir())
            if size != last:
                last, since = size, time.perf_counter()
            await asyncio.sleep(0.1)


async def _reopen_ms(here: Console, name: str) -> float:
    """From the click until the rows of before are on the screen."""
    await here.clear()
    async with here.looking_at([name]) as looks:
        started = time.perf_counter()
        await here.change(opens=[name])
        await looks.until("shown")
        took = looks[name].shown_at
        assert took is not None
    return (took - started) * 1000
