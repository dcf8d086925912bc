"""What a store has not written into its file yet stands beside it: who damages the file brings it there first."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def into_the_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
