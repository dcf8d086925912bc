"""The console under test: the real command in a process of its own, spoken to as its page speaks to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import aiohttp
import msgspec
import psutil

from bench.looks import Looks
from quarterdeck.api.wire import (
    ClusterView,
    ContextList,
    ExportQuestion,
    ExportView,
    RuntimesDiagnostics,
    SelectionDiagnostics,
    WindowPage,
)
from quarterdeck.app.instance import Running, running_instance
from quarterdeck.model.states import state_name

PODS = "core/v1/pods"
_STARTS_WITHIN = 60.0
_JSON = {"Content-Type": "application/json"}
_ENDS_WITHIN = 8.0
_T = TypeVar("_T")


class Console:
    """A console that runs, as a script or a page meets it. Times are time.perf_counter's seconds."""

    def __init__(self, running: Running, http: aiohttp.ClientSession, keys: dict[str, str], folder: Path) -> None:
        self.running = running
        self.rows_folder = folder / "cache" / "rows"
        """Where it keeps a store file for each cluster."""
        self.process = psutil.Process(running.pid)
        self.keys = keys
        self._http = http

    async def _get(self, path: str, kind: type[_T]) -> _T:
        async with self._http.get(path) as answer:
            body = await answer.read()
            answer.raise_for_status()
        return msgspec.json.decode(body, type=kind)

    async def change(self, *, opens: Sequence[str] = (), closes: Sequence[str] = ()) -> float:
        """Contexts by name; how long the answer took, in seconds."""
        body = {"open": [self.keys[n] for n in opens], "close": [self.keys[n] for n in closes]}
        started = time.perf_counter()
        async with self._http.post("/api/v1/selection/changes", json=body) as answer:
            await answer.read()
            took = time.perf_counter() - started
            answer.raise_for_status()
        return took

    async def clear(self) -> None:
        """Closes everything and waits until it is torn down."""
        async with self._http.delete("/api/v1/selection", params={"wait": "settled", "timeout": "30"}) as answer:
            answer.raise_for_status()
            await answer.read()
        await self.until_nothing_runs()

    async def state(self, name: str) -> str:
        return state_name((await self._get(f"/api/v1/clusters/{self.keys[name]}", ClusterView)).state)

    async def rows(self, name: str) -> int:
        """Rows of a cluster's pods that the API still gives."""
        page = await self._get(f"/api/v1/clusters/{self.keys[name]}/resources/{PODS}?limit=1", WindowPage)
        return len(page.rows)

    async def until_state(self, name: str, *states: str, within: float = 90) -> str:
        async with asyncio.timeout(within):
            while (state := await self.state(name)) not in states:  # noqa: ASYNC110 - the API is what is measured
                await asyncio.sleep(0.02)
        return state

    async def until_gone(self, name: str, *, within: float = 30) -> None:
        """No rows of it, and not shown as open."""
        async with asyncio.timeout(within):
            while await self.state(name) not in ("closing", "closed") or await self.rows(name):
                pass

    async def runtimes(self) -> RuntimesDiagnostics:
        return await self._get("/api/v1/diagnostics/runtimes", RuntimesDiagnostics)

    async def diagnostics(self) -> SelectionDiagnostics:
        return await self._get("/api/v1/diagnostics/selection", SelectionDiagnostics)

    async def until_nothing_runs(self, *, within: float = 30) -> None:
        async with asyncio.timeout(within):
            while (now := await self.runtimes()).runtimes or now.stragglers:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)

    async def lag_buckets(self) -> dict[float, float]:
        """Samples up to each bound in seconds, cumulative, since the start."""
        async with self._http.get("/metrics") as answer:
            text = await answer.text()
        found: dict[float, float] = {}
        for line in text.splitlines():
            if line.startswith("quarterdeck_loop_lag_seconds_bucket"):
                bound, _, count = line.partition('le="')[2].partition('"} ')
                found[float(bound)] = float(count)
        return found

    async def exporting(self, question: ExportQuestion) -> AsyncGenerator[tuple[ExportView, int]]:
        """An export as it comes: what it is, and how many bytes are here. Raises where it is broken off."""
        async with self._http.post("/api/v1/exports", data=msgspec.json.encode(question), headers=_JSON) as answer:
            body = await answer.read()
            answer.raise_for_status()
        view, size = msgspec.json.decode(body, type=ExportView), 0
        async with self._http.get(view.url) as answer:
            answer.raise_for_status()
            async for piece in answer.content.iter_any():
                size += len(piece)
                yield view, size

    @asynccontextmanager
    async def looking_at(self, names: Sequence[str], resource: str = PODS) -> AsyncGenerator[Looks]:
        """A live window of this kind for each of these contexts, open or not."""
        keys = {name: self.keys[name] for name in names}
        async with Looks(self._http, self.running.token, keys, resource) as looks:
            yield looks


@asynccontextmanager
async def console(
    kubeconfig: Path, *settings: str, also: Path | None = None, silent_names: bool = False, keep: Path | None = None
) -> AsyncGenerator[Console]:
    """Starts one with nothing open and an empty store; ends it, and removes its folders, at the end of the block.

    `also` is merged into `kubeconfig`, as kubectl merges; `settings` are PATH=VALUE. With `keep` its log stays there.
    """
    folder = Path(tempfile.mkdtemp(prefix="quarterdeck-bench-"))
    plain = ("-c", "import sys; from quarterdeck.cli.main import main; sys.exit(main())")
    command = [sys.executable, *(("-m", "bench.silent_names") if silent_names else plain)]
    files = os.pathsep.join(str(path) for path in (kubeconfig, also) if path is not None)
    command += [
        *("--kubeconfig", files, "--port", "0", "--no-browser", "--no-restore", "--log-level", "warning"),
    ]
    for setting in (f"folders.data={folder}/data", f"folders.cache={folder}/cache", *settings):
        command += ["--set", setting]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("QUARTERDECK_")}
    log_path = keep or folder / "log"
    with log_path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, env=environment)
    try:
        running = await _announced(folder / "data", process, log_path)
        headers = {"Authorization": f"Bearer {running.token}"}
        async with aiohttp.ClientSession(running.url, headers=headers) as http:
            async with http.get("/api/v1/contexts") as answer:
                contexts = msgspec.json.decode(await answer.read(), type=ContextList)
            yield Console(running, http, {view.name: view.key for view in contexts.contexts}, folder)
    finally:
        await asyncio.shield(_end(process))
        shutil.rmtree(folder, ignore_errors=True)


async def _announced(data: Path, process: asyncio.subprocess.Process, log: Path) -> Running:
    async with asyncio.timeout(_STARTS_WITHIN):
        while (running := running_instance(data)) is None:
            if process.returncode is not None:
                raise RuntimeError(f"the console ended at once: {log.read_text()[-2000:]}")
            await asyncio.sleep(0.02)
    return running


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        print("the console did not end within 8 s and was killed", file=sys.stderr)
        process.kill()
        await process.wait()
