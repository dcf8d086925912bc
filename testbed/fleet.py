"""A fleet: one etcd, N API servers started at once, and a watchdog that ends them all should the driver die."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from testbed import kubeconfig, watchdog
from testbed.apiserver import ADMIN, ApiServer, User, default_users
from testbed.cluster import Cluster
from testbed.etcd import Etcd
from testbed.processes import Process, Watchdog
from testbed.workloads import Workloads

_SHARED_MEMORY = Path("/dev/shm")
_WANTED_BYTES = 2 << 30


def _directory() -> Path:
    """In memory where there is room, since etcd's log is written ahead in files of 64 MB."""
    base = None
    if os.access(_SHARED_MEMORY, os.W_OK) and shutil.disk_usage(_SHARED_MEMORY).free > _WANTED_BYTES:
        base = _SHARED_MEMORY
    return Path(tempfile.mkdtemp(prefix="quarterdeck-testbed-", dir=base))


class Fleet:
    """Clusters `real-0` … `real-{n-1}`; `workloads[i]` brings `clusters[i]` to life.

    Use `running(…)`, or `start` and, whatever happens, `stop`.

    `server_flags` go to every API server (--oidc-issuer-url=…), `flags_of` to those named. etcd is compacted every
    `compaction_interval` (a Go duration, "0" for never: then only `Cluster.compact` makes history vanish).
    """

    def __init__(
        self,
        clusters: int = 1,
        *,
        users: Sequence[User] | None = None,
        server_flags: Sequence[str] = (),
        flags_of: Mapping[str, Sequence[str]] | None = None,
        compaction_interval: str = "0",
        prefix: str = "real",
    ) -> None:
        self.directory = _directory()
        self._watchdog: Watchdog | None = None
        self.etcd = Etcd(self.directory, mark=self.directory)
        self.clusters: list[Cluster] = []
        self.workloads: list[Workloads] = []
        for index in range(clusters):
            name = f"{prefix}-{index}"
            flags = [
                f"--etcd-compaction-interval={compaction_interval}",
                *server_flags,
                *(flags_of or {}).get(name, ()),
            ]
            server = ApiServer(
                name,
                self.directory / name,
                etcd=self.etcd.url,
                mark=self.directory,
                users=default_users() if users is None else users,
                more=flags,
            )
            cluster = Cluster(server, self.etcd)
            self.clusters.append(cluster)
            self.workloads.append(Workloads(cluster, mark=self.directory))

    def __getitem__(self, index: int) -> Cluster:
        return self.clusters[index]

    def __len__(self) -> int:
        return len(self.clusters)

    @property
    def processes(self) -> list[Process]:
        living = [process for workloads in self.workloads for process in workloads.processes]
        return [self.etcd.process, *(c.server.process for c in self.clusters), *living]

    async def start(self, *, within: float | None = None) -> None:
        """Returns when every API server is ready and its default users have their rights.

        `within` is 60 s and 4 more for each cluster unless said otherwise. Stops what it started if it fails.
        """
        within = 60 + 4 * len(self.clusters) if within is None else within
        self._watchdog = Watchdog(self.directory)
        try:
            await self.etcd.start(within=30)
            async with asyncio.TaskGroup() as group:
                for cluster in self.clusters:
                    group.create_task(self._start(cluster, within))
        except BaseException as error:  # noqa: BLE001 - raised again below, cancellation too
            await asyncio.shield(self.stop())
            raise _first(error) from None

    async def _start(self, cluster: Cluster, within: float) -> None:
        await cluster.server.start(within=within)
        await cluster.grant_default_users()

    async def stop(self) -> None:
        """Kills everything, waits until it is gone and removes the data. May be called again."""
        for process in self.processes:
            process.retire()
        ends = await asyncio.gather(*(process.gone() for process in self.processes), return_exceptions=True)
        # It sweeps what processes of ours have started, and removes the directory.
        if self._watchdog is not None:
            await self._watchdog.close()
            self._watchdog = None
        watchdog.remove(str(self.directory))
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    def entries(self, user: str = ADMIN) -> list[kubeconfig.Entry]:
        return [cluster.entry(user=user) for cluster in self.clusters]

    def write_kubeconfig(self, path: Path | None = None, *, user: str = ADMIN) -> Path:
        """A context for each cluster, named like it; in the fleet's own directory unless a path is given."""
        return kubeconfig.write(path or self.directory / "kubeconfig", self.entries(user))


def _first(error: BaseException) -> BaseException:
    """The error that a group of them is about, since the rest were cancelled for it."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


@asynccontextmanager
async def running(fleet: Fleet) -> AsyncGenerator[Fleet]:
    """The fleet, started; stopped at the end of the block."""
    await fleet.start()
    try:
        yield fleet
    finally:
        await asyncio.shield(fleet.stop())
