"""The tables of a store: one per kind, with typed columns."""

from __future__ import annotations

import hashlib
import re

import msgspec

from quarterdeck.model.kinds import Column, ColumnType, Resource

LAYOUT = 1
"""Raised when the files' own layout changes; an older file is discarded and read again from the server."""
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_NEEDED = ("uid", "namespace", "name", "created")
_SQL_TYPES = {
    ColumnType.TEXT: "TEXT",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.REAL: "REAL",
    ColumnType.TIME: "INTEGER",
    ColumnType.JSON: "TEXT",
}


class Table(msgspec.Struct, frozen=True):
    """The rows of one kind. Columns named uid, namespace, name and created must be among `columns`.

    A row is one (namespace, name): the server's own key, in whose order lists come, so that a list is written to the
    end of table and index, five times as fast as by uid. Indexed columns are never NULL: what is missing is "" or 0
    there, so that cursors can compare them.
    """

    resource: Resource
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """Quoted for SQL."""
        r = self.resource
        return '"' + f"{r.group or 'core'}/{r.version}/{r.resource}".replace('"', "") + '"'

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def check(self) -> None:
        """Raises ValueError if it can be no table: names end up in SQL text."""
        names = self.column_names
        if len(set(names)) != len(names) or any(not _NAME.match(n) for n in names):
            raise ValueError(f"{self.resource.path}: bad column names {names}")
        if missing := [n for n in _NEEDED if n not in names]:
            raise ValueError(f"{self.resource.path}: columns {missing} are missing")
        if '"' in self.resource.path:
            raise ValueError(f"{self.resource.path}: bad name")

    def create(self) -> str:
        def column(c: Column) -> str:
            null = " NOT NULL" if c.indexed or c.name in _NEEDED else ""
            return f'"{c.name}" {_SQL_TYPES[c.type]}{null}'

        columns = ", ".join(column(c) for c in self.columns)
        return f"CREATE TABLE {self.name} (_id INTEGER PRIMARY KEY, {columns}, UNIQUE(namespace, name)) STRICT"

    def indexes(self) -> list[str]:
        """Statements that make the indexes; they are made when the first list is complete, which is far cheaper."""
        prefix = self.name.strip('"')
        names = ["uid", *(c.name for c in self.columns if c.indexed)]
        return [f'CREATE INDEX IF NOT EXISTS "{prefix}:{n}" ON {self.name}("{n}")' for n in names]

    def upsert(self, rows: int) -> str:
        """Of so many rows at once: the interpreter's lock is let go once a statement, not once a row, so that a busy
        loop cannot starve the writer. Rows that are as they were are not written."""
        names = self.column_names
        one = "(" + ",".join("?" * len(names)) + ")"
        rest = [f'"{n}"' for n in names if n not in ("namespace", "name")]
        here, there = ", ".join(f"{self.name}.{n}" for n in rest), ", ".join(f"excluded.{n}" for n in rest)
        quoted = ", ".join(f'"{n}"' for n in names)
        return (
            f"INSERT INTO {self.name} ({quoted}) VALUES {','.join([one] * rows)} "  # noqa: S608 - names are checked
            f"ON CONFLICT(namespace, name) DO UPDATE SET {', '.join(f'{n}=excluded.{n}' for n in rest)} "
            f"WHERE ({here}) IS NOT ({there})"
        )


def digest(tables: tuple[Table, ...]) -> int:
    """What `PRAGMA user_version` holds: 31 bits that change with the layout or any column."""
    text = msgspec.json.encode((LAYOUT, tables))
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big") >> 1
