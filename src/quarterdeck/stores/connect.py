"""Opening a store's file: made, checked, thrown away where it is of no use. Blocking: for the store's threads."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import os
from pathlib import Path

import apsw
import structlog

from quarterdeck.stores.schema import statements, version

log = structlog.get_logger(__name__)

DAMAGED = (apsw.CorruptError, apsw.NotADBError)
_WRITE_CACHE_KIB = 8192
_READ_CACHE_KIB = 2048
_BUSY_MS = 2000
_PAGE_BYTES = 8192
"""Half as many reads as 4096 for a walk over a table, a fifth less CPU, and rows of 600 bytes fill them better;
16384 would save as much again and make each changed row dear."""


class _OtherSchemaError(Exception):
    pass


def for_writing(path: Path) -> apsw.Connection:
    """Without tables of kinds yet. A file that is damaged or has another layout is discarded and begun anew, which is
    said once."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        try:
            return _existing(path)
        except _OtherSchemaError:
            log.warning("a store is discarded and rebuilt", file=path.name, why="it has another schema")
        except (*DAMAGED, apsw.SQLError) as error:
            log.warning("a store is discarded and rebuilt", file=path.name, why=str(error))
        remove(path)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    connection = apsw.Connection(str(path))
    connection.pragma("page_size", _PAGE_BYTES)
    connection.pragma("synchronous", "off")  # until it is made: a file that did not reach the disk is made anew
    connection.pragma("journal_mode", "wal")
    _make(connection)
    return _tuned(connection, _WRITE_CACHE_KIB)


def for_reading(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(_BUSY_MS)
    connection.pragma("temp_store", "memory")
    connection.pragma("cache_size", -_READ_CACHE_KIB)
    return connection


def for_copying(path: Path) -> apsw.Connection:
    """Of the log into the file, which must be there."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.pragma("synchronous", "normal")
    return _left_as_it_is(connection)


def beside(path: Path) -> tuple[Path, ...]:
    """The file and what SQLite keeps beside it."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def remove(path: Path) -> None:
    """The file and what SQLite keeps beside it."""
    for name in beside(path):
        name.unlink(missing_ok=True)


def _existing(path: Path) -> apsw.Connection:
    """Header and schema are checked, not every page: that would cost what the file is kept to save. Damage further in
    shows when it is met."""
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(_BUSY_MS)
        if not connection.execute("SELECT count(*) FROM sqlite_schema").get:
            _make(connection)  # a start ended as soon as it had made the file
        _require_version(connection, version())
        connection.execute("SELECT count(*) FROM kinds").fetchall()
        path.chmod(0o600)
        return _tuned(connection, _WRITE_CACHE_KIB)
    except BaseException:
        connection.close()
        raise


def _make(connection: apsw.Connection) -> None:
    """All at once: a kill in between leaves an empty file."""
    with connection:
        for statement in statements():
            connection.execute(statement)
        connection.pragma("user_version", version())


def _require_version(connection: apsw.Connection, wanted: int) -> None:
    if connection.pragma("user_version") != wanted:
        raise _OtherSchemaError


def _tuned(connection: apsw.Connection, cache_kib: int) -> apsw.Connection:
    connection.set_busy_timeout(_BUSY_MS)
    connection.pragma("synchronous", "normal")
    connection.pragma("journal_mode", "wal")
    connection.pragma("temp_store", "memory")
    connection.pragma("cache_size", -cache_kib)
    return _left_as_it_is(connection)


def _left_as_it_is(connection: apsw.Connection) -> apsw.Connection:
    """Closing fifty would wait for the disk fifty times, and the next to open behind them: the log is copied by
    stores.checkpoints."""
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    return connection
