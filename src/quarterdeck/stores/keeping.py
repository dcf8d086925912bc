"""How long rows of closed clusters are kept on disk, and how much of them: the least recently opened go first."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import msgspec
import structlog

from quarterdeck.model.target import Key
from quarterdeck.stores.connect import beside, remove

log = structlog.get_logger(__name__)

_DAY_S = 86_400


class _Kept(msgspec.Struct, frozen=True):
    """`opened` in seconds since the epoch; `size` in bytes, with what SQLite keeps beside the file."""

    opened: float
    size: int
    path: Path


def evict(folder: Path, *, most_bytes: int, days_kept: int, now: float, wanted: Collection[Key] = ()) -> list[Path]:
    """Removes store files that were not opened for `days_kept` days, then the least recently opened ones until all
    together hold at most `most_bytes`. Those of `wanted` clusters stay, whatever their size and age.

    Blocking: for a thread, and before any store is opened. `now` is wall clock. Returns what was removed; a file that
    cannot be looked at or removed stays.
    """
    looked: list[_Kept | None] = [_look(path) for path in folder.glob("*.db")]
    files = sorted((kept for kept in looked if kept is not None), key=lambda kept: kept.opened)
    total = sum(kept.size for kept in files)
    gone: list[Path] = []
    for kept in files:
        if kept.path.name.partition("-")[0] in wanted:
            continue
        if total <= most_bytes and now - kept.opened <= days_kept * _DAY_S:
            continue
        try:
            remove(kept.path)
        except OSError as error:
            log.warning("rows of a closed cluster could not be removed", file=kept.path.name, reason=error.strerror)
            continue
        total -= kept.size
        gone.append(kept.path)
    return gone


def _look(path: Path) -> _Kept | None:
    try:
        opened = path.stat().st_mtime
        size = sum(part.stat().st_size for part in beside(path) if part.exists())
    except OSError:
        return None
    return _Kept(opened, size, path)
