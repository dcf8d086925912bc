"""API servers in the test's own process: certificates of their own, answers as a test scripts them."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, cast

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from quarterdeck.aio.names import Names
from quarterdeck.kubeclient.client import Client
from quarterdeck.kubeclient.trust import Trust
from quarterdeck.model.credentials import ClientCertificate, Credential, CredentialState
from quarterdeck.model.target import ClusterId, Key, Source, Target

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Authority:
    """A CA and what it signs."""

    def __init__(self, name: str = "test-ca") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._certificate = self._sign(self._name, self._key, ca=True)
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM)

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        ca: bool = False,
        names: tuple[str, ...] = (),
        days: int = 30,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=60))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            found: list[x509.GeneralName] = []
            for name in names:
                try:
                    found.append(x509.IPAddress(ipaddress.ip_address(name)))
                except ValueError:
                    found.append(x509.DNSName(name))
            builder = builder.add_extension(x509.SubjectAlternativeName(found), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def issue(self, name: str, names: tuple[str, ...] = (), days: int = 30) -> ClientCertificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(subject, key, names=names, days=days)
        return ClientCertificate(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )

    def server_context(
        self, folder: Path, names: tuple[str, ...] = ("127.0.0.1",), days: int = 30, client_ca: bytes | None = None
    ) -> ssl.SSLContext:
        pair = self.issue("server", names, days)
        file = folder / f"server-{x509.random_serial_number()}.pem"
        file.write_bytes(pair.certificate + pair.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=client_ca.decode())
        return context


class FakeSource:
    """Gives the credentials in order, the next one after each rejection; notes what it was told."""

    def __init__(self, *credentials: Credential) -> None:
        self.left = list(credentials) or [token(1)]
        self.told: list[str] = []

    async def get(self) -> Credential:
        return self.left[0]

    def reject(self, credential: Credential) -> None:
        self.told.append(f"reject {credential.serial}")
        if len(self.left) > 1 and self.left[0].serial == credential.serial:
            self.left.pop(0)

    def accept(self, credential: Credential) -> None:
        self.told.append(f"accept {credential.serial}")

    @property
    def state(self) -> CredentialState:
        return CredentialState.VALID

    @property
    def waiting_for_person(self) -> str:
        return ""

    @property
    def queued(self) -> bool:
        return False

    def subscribe(self, listener: Callable[[CredentialState], None]) -> Callable[[], None]:
        return lambda: None

    async def close(self) -> None:
        return


def token(serial: int, word: str = "") -> Credential:
    return Credential(serial, (("Authorization", f"Bearer {word or f'token-{serial}'}"),))


def target_of(server: str, ca: bytes | None = None, **more: Any) -> Target:
    identity = ClusterId("config:test")
    return Target(identity, Key("k"), "test", "test", server, Source("config"), ca_data=ca, **more)


class Ground:
    """Servers and clients of one test, ended with it."""

    def __init__(self, stack: AsyncExitStack, folder: Path, authority: Authority) -> None:
        self._stack = stack
        self.folder = folder
        self.authority = authority
        self.names = Names()

    async def api(self, handler: Handler, context: ssl.SSLContext | bool | None = True) -> str:
        """Serves `handler` for every path; True for a certificate of the ground's authority. Gives its URL."""
        found = self.authority.server_context(self.folder) if context is True else context or None
        server = web.Server(cast("Any", handler))
        runner = web.ServerRunner(server, shutdown_timeout=0.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=found if isinstance(found, ssl.SSLContext) else None)
        await site.start()
        port = runner.addresses[0][1]
        return f"{'https' if found else 'http'}://127.0.0.1:{port}"

    async def raw(
        self,
        talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        context: ssl.SSLContext | None = None,
    ) -> int:
        """A TCP server; `talk` owns a connection until it returns or the test ends. Gives its port."""
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await talk(reader, writer)
            except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)

        async def end() -> None:
            server.close()
            pending = list(tasks)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

        self._stack.push_async_callback(end)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def client(
        self,
        target: Target,
        source: FakeSource | None = None,
        names: Names | None = None,
        trust: Trust | None = None,
    ) -> Client:
        client = Client(target, source or FakeSource(), names=names or self.names, trust=trust)
        self._stack.push_async_callback(client.close)
        return client

    async def client_of(self, handler: Handler, source: FakeSource | None = None, **more: Any) -> Client:
        return self.client(target_of(await self.api(handler), self.authority.pem, **more), source)


@asynccontextmanager
async def open_ground(folder: Path) -> AsyncGenerator[Ground]:
    async with AsyncExitStack() as stack:
        yield Ground(stack, folder, Authority())
