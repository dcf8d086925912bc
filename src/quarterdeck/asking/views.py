"""The tables of a question in temp: views over attached files, or copies where there are more than SQLite attaches."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import apsw

from quarterdeck.asking.survey import Arm
from quarterdeck.asking.tables import CLUSTER, SEEN_AT, STALE, AskedTable, Field
from quarterdeck.model.kinds import ColumnType
from quarterdeck.stores.schema import quote

Reads = Mapping[str, tuple[AskedTable, tuple[Field, ...]]]
Arms = Mapping[str, Sequence[Arm]]

_CACHE_KIB = 65_536
"""For all attached files together."""
_TYPES = {ColumnType.INTEGER: "INTEGER", ColumnType.REAL: "REAL", ColumnType.TIME: "INTEGER"}


def viewed(db: apsw.Connection, reads: Reads, arms: Arms, _most: int) -> None:
    """All files at one moment each, until the connection is closed: what they hold and how does not change under the
    question."""
    names = _attach(db, _paths(arms))
    db.execute("BEGIN")
    for name in names.values():
        db.execute(f"SELECT 1 FROM {name}.meta LIMIT 1").fetchall()  # noqa: S608 - ours
    for table, (_, fields) in reads.items():
        selects = [_select(names[arm.source.path], arm, fields) for arm in arms[table]]
        db.execute(f"CREATE TEMP VIEW {quote(table)} AS {' UNION ALL '.join(selects) or _nothing(fields)}")


def copied(db: apsw.Connection, reads: Reads, arms: Arms, most: int) -> None:
    """The columns that are needed, from `most` files at a time; all of them are within the question's memory."""
    for table, (_, fields) in reads.items():
        typed = ", ".join(f"{quote(f.name)} {_sql_type(f)}" for f in fields) or quote("nothing")
        db.execute(f"CREATE TEMP TABLE {quote(table)}({typed})")
    paths = _paths(arms)
    for start in range(0, len(paths), most):
        names = _attach(db, paths[start : start + most])
        for table, (_, fields) in reads.items():
            for arm in arms[table]:
                if (name := names.get(arm.source.path)) is not None:
                    db.execute(f"INSERT INTO temp.{quote(table)} {_select(name, arm, fields)}")
        for name in names.values():
            db.execute(f"DETACH {name}")


def _paths(arms: Arms) -> list[str]:
    return sorted({arm.source.path for of_all in arms.values() for arm in of_all})


def _attach(db: apsw.Connection, paths: Sequence[str]) -> dict[str, str]:
    """Their names by path."""
    names: dict[str, str] = {}
    for number, path in enumerate(paths):
        names[path] = f"c{number}"
        db.execute(f"ATTACH ? AS c{number}", (f"{Path(path).as_uri()}?mode=ro",))
        db.pragma("cache_size", -max(256, _CACHE_KIB // len(paths)), schema=names[path])
    return names


def _select(name: str, arm: Arm, fields: Iterable[Field]) -> str:
    kept = {column.name for column in arm.kind.columns}
    values = [f"{_value(field, arm, kept)} AS {quote(field.name)}" for field in fields]
    return f"SELECT {', '.join(values) or 'NULL'} FROM {name}.{quote(arm.kind.resource.path)}"  # noqa: S608 - quoted


def _value(field: Field, arm: Arm, kept: set[str]) -> str:
    if field.stored:
        return quote(field.stored) if field.stored in kept else f"CAST(NULL AS {_sql_type(field)})"
    seen_at = arm.seen_at
    ours = {
        CLUSTER.name: apsw.format_sql_value(arm.source.cluster),
        STALE.name: str(int(not arm.live)),
        SEEN_AT.name: "NULL" if seen_at is None else str(int(seen_at)),
    }
    return f"CAST({ours[field.name]} AS {_sql_type(field)})"


def _nothing(fields: Iterable[Field]) -> str:
    values = ", ".join(f"CAST(NULL AS {_sql_type(f)}) AS {quote(f.name)}" for f in fields)
    return f"SELECT {values or 'NULL'} WHERE 0"


def _sql_type(field: Field) -> str:
    return _TYPES.get(field.type, "TEXT")
