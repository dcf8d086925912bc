"""What makes a cluster's pods live: controller-manager and scheduler, and KWOK in the place of kubelets.

KWOK's exec runs commands on this machine, as the user who started the fleet, and its port listens on loopback without
a password, as `kubectl exec` into any pod of the cluster ends there.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import yaml

from testbed import build, kubeconfig
from testbed.cluster import Cluster
from testbed.ports import free_port
from testbed.processes import Process

_KWOK = "kwok.x-k8s.io/v1alpha1"


def _document(kind: str, spec: Mapping[str, object]) -> dict[str, object]:
    return {"apiVersion": _KWOK, "kind": kind, "metadata": {"name": kind.lower()}, "spec": dict(spec)}


def _stages() -> str:
    """KWOK's own stages, but a node that was not ready for a moment keeps its addresses.

    `node-initialize` leaves out addresses that are there already, and since it applies, leaving out takes away: from
    then on logs, exec and port-forward find no way to the node.
    """
    stages = build.STAGES.read_text()
    for found in ("{{ $hasInternalIP = true }}", "{{ $hasHostname = true }}"):
        if found not in stages:
            raise LookupError(f"KWOK's stages no longer say {found}")
        stages = stages.replace(found, "")
    return stages


class Workloads:
    """The processes that bring one cluster to life. `mark` and `directory` are the fleet's and the cluster's own.

    `port_forward_target` is where `kubectl port-forward` to any port of any pod arrives on this machine.
    """

    def __init__(self, cluster: Cluster, *, mark: Path) -> None:
        self._cluster = cluster
        self._directory = cluster.server.directory
        self._mark = mark
        self._log_file = self._directory / "pods.log"
        self.port_forward_target = free_port()
        self.processes: list[Process] = []

    def _admin_kubeconfig(self) -> Path:
        path = self._directory / "admin.kubeconfig"
        return path if path.exists() else kubeconfig.write(path, [self._cluster.entry()])

    def _run(self, name: str, *flags: str | Path) -> Process:
        process = Process(
            f"{name} {self._cluster.name}",
            [build.path_of(name), *flags],
            log=self._directory / f"{name}.log",
            mark=self._mark,
        )
        self.processes.append(process)
        process.start()
        return process

    async def start_controllers(self, *, within: float = 60) -> None:
        """Deployments get pods, pods get nodes; returns when namespace `default` has its ServiceAccount."""
        flags = (f"--kubeconfig={self._admin_kubeconfig()}", "--secure-port=0", "--leader-elect=false")
        keys = self._directory / "service-accounts.key"
        controllers = self._run(
            "kube-controller-manager",
            *flags,
            f"--service-account-private-key-file={keys}",
            f"--root-ca-file={self._directory / 'ca.crt'}",
            "--use-service-account-credentials=false",
            # On a busy machine KWOK renews leases late; a node is not lost for that.
            "--node-monitor-grace-period=5m",
        )
        scheduler = self._run("kube-scheduler", *flags)
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        await self._until(account, (controllers, scheduler), within)

    async def _until(self, path: str, processes: tuple[Process, ...], within: float) -> None:
        """Waits until a thing exists, and fails as soon as one of the processes that should make it has ended."""
        asking = asyncio.ensure_future(self._cluster.until(200, path, within=within))
        try:
            while not asking.done():
                await asyncio.wait({asking}, timeout=0.1)
                for process in processes:
                    if not process.alive:
                        raise process.failed("ended instead of starting")
            await asking
        finally:
            asking.cancel()

    async def start_kwok(self, *, nodes: int = 2, within: float = 60) -> list[str]:
        """Starts KWOK and creates nodes `node-0` …; returns their names when all are Ready."""
        port = free_port()
        config = self._directory / "kwok.yaml"
        config.write_text(self._kwok_config())
        self.write_log("the first line")
        kwok = self._run(
            "kwok",
            f"--config={config}",
            f"--kubeconfig={self._admin_kubeconfig()}",
            "--manage-all-nodes",
            "--node-ip=127.0.0.1",
            f"--node-port={port}",
            f"--server-address=127.0.0.1:{port}",
            f"--tls-cert-file={self._directory / 'server.crt'}",
            f"--tls-private-key-file={self._directory / 'server.key'}",
            "--cidr=10.0.0.1/16",
        )
        names = [f"node-{i}" for i in range(nodes)]
        async with self._cluster.connect() as connection:
            for name in names:
                node = {
                    "apiVersion": "v1",
                    "kind": "Node",
                    "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}},
                }
                await connection.must("POST", "/api/v1/nodes", node, exists_is_fine=True)
        async with asyncio.timeout(within):
            for name in names:
                while not await self._is_ready(name):
                    if not kwok.alive:
                        raise kwok.failed("ended instead of starting")
                    await asyncio.sleep(0.1)
        return names

    async def _is_ready(self, node: str) -> bool:
        status = (await self._cluster.must("GET", f"/api/v1/nodes/{node}")).get("status", {})
        ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))
        # Logs, exec and port-forward go to the node's address, which KWOK may write after the condition.
        return ready and bool(status.get("addresses"))

    def _kwok_config(self) -> str:
        documents = [
            _document("ClusterLogs", {"logs": [{"logsFile": str(self._log_file), "follow": True}]}),
            _document("ClusterAttach", {"attaches": [{"logsFile": str(self._log_file)}]}),
            _document("ClusterExec", {"execs": [{"local": {"workDir": str(self._directory)}}]}),
            _document(
                "ClusterPortForward",
                {"forwards": [{"target": {"port": self.port_forward_target, "address": "127.0.0.1"}}]},
            ),
        ]
        return _stages() + "---\n" + yaml.safe_dump_all(documents)

    def write_log(self, *lines: str) -> None:
        """Adds lines to the log that every container of the cluster has, and that `logs -f` follows."""
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
        with self._log_file.open("a") as log:
            log.writelines(f"{now} stdout F {line}\n" for line in lines)

    async def until_running(self, names: list[str], *, namespace: str = "default", within: float = 60) -> None:
        """Returns when all these pods are Running."""
        wanted = set(names)
        async with asyncio.timeout(within), self._cluster.connect(limit=1) as connection:
            while True:
                pods = await connection.must("GET", f"/api/v1/namespaces/{namespace}/pods")
                running = {p["metadata"]["name"] for p in pods["items"] if p["status"].get("phase") == "Running"}
                if wanted <= running:
                    return
                await asyncio.sleep(0.1)
