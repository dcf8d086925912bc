"""Consent to what a kubeconfig from elsewhere would have done with our files, programs and traffic.

Files outside $KUBECONFIG and ~/.kube/config may have been put there by somebody else, and a context can run any
command. Each such command, key file, token file and proxy is asked about once, and again when it changes.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import msgspec

from quarterdeck.kubeconfig.identity import write_private
from quarterdeck.model.target import Target


class ConsentRequest(msgspec.Struct, frozen=True):
    """What a person is asked to allow. `environment` shows names and values as they stand in the file."""

    command: str = ""
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    key_file: str = ""
    token_file: str = ""
    proxy: str = ""

    def __repr__(self) -> str:
        """Arguments, environment and proxy may hold secrets."""
        return f"ConsentRequest({self.command!r})"

    @property
    def digest(self) -> str:
        """Names this very request."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @classmethod
    def of(cls, target: Target) -> ConsentRequest | None:
        """None where there is nothing to ask. Proxies of our own environment are not asked about."""
        auth, plugin = target.auth, target.auth.exec_plugin
        request = cls(
            command=plugin.command if plugin else "",
            arguments=plugin.args if plugin else (),
            environment=plugin.env if plugin else (),
            key_file=auth.client_key_file,
            token_file=auth.token_file,
            proxy="" if target.proxy_from_environment else target.proxy_url,
        )
        return None if request == cls() else request

    def sentence(self) -> str:
        """What it would do, without the values of environment variables and passwords of proxies."""
        parts: list[str] = []
        if self.command:
            parts.append(f"run {self.command}")
        if self.key_file:
            parts.append(f"use the key in {self.key_file}")
        if self.token_file:
            parts.append(f"send the token in {self.token_file}")
        if self.proxy:
            parts.append(f"connect through {self.proxy.rpartition('@')[2] if '@' in self.proxy else self.proxy}")
        return ", ".join(parts)


class Consents:
    """What was allowed, on disk in `file` (mode 0600) as digests. Safe to use from several threads.

    Made by reading a small file. `writes` False: what is granted stands for this process only.
    """

    def __init__(self, file: Path | None, *, writes: bool = True) -> None:
        self._file = file if writes else None
        self._lock = threading.Lock()
        self._granted: set[str] = set()
        if file is not None:
            try:
                self._granted = set(msgspec.json.decode(file.read_bytes(), type=list[str]))
            except (OSError, msgspec.DecodeError):
                self._granted = set()

    def granted(self, request: ConsentRequest) -> bool:
        with self._lock:
            return request.digest in self._granted

    def grant(self, request: ConsentRequest) -> None:
        """Blocking (a small file): from a thread. Raises OSError; the consent then stands for this process only."""
        with self._lock:
            self._granted.add(request.digest)
            self._save()

    def withdraw(self, request: ConsentRequest) -> None:
        """Blocking, as `grant`."""
        with self._lock:
            self._granted.discard(request.digest)
            self._save()

    def _save(self) -> None:
        if self._file is not None:
            write_private(self._file, msgspec.json.encode(sorted(self._granted)))
