"""The tables of a store: one narrow typed table per kind, made from its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarterdeck.model.kinds import Column, ColumnType, Resource


class Table(msgspec.Struct, frozen=True):
    """One kind's table: its resource and all its columns."""

    resource: Resource
    columns: tuple[Column, ...]


Kinds = Mapping[Resource, Sequence[Column]]


def kinds_of(tables: Iterable[Table]) -> Kinds:
    return {table.resource: table.columns for table in tables}


FORMAT = 1
"""Grows when this module's layout changes."""

_SQL_TYPES = {
    ColumnType.TEXT: "TEXT",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.REAL: "REAL",
    ColumnType.TIME: "INTEGER",
    ColumnType.JSON: "TEXT",
}

_META = (
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    "CREATE TABLE kinds(resource TEXT PRIMARY KEY, complete INTEGER NOT NULL, synced_at REAL, "
    "resource_version TEXT NOT NULL, rows INTEGER NOT NULL) WITHOUT ROWID",
)


def quote(name: str) -> str:
    """An identifier of ours in SQL."""
    return '"' + name.replace('"', '""') + '"'


def statements(kinds: Kinds) -> list[str]:
    """All that makes an empty store."""
    made: list[str] = list(_META)
    for resource, columns in kinds.items():
        table = quote(resource.path)
        typed = ", ".join(f"{quote(c.name)} {_SQL_TYPES[c.type]}" for c in columns)
        made.append(f"CREATE TABLE {table}({typed}, mark INTEGER NOT NULL, UNIQUE(uid))")
        made += [
            f"CREATE INDEX {quote(f'{resource.path}/{c.name}')} ON {table}({quote(c.name)}, uid)"
            for c in columns
            if c.indexed
        ]
    return made


def version(kinds: Kinds) -> int:
    """What PRAGMA user_version must be: other columns make another schema, and the old file is rebuilt."""
    text = "\n".join([str(FORMAT), *statements(kinds)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") & 0x7FFFFFFF


def upsert(resource: Resource, columns: Sequence[Column]) -> str:
    """Parameters: the columns in order, then the mark."""
    names = ", ".join(quote(c.name) for c in columns)
    marks = ", ".join("?" for _ in columns)
    changes = ", ".join(f"{quote(c.name)}=excluded.{quote(c.name)}" for c in columns if c.name != "uid")
    return (
        f"INSERT INTO {quote(resource.path)}({names}, mark) VALUES({marks}, ?) "
        f"ON CONFLICT(uid) DO UPDATE SET {changes}, mark=excluded.mark"
    )
