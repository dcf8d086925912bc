"""Whom to trust, and as whom to appear: SSL contexts, made once per authority and certificate.

As client-go's rest.TLSConfigFor: a cluster's own CA alone is trusted where it names one, else the system's roots; an
intermediate or a leaf in the CA bundle is trusted as it stands (Go's x509 does so); common names are not looked at.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from quarterdeck.model.credentials import ClientCertificate
from quarterdeck.model.errors import ConfigError, TlsError

_BIG_CA = 64 * 1024
"""Bytes of PEM above which parsing may take over 5 ms and goes to a thread."""


_Key = tuple[bytes, bool, bytes]
"""Digests of the authority and of the client certificate, and whether any server is taken."""


def digest(certificate: ClientCertificate | None) -> bytes:
    if certificate is None:
        return b""
    return hashlib.sha256(certificate.certificate + b"\0" + certificate.key).digest()


class Trust:
    """Caches SSL contexts; shared by the clients of a process. Keeps digests of keys, not keys."""

    def __init__(self, *, capacity: int = 1024) -> None:
        self._capacity = capacity
        self._contexts: OrderedDict[_Key, ssl.SSLContext] = OrderedDict()
        self._making: dict[_Key, asyncio.Future[ssl.SSLContext]] = {}

    async def context(
        self, ca_data: bytes | None, *, insecure: bool = False, certificate: ClientCertificate | None = None
    ) -> ssl.SSLContext:
        """Raises ConfigError for a CA that cannot be read, TlsError for a certificate and key that cannot be used."""
        ca = b"" if ca_data is None else hashlib.sha256(ca_data).digest()
        key = (ca, insecure, digest(certificate))
        context = self._contexts.get(key)
        if context is None:
            # The system's roots take about 20 ms to load, a certificate with an RSA key a millisecond or two.
            if not insecure and (ca_data is None or len(ca_data) > _BIG_CA):
                context = await self._made_once(key, lambda: build_context(ca_data, insecure, certificate))
            else:
                context = build_context(ca_data, insecure, certificate)
            self._contexts[key] = context
            while len(self._contexts) > self._capacity:
                self._contexts.popitem(last=False)
        self._contexts.move_to_end(key)
        return context

    async def _made_once(self, key: _Key, build: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """By one thread for all who ask meanwhile: fifty clusters opened at once load the system's roots once."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = _in_thread(build)
            making.add_done_callback(lambda made: self._done(key, made))
        return await asyncio.shield(making)

    def _done(self, key: _Key, made: asyncio.Future[ssl.SSLContext]) -> None:
        del self._making[key]
        # Who waits has its error too; perhaps nobody does any more.
        if not made.cancelled() and made.exception() is None:
            self._contexts[key] = made.result()


def _in_thread(build: Callable[[], ssl.SSLContext]) -> asyncio.Future[ssl.SSLContext]:
    """In a thread of its own that ends with it; the loop's executor may be full of slow files."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[ssl.SSLContext] = loop.create_future()

    def tell(context: ssl.SSLContext | None, error: Exception | None) -> None:
        if answer.done():
            return
        if context is not None:
            answer.set_result(context)
        elif error is not None:
            answer.set_exception(error)

    def run() -> None:
        context, error = None, None
        try:
            context = build()
        except Exception as caught:  # noqa: BLE001 - raised where it is awaited
            error = caught
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, context, error)

    threading.Thread(target=run, name="certificates", daemon=True).start()
    return answer


def build_context(ca_data: bytes | None, insecure: bool, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """Blocking; see Trust.context for what it raises."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.hostname_checks_common_name = False
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca_data is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    else:
        try:
            context.load_verify_locations(cadata=ca_data.decode("ascii", "replace"))
        except (ssl.SSLError, ValueError) as error:
            raise ConfigError(
                "bad_ca",
                "The cluster's certificate authority in the kubeconfig is not a PEM certificate.",
                advice="Check certificate-authority-data or the file certificate-authority points at.",
            ) from error
    if certificate is not None:
        try:
            with _as_file(certificate.certificate + b"\n" + certificate.key) as path:
                context.load_cert_chain(path, password=_no_password)
        except (ssl.SSLError, ValueError, OSError) as error:
            mismatch = "KEY_VALUES_MISMATCH" in str(error)
            raise TlsError(
                "bad_client_certificate",
                "The client certificate and its key do not belong together."
                if mismatch
                else "The client certificate or its key cannot be read; an encrypted key is not supported.",
                advice="Check client-certificate and client-key of this user in the kubeconfig.",
            ) from error
    return context


def _no_password() -> str:
    """Keeps OpenSSL from asking for one on the terminal."""
    raise ValueError("encrypted keys are not supported")


@contextmanager
def _as_file(content: bytes) -> Generator[str]:
    """OpenSSL's binding reads keys from files only: a file in memory where there is such a thing, else a private
    one on disk that is removed at once."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    descriptor, path = tempfile.mkstemp(prefix="quarterdeck-")
    try:
        os.write(descriptor, content)
        os.close(descriptor)
        yield path
    finally:
        Path(path).unlink()
