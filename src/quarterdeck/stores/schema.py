"""The tables of a store: one narrow typed table per kind, made from its columns.

Each table stands for itself: the columns it was made from are kept beside it, so that a kind whose columns changed
loses its own rows and no other's, and so that a store knows, once opened, what it keeps of kinds that only a server can
describe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence

from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row, Value

Kinds = Mapping[Resource, Sequence[Column]]

FORMAT = 4
"""Grows when this module's layout changes; an older file is discarded and read again from the server."""

_SQL_TYPES = {
    ColumnType.TEXT: "TEXT",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.REAL: "REAL",
    ColumnType.TIME: "INTEGER",
    ColumnType.JSON: "TEXT",
}
_KEY = ("namespace", "name")
_NEEDED = ("uid", *_KEY, "created")
_FIXED = frozenset(_NEEDED)
"""Of one object, and so never written twice."""

_META = (
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE kinds(resource TEXT PRIMARY KEY, complete INTEGER NOT NULL, synced_at REAL, "
    "resource_version TEXT NOT NULL, columns TEXT NOT NULL, left_out TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

_HEADS = (
    "CREATE TABLE head_kinds(kind INTEGER PRIMARY KEY, resource TEXT UNIQUE NOT NULL, rows INTEGER NOT NULL, "
    "read_at REAL, list INTEGER NOT NULL, left_out TEXT NOT NULL DEFAULT '') STRICT",
    "CREATE TABLE heads(_id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, "
    "uid TEXT NOT NULL, created INTEGER NOT NULL, labels TEXT NOT NULL, list INTEGER NOT NULL, "
    "UNIQUE(kind, namespace, name)) STRICT",
    "CREATE INDEX heads_name ON heads(name)",
    "CREATE INDEX heads_namespace ON heads(namespace)",
    "CREATE VIRTUAL TABLE head_letters USING fts5(name, namespace, labels, content='', contentless_delete=1, "
    "tokenize='trigram')",
)
"""Of the catalog (stores.heads). `list` counts the lists of a kind: what a list did not bring has an older number."""


def quote(name: str) -> str:
    """An identifier of ours in SQL."""
    return '"' + name.replace('"', '""') + '"'


def never_null(columns: Iterable[Column]) -> frozenset[str]:
    """Columns that hold "" or 0 where something is missing, so that an index can seek to a place in them."""
    return frozenset(c.name for c in columns if c.indexed or c.name in _NEEDED)


class Table:
    """The SQL of one kind's table.

    A row is one (namespace, name): the server's own key, in whose order lists come, so that a list is written to the
    end of table and index; by uid, which is random, it took thirty times as long. Indexes are made when the first list
    is complete, for the same reason. Indexed columns are never NULL: what is missing is "" or 0 there, so that cursors
    compare.
    """

    def __init__(self, resource: Resource, columns: Sequence[Column]) -> None:
        self.resource = resource
        self.columns = tuple(columns)
        self.names = tuple(c.name for c in columns)
        if missing := [n for n in _NEEDED if n not in self.names]:
            raise ValueError(f"{resource.path} lacks the columns {missing}")
        self.name = quote(resource.path)
        self.seen = quote(f"seen {resource.path}")
        """A temporary table: the rows from before that a list has brought again."""
        self.key_at = tuple(self.names.index(n) for n in (*_KEY, "uid"))
        self._rewritten = tuple(c.name for c in columns if c.indexed and c.name not in _FIXED)
        self._led = tuple(c.name for c in columns if c.indexed and c.name not in ("uid", "namespace"))
        """Columns that an index begins with."""
        self.walked = frozenset(c.name for c in columns if c.walked)
        """Columns with an index that does not go on with uid."""
        self._defaults: tuple[Value, ...] = tuple(
            None if c.name not in never_null(columns) else "" if _SQL_TYPES[c.type] == "TEXT" else 0 for c in columns
        )

    @property
    def rewritten(self) -> tuple[str, ...]:
        """Columns with an index whose values change."""
        return self._rewritten

    def never_null(self, columns: Iterable[str]) -> bool:
        return never_null(self.columns).issuperset(columns)

    def serves(self, order: Sequence[tuple[str, bool]]) -> bool:
        """Whether an index holds the rows in this order, one way or the other."""
        names = tuple(column for column, _ in order)
        return len({down for _, down in order}) == 1 and (names[:2] == _KEY or self.scatters(order))

    def scatters(self, order: Sequence[tuple[str, bool]]) -> bool:
        """Whether that index finds one row here and the next one anywhere: rows lie as their lists came, by _KEY."""
        names = tuple(column for column, _ in order)
        one_way = len({down for _, down in order}) == 1
        return one_way and (names == ("uid",) or (len(names) == 2 and names[1] == "uid" and names[0] in self._led))

    def create(self) -> str:
        typed = ", ".join(
            f"{quote(c.name)} {_SQL_TYPES[c.type]}{'' if default is None else ' NOT NULL'}"
            for c, default in zip(self.columns, self._defaults, strict=True)
        )
        return f"CREATE TABLE {self.name}(_id INTEGER PRIMARY KEY, {typed}, UNIQUE(namespace, name)) STRICT"

    def same_layout(self, other: Table) -> bool:
        """Whether rows of the other can stay as they are; titles and what is shown where do not matter."""
        return (self.create(), self.indexes()) == (other.create(), other.indexes())

    @property
    def last_index(self) -> str:
        """The name of the one that is made last: where it is, all are."""
        return f"{self.resource.path}/uid"

    def indexes(self) -> list[str]:
        """`uid` comes last in each, as it does in every order, so that an index gives whole orders."""
        path = self.resource.path
        made: list[str] = []
        for column in self.columns:
            if column.name in self._led:
                name, index = quote(column.name), quote(f"{path}/{column.name}")
                made.append(f"CREATE INDEX IF NOT EXISTS {index} ON {self.name}({name}, uid)")
            if column.walked:
                index = quote(f"{path}/{column.name}/walked")
                made.append(f"CREATE INDEX IF NOT EXISTS {index} ON {self.name}({quote(column.name)})")
            if column.sparse:
                name, index = quote(column.name), quote(f"{path}/{column.name}/few")
                few = f"{self.name}({name}, namespace) WHERE {column.sparse}"
                made.append(f"CREATE INDEX IF NOT EXISTS {index} ON {few}")
        return [*made, f"CREATE INDEX IF NOT EXISTS {quote(self.last_index)} ON {self.name}(uid)"]

    def upsert(self, rows: int, changed: Container[str] | None) -> str:
        """Of so many rows at once: the interpreter's lock is let go once a statement, not once a row, so that a busy
        loop cannot starve the writer. Rows that are as they were are not written.

        `changed` None: there are no indexes yet, and every column is written. Else it names those of `rewritten` that
        are, for writing a column writes its index; uid and created stay as they are, so that rows of objects that were
        made anew must go first.
        """
        one = "(" + ",".join("?" * len(self.names)) + ")"
        fixed = _KEY if changed is None else _FIXED
        left = () if changed is None else tuple(n for n in self.rewritten if n not in changed)
        rest = [quote(n) for n in self.names if n not in fixed and n not in left]
        action = "NOTHING"
        if rest:
            here = ", ".join(f"{self.name}.{n}" for n in rest)
            there = ", ".join(f"excluded.{n}" for n in rest)
            action = f"UPDATE SET {', '.join(f'{n}=excluded.{n}' for n in rest)} WHERE ({here}) IS NOT ({there})"
        return (
            f"INSERT INTO {self.name}({', '.join(quote(n) for n in self.names)}) "  # noqa: S608 - names are quoted
            f"VALUES {','.join([one] * rows)} ON CONFLICT(namespace, name) DO {action}"
        )

    def values(self, row: Row) -> list[Value]:
        """The parameters of one row of `upsert`."""
        found = [row.get(name) for name in self.names]
        if None in found:
            return [d if v is None else v for v, d in zip(found, self._defaults, strict=True)]
        return found


def statements() -> list[str]:
    """All that makes an empty store, before any kind's table."""
    return [*_META, *_HEADS]


def version() -> int:
    """What PRAGMA user_version must be; another is another layout, and the old file is rebuilt."""
    text = "\n".join([str(FORMAT), *statements()])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") & 0x7FFFFFFF
