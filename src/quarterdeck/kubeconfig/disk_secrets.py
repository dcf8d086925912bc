"""Credentials that stand in the kubeconfig or in files beside it, which may be rotated while we run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from quarterdeck.kubeconfig.exec_protocol import Secret
from quarterdeck.kubeconfig.files import MAX_SECRET_BYTES, Signature, read_bounded, signature_of
from quarterdeck.kubeconfig.shared import Stamped
from quarterdeck.model.credentials import ClientCertificate
from quarterdeck.model.errors import AuthError
from quarterdeck.model.target import Auth

LOOK_S: Final = 10.0
"""How often files are looked at; client-go reads token files every 60 s less a leeway of 10."""
REREAD_S: Final = 60.0
"""How often a token is read even if its file looks the same."""


class FixedSecret:
    """As it stands in the kubeconfig."""

    is_fixed = True
    waiting = ""
    queued = False

    def __init__(self, secret: Secret) -> None:
        self._stamped = Stamped.new(secret)

    async def get(self) -> Stamped:
        return self._stamped

    def invalidate(self, serial: int) -> None:
        """Another one comes only with another kubeconfig."""

    def retry(self) -> None:
        """As `invalidate`."""


class DiskSecret:
    """Out of files. `read` blocks and runs in a thread; it raises OSError or ValueError with the rest of a sentence.

    While it cannot be read, the one from before serves, as with client-go.
    """

    is_fixed = False
    waiting = ""
    queued = False

    def __init__(self, paths: tuple[str, ...], what: str, read: Callable[[], Secret]) -> None:
        self._paths = paths
        self._what = what
        self._read = read
        self._current: Stamped | None = None
        self._signatures: tuple[Signature | None, ...] = ()
        self._looked_at = self._read_at = 0.0
        self._look = asyncio.Lock()

    async def get(self) -> Stamped:
        """Raises AuthError if it was never read."""
        loop = asyncio.get_running_loop()
        if self._current is not None and loop.time() - self._looked_at < LOOK_S:
            return self._current
        async with self._look:
            if self._current is None or loop.time() - self._looked_at >= LOOK_S:
                await self._refresh(loop.time())
        assert self._current is not None
        return self._current

    async def _refresh(self, now: float) -> None:
        signatures, secret, error = await asyncio.to_thread(self._look_at_files, now - self._read_at >= REREAD_S)
        if error and self._current is None:
            raise AuthError("credential_file", f"{self._what} {error}.", advice="Renew the file, then retry.")
        self._looked_at = now
        if error:
            return
        if secret is not None:
            self._read_at = now
            self._signatures = signatures
            if self._current is None or secret != self._current.secret:
                self._current = Stamped.new(secret)

    def _look_at_files(self, must_read: bool) -> tuple[tuple[Signature | None, ...], Secret | None, str]:
        signatures = tuple(map(signature_of, self._paths))
        if not must_read and self._current is not None and signatures == self._signatures:
            return signatures, None, ""
        try:
            return signatures, self._read(), ""
        except OSError as error:
            return signatures, None, f"cannot be read: {(error.strerror or type(error).__name__).lower()}"
        except ValueError as error:
            return signatures, None, str(error)

    def invalidate(self, serial: int) -> None:
        """Looks again at the next `get`, whatever the clock says."""
        if self._current is not None and self._current.serial == serial:
            self._looked_at = self._read_at = float("-inf")

    def retry(self) -> None:
        self._looked_at = self._read_at = float("-inf")


def token_file(path: str, fallback: str) -> DiskSecret:
    """client-go: the file wins over a token beside it, which serves while the file cannot be read."""

    def read() -> Secret:
        try:
            token = read_bounded(path, MAX_SECRET_BYTES).decode().strip()
        except (OSError, ValueError):
            if fallback:
                return Secret(fallback)
            raise
        if not token:
            raise ValueError("is empty")
        if not token.isprintable() or not token.isascii():
            raise ValueError("holds characters that no token has")
        return Secret(token)

    return DiskSecret((path,), f"The token file {path}", read)


def certificate_files(auth: Auth) -> DiskSecret:
    """Certificate and key, of which at least one is in a file."""
    paths = tuple(path for path in (auth.client_certificate_file, auth.client_key_file) if path)

    def read() -> Secret:
        certificate = auth.client_certificate_data or read_bounded(auth.client_certificate_file, MAX_SECRET_BYTES)
        key = auth.client_key_data or read_bounded(auth.client_key_file, MAX_SECRET_BYTES)
        check_pair(certificate, key)
        return Secret(certificate=ClientCertificate(certificate, key))

    return DiskSecret(paths, f"The client certificate in {' and '.join(paths)}", read)


def check_pair(certificate: bytes, key: bytes) -> None:
    """Raises ValueError where they do not belong together, as in the middle of a rotation."""
    try:
        public = x509.load_pem_x509_certificates(certificate)[0].public_key()
        ours = load_pem_private_key(key, None).public_key()
    except (ValueError, TypeError, IndexError):
        raise ValueError("is no PEM certificate with an unencrypted key") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != ours.public_bytes(*form):
        raise ValueError("does not belong to its key")
