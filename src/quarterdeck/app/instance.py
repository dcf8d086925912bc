"""One server per person and data folder: a lock that dies with its process, and where the running one is."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from quarterdeck.kubeconfig.identity import write_private

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK, INFO = "quarterdeck.lock", "server.json"


class Running(msgspec.Struct, frozen=True):
    """What the first tells the second, in a file that its person alone can read. `token` is a bearer token."""

    pid: int
    url: str
    token: str

    def __repr__(self) -> str:
        return f"Running({self.pid}, {self.url!r})"


class Instance:
    """Held by the running server. `announce` once it listens."""

    def __init__(self, folder: Path) -> None:
        self._info = folder / INFO

    def announce(self, url: str, token: str) -> None:
        write_private(self._info, msgspec.json.encode(Running(os.getpid(), url, token)))

    def withdraw(self) -> None:
        self._info.unlink(missing_ok=True)


@contextmanager
def single_instance(folder: Path) -> Generator[Instance | None]:
    """None where another process holds the folder. The folder is made, for its person alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        if not _lock(descriptor):
            yield None
            return
        instance = Instance(folder)
        instance.withdraw()
        try:
            yield instance
        finally:
            instance.withdraw()
    finally:
        os.close(descriptor)


def running_instance(folder: Path) -> Running | None:
    """What the running one announced; None while it still starts, or where the file is not ours alone."""
    path = folder / INFO
    try:
        status = path.stat()
        if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o077):
            return None
        return _decode_running(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


_decode_running = msgspec.json.Decoder(Running).decode
