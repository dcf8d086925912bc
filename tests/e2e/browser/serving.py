"""The composed console and a simulated fleet, each in a process of its own, as a person runs them."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from testbed.fixtures import in_a_loop_of_its_own
from testbed.processes import Watchdog
from testbed.watchdog import MARK

_BIN = Path(sys.executable).parent
_STARTS_WITHIN_S = 60
"""A start takes two seconds of a core; the machine may be busy with other tests."""
_FILE = re.compile(r"file://(\S+launch-\w+\.html)")


@contextmanager
def swept() -> Generator[None]:
    """Whatever is started within the block, and what that starts, ends with this process, even if it is killed."""
    directory = Path(tempfile.mkdtemp(prefix="quarterdeck-serving-"))
    dog = Watchdog(directory)
    before = os.environ.get(MARK)
    os.environ[MARK] = str(directory)
    try:
        yield
    finally:
        os.environ.pop(MARK)
        if before is not None:
            os.environ[MARK] = before
        in_a_loop_of_its_own(dog.close)


@asynccontextmanager
async def process(*command: str, env: Mapping[str, str], says: re.Pattern[str]) -> AsyncGenerator[re.Match[str]]:
    """The command, once a line of its output matches; ended by SIGTERM, by SIGKILL if 10 s do not do."""
    merged = {**os.environ, "PYTHONUNBUFFERED": "1", **env}
    started = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=merged
    )
    assert started.stdout is not None
    said: list[str] = []
    reading: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(_STARTS_WITHIN_S):
            while not (found := says.search(said[-1] if said else "")):
                line = await started.stdout.readline()
                assert line, f"{command[0]} ended: {''.join(said)}"
                said.append(line.decode())
        reading = asyncio.create_task(_drain(started.stdout))
        yield found
    finally:
        if started.returncode is None:
            started.terminate()
        if reading is None:
            reading = asyncio.create_task(_drain(started.stdout))
        try:
            async with asyncio.timeout(10):
                await started.wait()
        except TimeoutError:
            started.kill()
            await started.wait()
        await reading


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


@asynccontextmanager
async def console(folder: Path, kubeconfig: Path | None, *more: str, port: int = 0) -> AsyncGenerator[str]:
    """The address with a launch token that works once. `folder` keeps what a restart finds again. None: no kubeconfig,
    so that the console makes its own simulated clusters."""
    named = () if kubeconfig is None else ("--kubeconfig", str(kubeconfig))
    environment = {
        "HOME": str(folder),
        "KUBECONFIG": "",
        "QUARTERDECK_FOLDERS_DATA": str(folder / "data"),
        "QUARTERDECK_FOLDERS_CACHE": str(folder / "cache"),
    }
    command = (str(_BIN / "quarterdeck"), "--no-browser", "--port", str(port), *named, *more)
    async with process(*command, env=environment, says=_FILE) as said:
        # The file's own refresh, read rather than followed, so that a page of any state of the browser can go there.
        file = await asyncio.to_thread(Path(said[1]).read_text)
        address = re.search(r'href="([^"]+)"', file)
        assert address is not None
        yield address[1]


@asynccontextmanager
async def simulated(kubeconfig: Path, *options: str) -> AsyncGenerator[None]:
    """A fleet of simfleet, written to `kubeconfig`; its faults by `fault`."""
    command = (str(_BIN / "simfleet"), "--kubeconfig", str(kubeconfig), *options)
    async with process(*command, env={"TMPDIR": str(kubeconfig.parent)}, says=re.compile("ready")):
        yield


async def fault(kubeconfig: Path, cluster: str, *words: str) -> None:
    """Switches a fault of the fleet that `simulated` serves for this kubeconfig."""
    environment = {**os.environ, "TMPDIR": str(kubeconfig.parent)}
    command = (str(_BIN / "simfleet"), "fault", cluster, *words)
    ended = await (await asyncio.create_subprocess_exec(*command, env=environment)).wait()
    assert ended == 0
