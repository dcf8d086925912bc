"""The demo: simfleet in a process of its own, met over HTTPS only, as any cluster is."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from quarterdeck.model.errors import QuarterdeckError

log = structlog.get_logger(__name__)

CLUSTERS, PODS = 14, 400
START_S = 30.0
STOP_S = 3.0


class DemoError(QuarterdeckError):
    """The simulated clusters could not be started."""


@asynccontextmanager
async def simulated_clusters(clusters: int = CLUSTERS, pods: int = PODS) -> AsyncGenerator[Path]:
    """Yields their kubeconfig. They end with the block."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-demo-") as folder:
        kubeconfig = Path(folder) / "demo"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "simfleet",
            "--clusters",
            str(clusters),
            "--pods",
            str(pods),
            "--churn",
            "1",
            "--measured",
            "--kubeconfig",
            str(kubeconfig),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            await _ready(process)
            yield kubeconfig
        finally:
            await _end(process)


async def _ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            async for line in process.stdout:
                if line.strip().endswith(b"ready"):
                    return
    except TimeoutError:
        raise DemoError(f"The simulated clusters did not start within {START_S:g} s.") from None
    raise DemoError("The simulated clusters ended before they were ready.")


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
