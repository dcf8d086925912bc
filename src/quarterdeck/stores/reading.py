"""The reading side of one store: connections of its own, so that no reader waits for the writer."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import apsw

from quarterdeck.model.errors import InternalError, InvalidRequestError, RefusedError
from quarterdeck.stores.connect import DAMAGED, for_reading
from quarterdeck.stores.protocol import FIRST, Condition, Derivation, First, Value
from quarterdeck.stores.schema import Table, quote

T = TypeVar("T")
QUERY_SECONDS = 10.0
"""A read that takes longer is ended: no filter over a quarter of a million rows needs a tenth of it."""
_HELD_CACHE_KIB = 512
IDLE_CONNECTIONS = 2
"""Kept open per store between reads."""


class DamagedError(Exception):
    """The file of `generation` is damaged. Stays within stores."""

    def __init__(self, generation: int) -> None:
        super().__init__("the file is damaged")
        self.generation = generation


class _Lender(Protocol):
    """Of a connection and the generation of its file, in a reader thread."""

    def take(self) -> tuple[apsw.Connection, int]: ...

    def give(self, connection: apsw.Connection, generation: int) -> None: ...


class _Read(Generic[T]):
    """One read, in its thread; `end` may be called from the loop at any time."""

    def __init__(self, lender: _Lender, work: Callable[[apsw.Connection], T]) -> None:
        self._lender = lender
        self._work = work
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._ended = False

    def run(self) -> T:
        connection, generation = self._lender.take()
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
            self._lender.give(connection, generation)

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
        self._held: set[Held] = set()
        self._closed = False

    async def read(self, work: Callable[[apsw.Connection], T], held: Held | None = None) -> T:
        """Cancelling ends the read in its thread. Raises RefusedError (closed), InvalidRequestError (too long)."""
        if self._closed:
            raise RefusedError("This cluster was closed.")
        read = _Read(held or self, work)
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

    def hold(self) -> Held:
        """A connection for one reader alone, until it is released."""
        held = Held(self._path, self._generation)
        self._held.add(held)
        return held

    def release(self, held: Held) -> None:
        """At any time, again too. Closing ends its transaction."""
        self._held.discard(held)
        if held.end():
            self._executor.submit(held.close)

    def release_all(self) -> None:
        for held in tuple(self._held):
            self.release(held)

    def close_idle(self) -> None:
        """In a store thread, after `close`."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()
        for held in tuple(self._held):
            if held.end():
                held.close()

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


class Held:
    """Lends the same connection each time, to one read at once; RefusedError once its file was begun anew."""

    def __init__(self, path: Path, generation: Callable[[], int]) -> None:
        self._path = path
        self._generation = generation
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._of = generation()
        self._lent = self._ended = False

    def take(self) -> tuple[apsw.Connection, int]:
        with self._lock:
            if self._ended or self._generation() != self._of:
                raise RefusedError("These rows are no longer kept.")
            if self._connection is None:
                self._connection = for_reading(self._path)
                # One of hundreds at once, each of which looks up a few rows at a time.
                self._connection.pragma("cache_size", -_HELD_CACHE_KIB)
            self._lent = True
            return self._connection, self._of

    def give(self, connection: apsw.Connection, generation: int) -> None:
        with self._lock:
            self._lent = False
            ended = self._ended
        if ended:
            connection.close()

    def end(self) -> bool:
        """Lends no more. Whether `close` is due; else who reads now closes as he gives back."""
        with self._lock:
            due = not self._ended and not self._lent
            self._ended = True
            return due

    def close(self) -> None:
        """In a store thread, once."""
        if self._connection is not None:
            self._connection.close()


def select(
    db: apsw.Connection,
    table: Table,
    expressions: str,
    where: str,
    params: Sequence[Value],
    absent: Sequence[str] = (),
    derived: Sequence[Derivation] = (),
    first: First | None = None,
) -> tuple[Value, ...]:
    found: list[tuple[Value, ...]] = db.execute(
        *selecting(table, expressions, where, params, absent, derived, first)
    ).fetchall()
    return found[0]


def selecting(
    table: Table,
    expressions: str,
    where: str,
    params: Sequence[Value],
    absent: Sequence[str] = (),
    derived: Sequence[Derivation] = (),
    first: First | None = None,
) -> Condition:
    """The statement of `select`, and its parameters."""
    source, own = led(padded(table, absent, derived), first)
    sql = f"SELECT {expressions} FROM {source}{f' WHERE {where}' if where else ''}"  # noqa: S608 - quoted
    return sql, (*own, *params)


def count(
    db: apsw.Connection,
    table: Table,
    where: str,
    params: Sequence[Value],
    absent: Sequence[str] = (),
    derived: Sequence[Derivation] = (),
    first: First | None = None,
    among: Sequence[Condition] | None = None,
) -> int:
    """As Store.count."""
    if among is None:
        return int(select(db, table, "count(*)", where, params, absent, derived, first)[0] or 0)
    found = 0
    with db:  # all of one moment
        for condition, more in among:
            both = f"({where}) AND {condition}" if where else condition
            found += count(db, table, both, (*params, *more), absent, derived, first)
    return found


def padded(table: Table, absent: Sequence[str], derived: Sequence[Derivation] = ()) -> str:
    """What stands after FROM: the table, with what is derived, and NULL for each column that is neither. SQLite folds
    the subquery into the query, so that indexes serve as before and only what is named is worked out."""
    more = {name: "NULL" for name in absent if name not in table.names}
    worked = [one for one in derived if one.name not in table.names]
    more |= {one.name: one.sql for one in worked}
    if not more:
        return table.name
    columns = ", ".join(f"{sql} AS {quote(name)}" for name, sql in more.items())
    joined = " ".join(dict.fromkeys(one.joined for one in worked))
    return f"(SELECT t.*, {columns} FROM {table.name} AS t {joined})"  # noqa: S608 - quoted


def led(source: str, first: First | None) -> tuple[str, tuple[Value, ...]]:
    """`source` with the column FIRST, and the parameters that this takes."""
    if first is None:
        return source, ()
    sql, params = first
    return f"(SELECT *, coalesce(({sql}), 0) AS {quote(FIRST)} FROM {source})", params  # noqa: S608 - quoted
