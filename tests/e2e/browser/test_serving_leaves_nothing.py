"""What the browser tests start ends with them, however they end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.real_time, pytest.mark.slow]
ROOT = Path(__file__).parents[3]

DRIVER = """
import asyncio, sys
from pathlib import Path
from tests.e2e.browser.serving import console, simulated, swept

async def main():
    folder = Path(sys.argv[1])
    async with simulated(folder / "kubeconfig", "--clusters", "1", "--pods", "5"):
        async with console(folder, folder / "kubeconfig"):
            print("up", flush=True)
            await asyncio.get_running_loop().create_future()

with swept():
    asyncio.run(main())
"""


def test_no_process_survives_a_run_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DRIVER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as driver:
        try:
            assert driver.stdout is not None
            assert driver.stdout.readline() == b"up\n"
            started = psutil.Process(driver.pid).children(recursive=True)
            assert {"simfleet", "quarterdeck"} <= {Path(word).name for p in started for word in p.cmdline()}
        finally:
            driver.kill()
    _, alive = psutil.wait_procs(started, 20)
    assert alive == []
