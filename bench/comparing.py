"""Two folders of store files, row by row: what a console has kept up to date, and what a fresh one has just read."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import msgspec

from quarterdeck.model.kinds import Resource
from quarterdeck.stores.schema import quote

_SHOWN = 3
Row = tuple[object, ...]


class Difference(msgspec.Struct, frozen=True):
    """`missing` are rows that only the fresh list has, `left` those that only the kept store has; a row that differs is
    in both."""

    cluster: str
    kind: str
    rows: int
    missing: Sequence[Row] = ()
    left: Sequence[Row] = ()

    @property
    def same(self) -> bool:
        return not self.missing and not self.left

    def __str__(self) -> str:
        said = [f"{self.cluster} {self.kind}: {len(self.missing)} not kept, {len(self.left)} left over"]
        said += [f"  fresh {row}" for row in self.missing[:_SHOWN]]
        said += [f"  kept  {row}" for row in self.left[:_SHOWN]]
        return "\n".join(said)


def compare(kept: Path, fresh: Path, clusters: dict[str, str], kinds: Sequence[Resource]) -> list[Difference]:
    """Blocking. `clusters`: names by key. Raises FileNotFoundError for a cluster without a file."""
    found: list[Difference] = []
    for key, name in clusters.items():
        with apsw.Connection(str(_file(kept, key))) as ours, apsw.Connection(str(_file(fresh, key))) as theirs:
            for kind in kinds:
                found.append(_of_kind(name, kind, _rows(ours, kind), _rows(theirs, kind)))
        ours.close()
        theirs.close()
    return found


def _file(folder: Path, key: str) -> Path:
    (path,) = folder.glob(f"{key}-*.db") or [None]
    if path is None:
        raise FileNotFoundError(f"no store of {key} in {folder}")
    return path


def _rows(db: apsw.Connection, kind: Resource) -> set[Row]:
    table = quote(kind.path)
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (kind.path,)).get:
        return set()
    columns = [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
    shown = ", ".join(quote(column) for column in sorted(columns) if column != "_id")
    return {tuple(row) for row in db.execute(f"SELECT {shown} FROM {table}")}


def _of_kind(cluster: str, kind: Resource, kept: set[Row], fresh: set[Row]) -> Difference:
    return Difference(cluster, kind.path, len(fresh), sorted(fresh - kept, key=repr), sorted(kept - fresh, key=repr))
