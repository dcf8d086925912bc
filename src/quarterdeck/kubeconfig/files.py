"""One kubeconfig file, read and parsed; runs in a thread, since files may be slow and large."""

from __future__ import annotations

import gc
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from quarterdeck.kubeconfig.document import DocumentError, parse
from quarterdeck.kubeconfig.entries import Entries, read_entries

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""A kubeconfig of 4,000 clusters with certificates inside has 24 MB."""
MAX_SECRET_BYTES: Final = 1024 * 1024
"""Of a token, certificate or CA file."""
_LARGE: Final = 256 * 1024

Signature = tuple[int, int, int, int]
"""Device, inode, size, mtime in ns: two reads with the same one have the same content."""


class ReadFailure(msgspec.Struct, frozen=True):
    """`reason`: missing, unreadable, too_big, not_a_file, invalid. `line` is 1-based, 0 if unknown."""

    reason: str
    message: str
    line: int = 0


class ParsedFile(msgspec.Struct, frozen=True):
    """`signature` is None where there is no file."""

    path: str
    signature: Signature | None
    entries: Entries = Entries()
    failure: ReadFailure | None = None
    blank: bool = False
    """It holds nothing at all, as a file does that is about to be written in place."""


def signature_of(path: str) -> Signature | None:
    """None if there is nothing there, or nothing that may be looked at."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def read_bounded(path: str, limit: int) -> bytes:
    """The content of a regular file. Raises OSError, or ValueError with what is wrong with it as its message.

    Checks before it opens: opening a FIFO would wait for a writer.
    """
    found = Path(path).stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("is not a regular file")
    if found.st_size > limit:
        raise ValueError(f"is larger than {limit // 1024} KiB")
    with Path(path).open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"is larger than {limit // 1024} KiB")
    return data


def read_file(path: str) -> ParsedFile:
    """Never raises: what is wrong is in `failure`."""
    signature = signature_of(path)
    try:
        data = read_bounded(path, MAX_FILE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return ParsedFile(path, None, failure=ReadFailure("missing", "There is no such file."))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        return ParsedFile(path, signature, failure=ReadFailure("unreadable", f"It cannot be read: {reason}."))
    except ValueError as error:
        return ParsedFile(path, signature, failure=ReadFailure("not_a_file", f"It {error}."))
    try:
        with _collector_paused(len(data) > _LARGE):
            entries = read_entries(parse(data))
    except DocumentError as error:
        return ParsedFile(path, signature, failure=ReadFailure("invalid", error.message, error.line))
    return ParsedFile(path, signature, entries, blank=not data.strip())


@contextmanager
def _collector_paused(pause: bool) -> Generator[None]:
    """The cyclic collector would stop all threads for 0.3 s to walk the nodes of a 10 MB file, and free none."""
    pause = pause and gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()
