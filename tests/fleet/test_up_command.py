"""`python -m testbed up`: a fleet for a person, by its output and the real kubectl."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow, pytest.mark.alone]
ROOT = Path(__file__).parent.parent.parent


async def test_it_prints_a_kubeconfig_that_kubectl_reads_pods_by_and_ctrl_c_ends_it_all(
    tmp_path: Path, kubectl_binary: Path
) -> None:
    file = tmp_path / "kubeconfig"
    options = ("--clusters", "2", "--pods", "3", "--kubeconfig", str(file))
    pipe = asyncio.subprocess.PIPE
    up = await asyncio.create_subprocess_exec(sys.executable, "-m", "testbed", "up", *options, cwd=ROOT, stdout=pipe)
    assert up.stdout is not None
    try:
        async with asyncio.timeout(90):
            while (line := (await up.stdout.readline()).decode()) != f"export KUBECONFIG={file}\n":
                assert line, "it ended before it was up"
        for name in ("real-0", "real-1"):
            command = (f"--kubeconfig={file}", f"--context={name}", "get", "pods", "-o", "name")
            kubectl = await asyncio.create_subprocess_exec(kubectl_binary, *command, stdout=pipe)
            async with asyncio.timeout(30):
                pods, _ = await kubectl.communicate()
            assert len(pods.split()) == 3
        started = psutil.Process(up.pid).children(recursive=True)
    finally:
        up.send_signal(signal.SIGINT)
        async with asyncio.timeout(40):
            await up.communicate()
    assert up.returncode == 0
    _, alive = psutil.wait_procs(started, 20)
    assert alive == []
