"""Cluster IDs: `filename:context`, given at first sight and never changed (DESIGN, "Words").

Kept as the name each file goes by. The first file of a name goes by it plainly; another one of the same name gets the
shortest path suffix in front that nobody has.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

from quarterdeck.model.target import ClusterId


class NameRegistry:
    """Names of files, on disk in `file` (mode 0600). Used by one thread at a time; `save` after a round of `id_of`.

    What cannot be read is started anew: IDs are then given again, in the order in which files are seen.
    Made by reading a small file. `writes` False: names given now stand for this process only.
    """

    def __init__(self, file: Path | None, *, writes: bool = True) -> None:
        self._file = file if writes else None
        self._names: dict[str, str] = {}
        self._dirty = False
        if file is not None:
            try:
                self._names = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
            except (OSError, msgspec.DecodeError):
                self._names = {}
        self._taken = set(self._names.values())

    def id_of(self, path: str, context: str) -> ClusterId:
        """`path` is absolute."""
        return ClusterId(f"{self._name_of(path)}:{context}")

    def _name_of(self, path: str) -> str:
        known = self._names.get(path)
        if known is not None:
            return known
        # A colon in a file's name would leave open where the context begins.
        parts = [part.replace("%", "%25").replace(":", "%3A") for part in Path(path).parts if part != os.sep]
        name = path
        for length in range(1, len(parts) + 1):
            name = "/".join(parts[-length:])
            if name not in self._taken:
                break
        self._names[path] = name
        self._taken.add(name)
        self._dirty = True
        return name

    def save(self) -> None:
        """Does nothing where nothing was added. Raises OSError; the names stay valid in this process."""
        if self._file is not None and self._dirty:
            write_private(self._file, msgspec.json.encode(self._names))
            self._dirty = False


def write_private(file: Path, data: bytes) -> None:
    """Replaces `file` by atomic rename, mode 0600, its folder 0700 if made. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes 0600.
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
