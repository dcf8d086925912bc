"""What is measured against: a few real API servers, links of any length before them, and every kind of hang."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import yaml

from testbed import kubeconfig
from testbed.cluster import Cluster
from testbed.connectproxy import ConnectProxy
from testbed.execplugins import exec_user
from testbed.faults import HANG_AFTER_TLS, HANG_BEFORE_TLS
from testbed.fleet import Fleet, running
from testbed.kubeconfig import Entry
from testbed.proxyprocess import ProxyProcess

RTT = 0.5
HANGS = ("dns", "tcp", "tls", "proxy", "exec", "api")


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Ground:
    """Real servers full of pods. `far` are 50 links of 500 ms, spread over them."""

    def __init__(self, fleet: Fleet, proxies: ProxyProcess, folder: Path) -> None:
        self.fleet = fleet
        self.proxies = proxies
        self.folder = folder
        self._far: list[int] = []
        self._written = 0

    async def far(self, count: int) -> list[int]:
        """Ports of so many links of 500 ms; link i leads to server i modulo their number."""
        if len(self._far) < count:
            targets = [self._server_of(i).server.port for i in range(len(self._far), count)]
            self._far += await self.proxies.open(targets, latency=RTT / 2)
        return self._far[:count]

    def _server_of(self, index: int) -> Cluster:
        return self.fleet[index % len(self.fleet)]

    async def far_entries(self, prefix: str, count: int) -> list[Entry]:
        """Contexts `{prefix}-0` … at 500 ms. A new prefix is a new cluster to the console: no rows of before."""
        ports = await self.far(count)
        return [self._entry(f"{prefix}-{i}", i, port) for i, port in enumerate(ports)]

    def near_entries(self, prefix: str) -> list[Entry]:
        return [c.entry(f"{prefix}-{i}") for i, c in enumerate(self.fleet.clusters)]

    def _entry(self, name: str, index: int, port: int) -> Entry:
        return self._server_of(index).entry(name, server=f"https://127.0.0.1:{port}")

    def write(self, *entries: list[Entry]) -> Path:
        self._written += 1
        flat = [entry for some in entries for entry in some]
        return kubeconfig.write(self.folder / f"kubeconfig-{self._written}", flat)

    @asynccontextmanager
    async def hanging(self) -> AsyncGenerator[list[Entry]]:
        """A context `hang-{kind}` for every kind of hang."""
        first = self.fleet[0]
        tls, api = await self.proxies.open([first.server.port] * 2)
        await self.proxies.set([tls], HANG_BEFORE_TLS)
        await self.proxies.set([api], HANG_AFTER_TLS)
        async with ConnectProxy() as connect:
            connect.hanging = True
            with silent_listener() as silent:
                yield [
                    first.entry("hang-dns", server="https://api.hangs.test:6443"),
                    first.entry("hang-tcp", server=f"https://127.0.0.1:{silent}"),
                    first.entry("hang-tls", server=f"https://127.0.0.1:{tls}"),
                    first.entry("hang-proxy", proxy_url=connect.url),
                    first.entry("hang-exec", user=exec_user("hang")),
                    first.entry("hang-api", server=f"https://127.0.0.1:{api}"),
                ]


@contextmanager
def silent_listener() -> Generator[int]:
    """A port where connecting hangs: its queue is full, so the kernel drops every further SYN."""
    listener = socket.socket()
    fillers: list[socket.socket] = []
    try:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(listener.getsockname())
            fillers.append(filler)
        yield listener.getsockname()[1]
    finally:
        for one in (*fillers, listener):
            one.close()


@asynccontextmanager
async def ground(servers: int, pods: int, *, within: float = 300) -> AsyncGenerator[Ground]:
    """Starts and fills it; ends everything at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="quarterdeck-bench-ground-"))
    started = time.perf_counter()
    try:
        async with running(Fleet(servers)) as fleet, ProxyProcess() as proxies:
            for cluster in fleet.clusters:
                await cluster.create_pods(pods, in_flight=8, within=within)
            say(f"ground: {servers} API servers of {pods} pods each after {time.perf_counter() - started:.0f} s")
            yield Ground(fleet, proxies, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def simulated(clusters: int, pods: int, *more: str) -> AsyncGenerator[Path]:
    """A simfleet in a process of its own, `more` of its options; the kubeconfig it wrote."""
    folder = Path(tempfile.mkdtemp(prefix="quarterdeck-bench-sim-"))
    path = folder / "kubeconfig"
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simfleet", "--clusters", str(clusters), "--pods", str(pods)),
        *("--kubeconfig", str(path), "--ready-fd", str(writing), *more),
        stdout=asyncio.subprocess.DEVNULL,
        pass_fds=(writing,),
    )
    os.close(writing)
    try:
        async with asyncio.timeout(60):
            said = await asyncio.to_thread(os.read, reading, 100)
        if not said:
            raise RuntimeError("simfleet ended before it was ready")
        yield path
    finally:
        os.close(reading)
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def contexts_of(config: Path) -> list[str]:
    """Names of the contexts of a kubeconfig."""
    return [str(one["name"]) for one in yaml.safe_load(await asyncio.to_thread(config.read_text))["contexts"]]
