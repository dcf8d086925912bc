"""A fleet ends with its driver, however that ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from testbed.fleet import Fleet
from testbed.processes import TestbedError
from testbed.watchdog import marked

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.usefixtures("real_binaries")]
ROOT = Path(__file__).parent.parent.parent

DRIVER = """
import asyncio, json
from testbed.fleet import Fleet, running

async def main():
    async with running(Fleet(1)) as fleet:
        pids = [process.pid for process in fleet.processes]
        print(json.dumps({"directory": str(fleet.directory), "pids": pids}), flush=True)
        await asyncio.get_running_loop().create_future()

asyncio.run(main())
"""


@pytest.mark.slow
def test_no_process_and_no_file_survives_a_driver_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", DRIVER], cwd=ROOT, stdout=subprocess.PIPE) as driver:
        try:
            assert driver.stdout is not None
            fleet = json.loads(driver.stdout.readline())
            started = psutil.Process(driver.pid).children(recursive=True)
            assert set(fleet["pids"]) < {process.pid for process in started}
        finally:
            driver.kill()
    # The last of them is the watchdog, which ends when all is clean.
    _, alive = psutil.wait_procs(started, 20)
    assert alive == []
    assert marked(fleet["directory"]) == []
    assert not Path(fleet["directory"]).exists()


async def test_a_fleet_that_cannot_start_says_why_and_leaves_nothing() -> None:
    fleet = Fleet(2, flags_of={"real-1": ["--no-such-flag"]})
    with pytest.raises(TestbedError, match="unknown flag: --no-such-flag"):
        await fleet.start()
    assert marked(str(fleet.directory)) == []
    assert not fleet.directory.exists()
