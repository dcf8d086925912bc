"""One etcd for a whole fleet: each API server keeps to a prefix of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from testbed import build
from testbed.ports import free_port
from testbed.processes import Process, TestbedError


class Etcd:
    """Loses its data on a crash of the machine, and is faster for it; listens on loopback without a password."""

    def __init__(self, directory: Path, *, mark: Path) -> None:
        port, peer_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        peer = f"http://127.0.0.1:{peer_port}"
        self.process = Process(
            "etcd",
            [
                build.path_of("etcd"),
                "--name=testbed",
                f"--data-dir={directory / 'etcd'}",
                f"--listen-client-urls={self.url}",
                f"--advertise-client-urls={self.url}",
                f"--listen-peer-urls={peer}",
                f"--initial-advertise-peer-urls={peer}",
                f"--initial-cluster=testbed={peer}",
                "--unsafe-no-fsync",
                "--log-level=warn",
                f"--quota-backend-bytes={8 << 30}",
            ],
            log=directory / "etcd.log",
            mark=mark,
        )

    async def start(self, *, within: float) -> None:
        self.process.start()
        try:
            async with asyncio.timeout(within), aiohttp.ClientSession(trust_env=False) as session:
                while True:
                    if not self.process.alive:
                        raise self.process.failed("ended instead of starting")
                    try:
                        async with session.get(self.url + "/health") as response:
                            if response.status == 200:
                                return
                    except aiohttp.ClientError:
                        pass
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise self.process.failed(f"was not healthy within {within} s") from None

    async def _call(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        """A call by etcd's JSON gateway: the gRPC API without gRPC."""
        async with (
            asyncio.timeout(30),
            aiohttp.ClientSession(trust_env=False) as session,
            session.post(self.url + path, json=body) as response,
        ):
            answer: dict[str, object] = await response.json()
            if response.status != 200:
                raise TestbedError(f"etcd refused {path}: {answer}")
            return answer

    async def revision(self) -> int:
        """etcd's newest revision, which is also the newest resourceVersion of all clusters of the fleet."""
        header = (await self._call("/v3/maintenance/status", {}))["header"]
        if not isinstance(header, dict):
            raise TestbedError("etcd's status has no header")
        return int(header["revision"])  # pyright: ignore[reportUnknownArgumentType] # JSON; int() judges it

    async def compact(self) -> int:
        """Forgets all history up to now; the revision compacted to."""
        revision = await self.revision()
        try:
            await self._call("/v3/kv/compaction", {"revision": str(revision), "physical": True})
        except TestbedError as error:
            # Somebody else compacted in between, for another cluster of the fleet.
            if "has been compacted" not in str(error):
                raise
        return revision
