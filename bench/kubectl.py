"""The yardstick: the real kubectl, started as the console's clusters are."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path

from testbed import build


class Kubectl:
    """Each run has an empty discovery cache, since the console too meets each cluster for the first time; `warm` lets a
    run use what an earlier one of the same context kept."""

    def __init__(self, kubeconfig: Path, home: Path) -> None:
        self._kubeconfig = kubeconfig
        self._home = home
        self._runs = 0
        self._environment = {**os.environ, "HOME": str(home), "KUBECONFIG": str(kubeconfig)}

    async def get_pods(self, context: str, *more: str, warm: bool = False, within: float = 60) -> float:
        """Seconds from its start to its end, output and all. `more` are further arguments."""
        self._runs += 1
        cache = self._home / ("warm" if warm else f"cold-{self._runs}")
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            build.path_of("kubectl"),
            *("--cache-dir", str(cache), "--context", context, "get", "pods", "--all-namespaces", *more),
            stdout=asyncio.subprocess.DEVNULL,
            env=self._environment,
        )
        try:
            async with asyncio.timeout(within):
                code = await process.wait()
        except BaseException:
            process.kill()
            await process.wait()
            raise
        if code:
            raise RuntimeError(f"kubectl failed on {context} with {code}")
        return time.perf_counter() - started

    async def all_at(self, contexts: Sequence[str], apart: float, *, warm: bool = False) -> list[float]:
        """One of each, started `apart` seconds after the one before; seconds that each took."""

        async def one(number: int, context: str) -> float:
            await asyncio.sleep(number * apart)
            return await self.get_pods(context, warm=warm)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number, context)) for number, context in enumerate(contexts)]
        return [task.result() for task in tasks]
