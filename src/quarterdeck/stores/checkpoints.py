"""Copying each store's log back into its file, in a thread of its own.

It waits for the disk, 0.1 to 0.3 s for 16 MiB of scattered pages; all stores share one writer's thread, which would
wait with it. The writer goes on meanwhile, so that the log has more in it when the copy is done: that little it copies
itself, after which SQLite begins the log anew.
"""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import apsw
import structlog

from quarterdeck.stores.connect import beside, for_copying

log = structlog.get_logger(__name__)

PAGES = 2000
"""16 MiB of log before it is copied back: scattered changes meet the same pages again meanwhile."""
LEFT_BYTES = 1 << 20
"""A log that is left of a closed store stays where it is up to this; reading on in it costs little."""


class Checkpoints:
    """Owned by the pool of stores; any thread may use it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "store-checkpoint")

    def follow(self, path: Path, connection: apsw.Connection) -> None:
        """From now on the log of this writer is copied from here, not at its own commits."""
        copied: Future[None] | None = None

        def grown(db: apsw.Connection, _name: str, pages: int) -> int:
            nonlocal copied
            if pages < PAGES:
                copied = None
            elif copied is None:
                copied = self._thread.submit(copy, path, apsw.SQLITE_CHECKPOINT_PASSIVE)
            elif copied.done():
                copied = None
                # As where SQLite does it: what is committed has not failed with its copy, which is tried again.
                with suppress(apsw.Error):
                    db.wal_checkpoint()
            return apsw.SQLITE_OK

        connection.set_wal_hook(grown)

    def settle(self, path: Path) -> None:
        """The store is closed: what is left of its log goes into the file, unless it is opened again before."""
        with suppress(OSError):
            if beside(path)[1].stat().st_size > LEFT_BYTES:
                self._thread.submit(copy, path, apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def close(self) -> None:
        """Waits for the copy that runs; one that has not begun is made when the store is next opened."""
        self._thread.shutdown(cancel_futures=True)


def copy(path: Path, mode: int) -> None:
    """As far as those who read and write let it."""
    try:
        with closing(for_copying(path)) as db:
            db.wal_checkpoint(mode=mode)
    except apsw.BusyError:
        return  # somebody reads or writes: it is copied another time
    except apsw.Error as error:
        # Damage is met by the writer too, who begins the file anew.
        log.debug("a store's log was not copied", file=path.name, why=str(error))
