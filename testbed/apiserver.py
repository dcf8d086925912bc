"""One kube-apiserver: its keys, its flags, its life."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from testbed import admin, build
from testbed.certificates import Authority, new_key, private_key_pem
from testbed.ports import free_port
from testbed.processes import Process


@dataclass(frozen=True)
class User:
    """Somebody of the token file. The token is made up when the server is; it stays out of repr."""

    name: str
    groups: tuple[str, ...] = ()
    token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)


ADMIN = "admin"


def default_users() -> list[User]:
    """admin may do all, viewer reads all but secrets, developer edits namespace `default`, nobody may do nothing."""
    return [
        User(ADMIN, ("system:masters",)),
        User("viewer", ("viewers",)),
        User("developer", ("developers",)),
        User("nobody"),
    ]


class ApiServer:
    """`name` becomes the etcd prefix and the server certificate's `NAME.testbed.test`."""

    def __init__(
        self, name: str, directory: Path, *, etcd: str, mark: Path, users: Sequence[User], more: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.directory = directory
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.users = {u.name: u for u in users}
        self.authority = Authority(f"{name} server CA")
        self.client_authority = Authority(f"{name} client CA")
        self.tls = ssl.create_default_context(cadata=self.authority.certificate.decode())
        self._write_keys()
        self.process = Process(
            f"kube-apiserver {name}", self._command(etcd, more), log=directory / "kube-apiserver.log", mark=mark
        )

    def _write_keys(self) -> None:
        directory = self.directory
        directory.mkdir(mode=0o700, exist_ok=True)
        hosts = ["localhost", "127.0.0.1", "::1", "kubernetes.default.svc", f"{self.name}.testbed.test"]
        serving = self.authority.server(hosts)
        account_key = new_key()
        lines = [f'{u.token},{u.name},{u.name},"{",".join(u.groups)}"' for u in self.users.values()]
        (directory / "server.crt").write_bytes(serving.certificate)
        (directory / "server.key").write_bytes(serving.key)
        (directory / "ca.crt").write_bytes(self.authority.certificate)
        (directory / "client-ca.crt").write_bytes(self.client_authority.certificate)
        (directory / "service-accounts.key").write_bytes(private_key_pem(account_key))
        (directory / "tokens.csv").write_text("\n".join(lines) + "\n")

    def _command(self, etcd: str, more: Sequence[str]) -> list[str | Path]:
        directory = self.directory
        return [
            build.path_of("kube-apiserver"),
            f"--etcd-servers={etcd}",
            f"--etcd-prefix=/{self.name}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--cert-dir={directory}",
            f"--tls-cert-file={directory / 'server.crt'}",
            f"--tls-private-key-file={directory / 'server.key'}",
            f"--client-ca-file={directory / 'client-ca.crt'}",
            f"--token-auth-file={directory / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={directory / 'service-accounts.key'}",
            f"--service-account-signing-key-file={directory / 'service-accounts.key'}",
            "--service-cluster-ip-range=10.0.0.0/16",
            # Without a controller-manager no namespace has a default ServiceAccount, and no pod would be admitted.
            "--disable-admission-plugins=ServiceAccount",
            "--kubelet-preferred-address-types=InternalIP",
            "--endpoint-reconciler-type=none",
            "--allow-privileged=true",
            *more,
        ]

    @property
    def admin_token(self) -> str:
        return self.users[ADMIN].token

    async def wait_ready(self, *, within: float) -> None:
        """Returns when /readyz says ok; raises TestbedError with the log's end if the server ends or is late."""
        try:
            async with (
                asyncio.timeout(within),
                admin.connect(self.url, self.tls, token=self.admin_token, limit=1) as connection,
            ):
                while True:
                    if not self.process.alive:
                        raise self.process.failed("ended instead of starting")
                    try:
                        if (await connection.request("GET", "/readyz", within=5)).status == 200:
                            return
                    except (aiohttp.ClientError, TimeoutError):
                        pass
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise self.process.failed(f"was not ready within {within} s") from None

    async def start(self, *, within: float) -> None:
        self.process.start()
        await self.wait_ready(within=within)

    async def kill(self) -> None:
        """kill -9: connections are cut, nothing says goodbye."""
        await self.process.kill()
