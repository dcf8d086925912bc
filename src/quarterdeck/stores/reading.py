"""The reading side of one store: connections of its own, so that no reader waits for the writer."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Generic, TypeVar

import apsw
import msgspec

from quarterdeck.model.errors import InternalError, InvalidRequestError, RefusedError
from quarterdeck.stores.connect import DAMAGED, for_reading
from quarterdeck.stores.protocol import PageQuery, Value
from quarterdeck.stores.schema import Table, quote

T = TypeVar("T")
QUERY_SECONDS = 10.0
"""A read that takes longer is ended: no filter over a quarter of a million rows needs a tenth of it."""
IDLE_CONNECTIONS = 2
"""Kept open per store between reads."""

Derived = Sequence[tuple[str, str]]
"""As in PageQuery."""
_rows = msgspec.json.Decoder(list[list[str | int | float | None]])


class DamagedError(Exception):
    """The file of `generation` is damaged. Stays within stores."""

    def __init__(self, generation: int) -> None:
        super().__init__("the file is damaged")
        self.generation = generation


class _Read(Generic[T]):
    """One read, in its thread; `end` may be called from the loop at any time."""

    def __init__(self, readers: Readers, work: Callable[[apsw.Connection], T]) -> None:
        self._readers = readers
        self._work = work
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._ended = False

    def run(self) -> T:
        connection, generation = self._readers.take()
        try:
            with self._lock:
                if self._ended:
                    raise apsw.InterruptError("ended before it began")
                self._connection = connection
            return self._work(connection)
        except DAMAGED as error:
            raise DamagedError(generation) from error
        finally:
            with self._lock:
                self._connection = None
            self._readers.give(connection, generation)

    def end(self) -> None:
        with self._lock:
            self._ended = True
            if self._connection is not None:
                self._connection.interrupt()


class Readers:
    """`generation` tells which file is the present one (file.StoreFile); older connections are closed when met."""

    def __init__(self, path: Path, executor: Executor, generation: Callable[[], int]) -> None:
        self._path = path
        self._executor = executor
        self._generation = generation
        self._lock = threading.Lock()
        self._idle: list[tuple[apsw.Connection, int]] = []
        self._running: dict[asyncio.Future[Any], _Read[Any]] = {}
        self._closed = False

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """Cancelling ends the read in its thread. Raises RefusedError (closed), InvalidRequestError (too long)."""
        if self._closed:
            raise RefusedError("This cluster was closed.")
        read = _Read(self, work)
        running = asyncio.get_running_loop().run_in_executor(self._executor, read.run)
        self._running[running] = read
        running.add_done_callback(self._done)
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                return await asyncio.shield(running)
        except TimeoutError as error:
            read.end()
            raise InvalidRequestError("This query takes too long. Narrow it by a namespace or a word.") from error
        except asyncio.CancelledError:
            read.end()
            raise
        except apsw.InterruptError as error:
            raise RefusedError("This cluster was closed.") from error
        except apsw.Error as error:
            raise InternalError("store", f"Kept rows cannot be read: {error}.") from error

    async def close(self, timeout: float) -> None:
        """Ends what runs; connections in use are closed as they come back."""
        self._closed = True
        for read in tuple(self._running.values()):
            read.end()
        if self._running:
            await asyncio.wait(tuple(self._running), timeout=timeout)

    def _done(self, running: asyncio.Future[Any]) -> None:
        del self._running[running]
        if not running.cancelled():
            running.exception()  # whoever wanted it may be gone

    def close_idle(self) -> None:
        """In a store thread, after `close`."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    # --- in reader threads --------------------------------------------------------------------------------------------

    def take(self) -> tuple[apsw.Connection, int]:
        now = self._generation()
        while True:
            with self._lock:
                if not self._idle:
                    break
                connection, generation = self._idle.pop()
            if generation == now:
                return connection, generation
            connection.close()
        return for_reading(self._path), now

    def give(self, connection: apsw.Connection, generation: int) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < IDLE_CONNECTIONS:
                self._idle.append((connection, generation))
                return
        connection.close()


def page(db: apsw.Connection, table: Table, query: PageQuery) -> list[tuple[Value, ...]]:
    """Two habits make it fast: the sorter carries ids, not rows; and the answer is one JSON row, for stepping through
    rows takes the interpreter's lock once each, which a busy loop gives up only every 5 ms."""
    order = total_order(query.order)
    where, params = query.where, list(query.params)
    if query.after is not None:
        behind, values = after(table, order, query.after)
        where = f"({where}) AND {behind}" if where else behind
        params += values
    ordering = ", ".join(f"{quote(c)} {'DESC' if down else 'ASC'}" for c, down in order)
    # The plus keeps the outer sort, of a page only, from walking an index of the whole table.
    again = ", ".join(f"+{quote(c)} {'DESC' if down else 'ASC'}" for c, down in order)
    filtered = f" WHERE {where}" if where else ""
    source = padded(table, query.absent, query.derived)
    ids = f"SELECT _id FROM {source}{filtered} ORDER BY {ordering} LIMIT ? OFFSET ?"  # noqa: S608 - quoted
    names = ", ".join(quote(c) for c in query.columns)
    rows = f"SELECT * FROM {source} WHERE _id IN ({ids}) ORDER BY {again} LIMIT -1"  # noqa: S608 - quoted
    sql = f"SELECT json_group_array(json_array({names})) FROM ({rows})"  # noqa: S608 - quoted
    text = str(db.execute(sql, (*params, query.limit, query.offset)).get)
    return [tuple(row) for row in _rows.decode(text)]


def select(
    db: apsw.Connection,
    table: Table,
    expressions: str,
    where: str,
    params: Sequence[Value],
    absent: Sequence[str] = (),
    derived: Derived = (),
) -> tuple[Value, ...]:
    sql = f"SELECT {expressions} FROM {padded(table, absent, derived)}{f' WHERE {where}' if where else ''}"  # noqa: S608 - quoted
    found: list[tuple[Value, ...]] = db.execute(sql, params).fetchall()
    return found[0]


def padded(table: Table, absent: Sequence[str], derived: Derived = ()) -> str:
    """What stands after FROM: the table, with what is derived, and NULL for each column that is neither. SQLite folds
    the subquery into the query, so that indexes serve as before and only what is named is worked out."""
    more = {name: "NULL" for name in absent if name not in table.names}
    more |= {name: sql for name, sql in derived if name not in table.names}
    if not more:
        return table.name
    columns = ", ".join(f"{sql} AS {quote(name)}" for name, sql in more.items())
    return f"(SELECT t.*, {columns} FROM {table.name} AS t)"  # noqa: S608 - quoted


def total_order(order: Sequence[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    """`uid` decides what is equal otherwise; it runs the way the rest does, so that one index serves both ways."""
    if any(column == "uid" for column, _ in order):
        return tuple(order)
    return (*order, ("uid", bool(order) and all(down for _, down in order)))


def after(table: Table, order: Sequence[tuple[str, bool]], values: Sequence[Value]) -> tuple[str, list[Value]]:
    """Keyset: rows behind `values` in `order`. NULLs sort first ascending, as SQLite does."""
    if len(values) != len(order):
        raise InvalidRequestError("This cursor belongs to another order.")
    downs = {down for _, down in order}
    if None not in values and len(downs) == 1 and (downs == {False} or table.never_null(c for c, _ in order)):
        # What an index can seek to.
        names, marks = ", ".join(quote(c) for c, _ in order), ", ".join("?" * len(values))
        return f"({names}) {'<' if downs == {True} else '>'} ({marks})", list(values)
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
