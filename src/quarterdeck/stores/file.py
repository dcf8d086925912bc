"""The SQLite file of one store, as the store's threads see it: every method blocks. No asyncio stands here."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import apsw
import msgspec
import structlog

from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import KindStatus, PageQuery, Row, Value
from quarterdeck.stores.schema import Kinds, quote, statements, upsert, version

log = structlog.get_logger(__name__)

QUERY_SECONDS = 10.0
"""A read that takes longer is ended: no filter over a quarter of a million rows needs a tenth of it."""


class StoreFile:
    """One connection for writing, one for reading; each is used by one thread at a time."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self.path = path
        self._kinds = kinds
        self._columns = {resource: [c.name for c in columns] for resource, columns in kinds.items()}
        self._upserts = {resource: upsert(resource, columns) for resource, columns in kinds.items()}
        self._write = self._open()
        self._read = _connect(path)
        self._marks: dict[Resource, int] = {}
        self.discarded = ""
        """Why the file of before was thrown away, "" if it was not."""

    def _open(self) -> apsw.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = not self.path.exists()
        try:
            connection = _connect(self.path)
            found = connection.pragma("user_version")
            if fresh or found == 0:
                self._create(connection)
            elif found != version(self._kinds):
                connection.close()
                return self._rebuild("it has an older schema")
            else:
                connection.execute("SELECT count(*) FROM kinds").fetchall()
        except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.IOError) as error:
            return self._rebuild(str(error))
        return connection

    def _rebuild(self, why: str) -> apsw.Connection:
        log.warning("a store is discarded and rebuilt", file=self.path.name, why=why)
        remove(self.path)
        connection = _connect(self.path)
        self._create(connection)
        return connection

    def _create(self, connection: apsw.Connection) -> None:
        with connection:
            for statement in statements(self._kinds):
                connection.execute(statement)
            connection.pragma("user_version", version(self._kinds))

    def close(self) -> None:
        self._read.close()
        self._write.close()

    # --- writing ------------------------------------------------------------------------------------------------------

    def statuses(self) -> dict[Resource, KindStatus]:
        found: dict[Resource, KindStatus] = {}
        for path, complete, synced_at, resource_version, rows in self._write.execute(
            "SELECT resource, complete, synced_at, resource_version, rows FROM kinds"
        ):
            resource = Resource.parse(path)
            found[resource] = KindStatus(resource, rows, bool(complete), synced_at, resource_version)
        return found

    def put_status(self, status: KindStatus) -> None:
        self._write.execute(
            "INSERT OR REPLACE INTO kinds(resource, complete, synced_at, resource_version, rows) VALUES(?, ?, ?, ?, ?)",
            (status.resource.path, int(status.complete), status.synced_at, status.resource_version, status.rows),
        )

    def begin(self, resource: Resource) -> None:
        found = self._write.execute(f"SELECT max(mark) FROM {quote(resource.path)}").get  # noqa: S608
        self._marks[resource] = max(int(found or 0), self._marks.get(resource, 0)) + 1

    def upsert(self, resource: Resource, rows: Sequence[Row]) -> int:
        """Returns how many rows are new."""
        mark = self._marks.setdefault(resource, 0)
        names = self._columns[resource]
        present = self._present(resource, [str(row["uid"]) for row in rows])
        self._write.executemany(self._upserts[resource], [(*(row.get(name) for name in names), mark) for row in rows])
        return len(rows) - present

    def delete(self, resource: Resource, uids: Sequence[str]) -> int:
        """Returns how many rows went."""
        self._write.execute(
            f"DELETE FROM {quote(resource.path)} WHERE uid IN (SELECT value FROM json_each(?))",  # noqa: S608
            (msgspec.json.encode(uids).decode(),),
        )
        return self._write.changes()

    def sweep(self, resource: Resource) -> int:
        """Drops what the list that ends now did not bring; returns how many rows went."""
        self._write.execute(
            f"DELETE FROM {quote(resource.path)} WHERE mark <> ?",  # noqa: S608
            (self._marks.get(resource, 0),),
        )
        return self._write.changes()

    def verify(self, uid: str) -> bool:
        known = self._write.execute("SELECT value FROM meta WHERE name = 'uid'").get
        if known == uid:
            return True
        with self._write:
            self._write.execute("INSERT OR REPLACE INTO meta(name, value) VALUES('uid', ?)", (uid,))
            if known is None:
                return True
            for resource in self._kinds:
                # Only rows of before: what this runtime has written carries the newest mark.
                self._write.execute(
                    f"DELETE FROM {quote(resource.path)} WHERE mark <> ?",  # noqa: S608
                    (self._marks.get(resource, 0),),
                )
        return False

    def count_all(self, resource: Resource) -> int:
        found = self._write.execute(f"SELECT count(*) FROM {quote(resource.path)}").get  # noqa: S608
        return int(found or 0)

    def transaction(self) -> apsw.Connection:
        """Entered: one transaction; an error rolls it back."""
        return self._write

    def _present(self, resource: Resource, uids: list[str]) -> int:
        found = self._write.execute(
            f"SELECT count(*) FROM {quote(resource.path)} WHERE uid IN (SELECT value FROM json_each(?))",  # noqa: S608
            (msgspec.json.encode(uids).decode(),),
        ).get
        return int(found or 0)

    # --- reading ------------------------------------------------------------------------------------------------------

    def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        order = (*query.order, ("uid", False)) if all(c != "uid" for c, _ in query.order) else query.order
        where, params = query.where, list(query.params)
        if query.after is not None:
            keyset, values = _after(order, query.after)
            where = f"({where}) AND {keyset}" if where else keyset
            params += values
        names = ", ".join(quote(c) for c in query.columns)
        ordering = ", ".join(f"{quote(c)} {'DESC' if down else 'ASC'}" for c, down in order)
        sql = (
            f"SELECT {names} FROM {quote(resource.path)}"  # noqa: S608
            f"{f' WHERE {where}' if where else ''} ORDER BY {ordering} LIMIT ? OFFSET ?"
        )
        return self._rows(sql, (*params, query.limit, query.offset))

    def select(self, resource: Resource, expressions: str, where: str, params: Sequence[Value]) -> tuple[Value, ...]:
        sql = f"SELECT {expressions} FROM {quote(resource.path)}{f' WHERE {where}' if where else ''}"  # noqa: S608
        return self._rows(sql, params)[0]

    def interrupt(self) -> None:
        """Ends the read that runs; may be called from any thread."""
        self._read.interrupt()

    def _rows(self, sql: str, params: Sequence[Value]) -> list[tuple[Value, ...]]:
        limit = time.monotonic() + QUERY_SECONDS
        self._read.set_progress_handler(lambda: time.monotonic() > limit, 100_000)
        return list(self._read.execute(sql, params))


def _after(order: Sequence[tuple[str, bool]], values: Sequence[Value]) -> tuple[str, list[Value]]:
    """Keyset: rows behind `values` in `order`. NULLs sort first ascending, as SQLite does."""
    parts: list[str] = []
    params: list[Value] = []
    for index, (column, down) in enumerate(order):
        equal = [f"{quote(c)} IS ?" for c, _ in order[:index]]
        value = values[index]
        if down:
            behind = f"({quote(column)} < ? OR ({quote(column)} IS NULL AND ? IS NOT NULL))"
        else:
            behind = f"({quote(column)} > ? OR (? IS NULL AND {quote(column)} IS NOT NULL))"
        parts.append("(" + " AND ".join([*equal, behind]) + ")")
        params += [*values[:index], value, value]
    return "(" + " OR ".join(parts) + ")", params


def _connect(path: Path) -> apsw.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(2000)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "normal")
    connection.pragma("temp_store", "memory")
    connection.pragma("cache_size", -4096)
    return connection


def remove(path: Path) -> None:
    """The file and what SQLite keeps beside it."""
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
