"""A fleet of simulated clusters in the running event loop."""

from __future__ import annotations

import asyncio
import json
import secrets
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from simfleet import certificates, kubeconfig
from simfleet.admin import Admin
from simfleet.churn import Churn
from simfleet.clock import Clock
from simfleet.cluster import SimCluster
from simfleet.names import context_names


class SimFleet:
    """`async with SimFleet(clusters=3, pods=50, seed=1) as fleet:` serves until the block ends.

    `clusters` is a number or the contexts' names; `pods` a number for each. `churn` is changes per second and cluster.
    `epoch` (seconds since 1970) makes all times reproducible; without it they follow the machine's clock. `admin`
    opens the fault endpoint on loopback. `exec_every` gives every n-th context an exec plugin, whose tokens live
    `token_lifetime` seconds; the others have static tokens. `history` is how many changes per kind can be watched
    again; `bookmark_interval` is in seconds. `measured` clusters answer metrics.k8s.io. Runs on any asyncio
    loop, virtual clocks included; starts no thread.
    """

    def __init__(
        self,
        clusters: int | list[str] = 1,
        pods: int = 20,
        seed: int = 1,
        *,
        churn: float = 0,
        epoch: float | None = None,
        kubeconfig: Path | None = None,
        admin: bool = False,
        exec_every: int = 0,
        token_lifetime: float = 600,
        history: int = 1000,
        bookmark_interval: float = 60,
        measured: bool = False,
    ) -> None:
        self._names = context_names(clusters) if isinstance(clusters, int) else list(clusters)
        if len(set(self._names)) != len(self._names):
            raise ValueError("cluster names must differ")
        self._pods = pods
        self._seed = seed
        self._churn_rate = churn
        self._epoch = epoch
        self._wanted_path = kubeconfig
        self._wants_admin = admin
        self._exec_every = exec_every
        self._lifetime = token_lifetime
        self._history = history
        self._bookmark_interval = bookmark_interval
        self._measured = measured
        self._secret = secrets.token_bytes(32)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._churn: Churn | None = None
        self._authority = b""
        self.admin: Admin | None = None
        self.clusters: dict[str, SimCluster] = {}
        """By context name, in order."""
        self.kubeconfig_path = Path()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="simfleet-")
        folder = Path(self._folder.name)
        self._authority, context = certificates.create(folder)
        clock = Clock(self._epoch)
        for name in self._names:
            cluster = SimCluster(
                name,
                seed=self._seed,
                pods=self._pods,
                secret=self._secret,
                clock=clock,
                history=self._history,
                bookmark_interval=self._bookmark_interval,
                measured=self._measured,
            )
            self.clusters[name] = cluster
            await cluster.start(context)
            await asyncio.sleep(0)
        self.kubeconfig_path = self._wanted_path or folder / "kubeconfig"
        if self._wants_admin:
            self.admin = Admin(self.clusters)
            await self.admin.start()
        self._write_files()
        if self._churn_rate > 0:
            self._churn = Churn(list(self.clusters.values()), self._churn_rate)
            self._churn.start()

    @property
    def state_path(self) -> Path:
        """What `simfleet token` and `simfleet fault` read; beside the kubeconfig, mode 0600."""
        return self.kubeconfig_path.with_name(self.kubeconfig_path.name + ".simfleet.json")

    def _write_files(self) -> None:
        state = {
            "secret": self._secret.hex(),
            "clusters": list(self.clusters),
            "admin_url": self.admin.url if self.admin else "",
            "admin_token": self.admin.token if self.admin else "",
        }
        self.kubeconfig_path.parent.mkdir(parents=True, exist_ok=True)
        for path, text in ((self.state_path, json.dumps(state)), (self.kubeconfig_path, self.kubeconfig())):
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_text(text)

    def kubeconfig(self, user: str = "admin") -> str:
        """YAML for all clusters, as admin, viewer or nobody."""
        return kubeconfig.render(
            list(self.clusters.values()),
            self._authority,
            user=user,
            state=self.state_path,
            exec_every=self._exec_every,
            lifetime=self._lifetime,
        )

    @property
    def authority(self) -> bytes:
        """The CA's certificate, PEM."""
        return self._authority

    def cluster(self, name: str | int) -> SimCluster:
        """By context name or by place. Raises KeyError, IndexError."""
        return list(self.clusters.values())[name] if isinstance(name, int) else self.clusters[name]

    async def close(self) -> None:
        """Ends every cluster; removes the files it wrote."""
        if self._churn is not None:
            await self._churn.close()
            self._churn = None
        if self.admin is not None:
            await self.admin.close()
            self.admin = None
        await asyncio.gather(*(cluster.close() for cluster in self.clusters.values()))
        if self._wanted_path is not None and self._folder is not None:
            self.state_path.unlink(missing_ok=True)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
