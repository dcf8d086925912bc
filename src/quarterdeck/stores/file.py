"""The writing side of one store's file. Blocking: its methods run one at a time, in the store's writer lane."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec
import structlog
from msgspec.structs import replace

from quarterdeck.model.errors import InternalError
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.stores import heads
from quarterdeck.stores.connect import DAMAGED, for_writing, remove
from quarterdeck.stores.protocol import HeadStatus, KindStatus, Row, Value
from quarterdeck.stores.schema import Kinds, Table
from quarterdeck.stores.upserting import Plan, Spoiled, drop_replaced, read_plan, write

log = structlog.get_logger(__name__)

Alive = Callable[[], bool]
"""Whether the writer's lease still stands: asked before a write, and again before it is committed."""
Work = Callable[[apsw.Connection], KindStatus]
T = TypeVar("T")

_columns = msgspec.json.Decoder(tuple[Column, ...])


class StoreFile:
    """`generation` grows when the file is begun anew: connections of an older one read a file that is gone.

    Writes answer with the kind's new status, or None where the lease is lost or the store closes. All raise
    InternalError where rows cannot be kept. `cluster` is the ID whose rows these are, noted in the file: who finds it
    without its kubeconfig knows whose it is. `opened` is told each connection that writes from now on.
    """

    def __init__(
        self,
        path: Path,
        kinds: Kinds,
        now: Callable[[], float],
        cluster: str = "",
        opened: Callable[[apsw.Connection], None] = lambda _: None,
    ) -> None:
        self.path = path
        self._opened = opened
        self._cluster = cluster
        self.generation = 0
        self.tables = {resource: Table(resource, columns) for resource, columns in kinds.items()}
        self._now = now
        self.heads: dict[Resource, HeadStatus] = {}
        self._status: dict[Resource, KindStatus] = {}
        self._listing: dict[Resource, int] = {}
        """Kinds that this lease began to list, with the highest _id there was before; 0 once that list is complete."""
        self._indexed: set[Resource] = set()
        self._reset: set[Resource] = set()
        """Kinds whose rows were lost to damage and not listed again yet."""
        self._connection: apsw.Connection | None = None
        self._poisoned = False
        with self._translated():
            self._open()

    def _open(self) -> None:
        self._connect()
        try:
            self._read_statuses()
        except (*DAMAGED, ValueError) as error:  # msgspec.DecodeError is one: what stands there makes no sense
            self._begin_anew(error)

    def _connect(self) -> None:
        self._connection = for_writing(self.path)
        self._opened(self._connection)

    def _begin_anew(self, error: Exception) -> None:
        log.warning("a store is discarded and rebuilt", file=self.path.name, why=str(error))
        self.close()
        remove(self.path)
        self.generation += 1
        self._listing.clear()
        self._reset = set(self.tables)
        self._connect()
        self._read_statuses()

    def _read_statuses(self) -> None:
        """Of all kinds that the file keeps; those that were asked for with other columns begin anew."""
        db = self._db()
        if self._cluster:
            db.execute("INSERT INTO meta VALUES('cluster', ?) ON CONFLICT DO NOTHING", (self._cluster,))
        asked = "SELECT resource, complete, synced_at, resource_version, left_out FROM kinds"
        kept = {r[0]: r[1:] for r in db.execute(asked)}
        made = [(str(r[0]), str(r[1])) for r in db.execute("SELECT resource, columns FROM kinds")]
        found: dict[Resource, Table] = {}
        for path, columns in made:
            resource = Resource.parse(path)
            found[resource] = Table(resource, _columns.decode(columns))
        with db:
            for resource, table in self.tables.items():
                if resource not in found or not found[resource].same_layout(table):
                    self._make(db, table)
                    kept.pop(resource.path, None)
        self.tables = {**found, **self.tables}
        for resource, table in self.tables.items():
            rows = int(db.execute(f"SELECT count(*) FROM {table.name}").get or 0)  # noqa: S608 - quoted
            complete, synced_at, version, left_out = kept.get(resource.path, (0, None, "", ""))
            self._note_indexed(db, table)
            self._status[resource] = KindStatus(resource, rows, bool(complete), synced_at, version, left_out=left_out)
        self.heads = heads.read_statuses(db)

    def statuses(self) -> dict[Resource, KindStatus]:
        return dict(self._status)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(apsw.Error):
                # An interrupt that met nothing to end would end the checkpoint that closing makes.
                connection.execute("SELECT 1").fetchall()
            connection.close()

    def interrupt(self) -> None:
        """From any thread: the statement that runs ends, and its transaction is rolled back."""
        connection = self._connection
        if connection is not None:
            try:
                connection.interrupt()
            except apsw.ConnectionClosedError:
                return

    def damaged(self, generation: int) -> dict[Resource, KindStatus]:
        """A reader met damage in the file of `generation`."""
        if generation == self.generation and self._connection is not None:
            with self._translated():
                self._begin_anew(apsw.CorruptError("met while reading"))
        return self.statuses()

    # --- what a lease does --------------------------------------------------------------------------------------------

    def keep(self, alive: Alive, resource: Resource, columns: Sequence[Column]) -> KindStatus | None:
        """From now on the kind has these columns; rows that were kept with others go."""
        table, before = Table(resource, columns), self.tables.get(resource)
        fits = before is not None and before.same_layout(table)

        def work(db: apsw.Connection) -> KindStatus:
            if fits:
                return self._status[resource]
            self._make(db, table)
            return KindStatus(resource)

        status = self._write(alive, work)
        if status is not None:
            self.tables[resource] = table
            if not fits:
                self._listing.pop(resource, None)
                self._indexed.discard(resource)
        return status

    def leased(self) -> dict[Resource, KindStatus]:
        """Another epoch writes from now on: nothing is current until it says so, and its lists begin anew."""
        self._listing.clear()
        self._status = {r: replace(s, live=False) for r, s in self._status.items()}
        return self.statuses()

    def begin(self, alive: Alive, resource: Resource) -> KindStatus | None:
        table = self.tables[resource]
        highest = 0

        def work(db: apsw.Connection) -> KindStatus:
            nonlocal highest
            highest = _highest(db, table)
            db.execute(f"DROP TABLE IF EXISTS temp.{table.seen}")
            db.execute(f"CREATE TEMP TABLE {table.seen}(id INTEGER PRIMARY KEY)")
            status = replace(self._status[resource], complete=False)
            self._keep(db, status)
            return status

        status = self._write(alive, work)
        if status is not None:
            self._listing[resource] = highest
            self._reset.discard(resource)
        return status

    def upsert(self, alive: Alive, resource: Resource, rows: Sequence[Row]) -> KindStatus | None:
        """One transaction; `rows` should be a thousand at most, about 10 ms."""
        table = self.tables[resource]
        values = [table.values(row) for row in rows]

        def work(db: apsw.Connection) -> KindStatus:
            self._require(resource)
            spoiled = self._spoiled(resource)
            indexed = resource in self._indexed
            planned = read_plan(db, table, values, spoiled) if indexed else Plan((), {None: values})
            gone = drop_replaced(db, table, planned)
            before = _highest(db, table)
            write(db, table, planned, spoiled)
            boundary = self._listing.get(resource, 0)
            if boundary:
                self._note_seen(db, table, values, boundary)
            status = self._status[resource]
            # New rows take the ids that follow the highest: counting all of them would cost a scan a write.
            more = _highest(db, table) - before - gone
            return replace(status, rows=status.rows + more, synced_at=self._now() if status.live else status.synced_at)

        return self._write(alive, work)

    def delete(self, alive: Alive, resource: Resource, uids: Sequence[str]) -> KindStatus | None:
        table = self.tables[resource]

        def work(db: apsw.Connection) -> KindStatus:
            self._require(resource)
            db.execute(
                f"DELETE FROM {table.name} WHERE uid IN (SELECT value FROM json_each(?))",  # noqa: S608 - quoted
                (_json(uids),),
            )
            status = self._status[resource]
            return replace(status, rows=status.rows - db.changes())

        return self._write(alive, work)

    def finish(self, alive: Alive, resource: Resource, version: str, left_out: str = "") -> KindStatus | None:
        table = self.tables[resource]

        def work(db: apsw.Connection) -> KindStatus:
            self._require(resource)
            rows = self._status[resource].rows - self._sweep(db, table)
            status = KindStatus(resource, rows, True, self._now(), version, live=True, left_out=left_out)
            self._keep(db, status)
            return status

        status = self._write(alive, work)
        if status is not None and resource in self._listing:
            self._listing[resource] = 0
        return status

    def touch(self, alive: Alive, resource: Resource, version: str) -> KindStatus | None:
        def work(db: apsw.Connection) -> KindStatus:
            self._require(resource)
            status = replace(self._status[resource], synced_at=self._now(), resource_version=version, live=True)
            self._keep(db, status)
            return status

        return self._write(alive, work)

    def stale(self, alive: Alive, resource: Resource) -> KindStatus | None:
        def work(db: apsw.Connection) -> KindStatus:
            status = replace(self._status[resource], live=False)
            self._keep(db, status)
            return status

        return self._write(alive, work)

    def index(self, alive: Alive, resource: Resource, statement: str) -> None:
        """One index a job, so that other kinds' writes pass between."""

        def work(db: apsw.Connection) -> KindStatus:
            db.execute(statement)
            self._note_indexed(db, self.tables[resource])
            return self._status[resource]

        self._write(alive, work)

    def verify(self, alive: Alive, uid: str) -> tuple[bool, dict[Resource, KindStatus]] | None:
        """Notes `uid`. Another than before: all rows go but those that this lease has read from the new server."""
        if not alive() or self._connection is None:
            return None
        with self._translated(), self._db() as db:
            known = db.execute("SELECT value FROM meta WHERE name = 'uid'").get
            if known == uid:
                return True, self.statuses()
            db.execute("INSERT OR REPLACE INTO meta(name, value) VALUES('uid', ?)", (uid,))
            if known is None:
                return True, self.statuses()
            log.warning("another server answers here; the rows kept of the old one are discarded", file=self.path.name)
            for resource, table in self.tables.items():
                status = self._status[resource]
                if resource in self._listing:
                    status = replace(status, rows=status.rows - self._sweep(db, table))
                else:
                    db.execute(f"DELETE FROM {table.name}")  # noqa: S608 - quoted
                    status = KindStatus(resource)
                self._keep(db, status)
                self._status[resource] = status
            heads.clear(db)
            self.heads = {}
        return False, self.statuses()

    # --- how ----------------------------------------------------------------------------------------------------------

    def _make(self, db: apsw.Connection, table: Table) -> None:
        db.execute(f"DROP TABLE IF EXISTS {table.name}")
        db.execute(table.create())
        self._keep(db, KindStatus(table.resource), table)

    def _note_indexed(self, db: apsw.Connection, table: Table) -> None:
        if db.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table.last_index,)).get:
            self._indexed.add(table.resource)
        else:
            self._indexed.discard(table.resource)

    def _spoiled(self, resource: Resource) -> Spoiled:
        def say(error: Exception) -> None:
            if not self._poisoned:
                self._poisoned = True
                log.warning("a row cannot be kept", kind=resource.path, why=type(error).__name__)

        return say

    def _note_seen(self, db: apsw.Connection, table: Table, values: list[list[Value]], boundary: int) -> None:
        keys = [[row[at] for at in table.key_at] for row in values]
        db.execute(
            f"INSERT OR IGNORE INTO temp.{table.seen} SELECT _id FROM main.{table.name} WHERE _id <= ? AND "  # noqa: S608
            "(namespace, name) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
            (boundary, _json(keys)),
        )

    def _sweep(self, db: apsw.Connection, table: Table) -> int:
        """Drops the rows from before the list that it did not bring; how many."""
        boundary = self._listing.get(table.resource, 0)
        if not boundary:
            return 0
        seen = f"SELECT id FROM temp.{table.seen}"  # noqa: S608 - quoted
        db.execute(f"DELETE FROM main.{table.name} WHERE _id <= ? AND _id NOT IN ({seen})", (boundary,))  # noqa: S608
        gone = db.changes()
        db.execute(f"DELETE FROM temp.{table.seen}")  # noqa: S608 - quoted
        return gone

    def _keep(self, db: apsw.Connection, status: KindStatus, table: Table | None = None) -> None:
        columns = _json((table or self.tables[status.resource]).columns)
        db.execute(
            "INSERT OR REPLACE INTO kinds(resource, complete, synced_at, resource_version, columns, left_out) "
            "VALUES(?, ?, ?, ?, ?, ?)",
            (
                *(status.resource.path, int(status.complete), status.synced_at, status.resource_version, columns),
                status.left_out,
            ),
        )

    def head(self, alive: Alive, work: Callable[[apsw.Connection], HeadStatus]) -> HeadStatus | None:
        """A write into the catalog (stores.heads), as the others."""
        status = self._attempt(alive, work)
        if status is not None:
            self.heads[status.resource] = status
        return status

    def _write(self, alive: Alive, work: Work) -> KindStatus | None:
        status = self._attempt(alive, work)
        if status is not None:
            self._status[status.resource] = status
        return status

    def _attempt(self, alive: Alive, work: Callable[[apsw.Connection], T]) -> T | None:
        """One transaction: whole or not at all."""
        if not alive() or self._connection is None:
            return None
        with self._translated():
            try:
                return self._transact(alive, work)
            except apsw.InterruptError:
                return None
            except DAMAGED as error:
                self._begin_anew(error)
                raise _lost() from error

    def _transact(self, alive: Alive, work: Callable[[apsw.Connection], T]) -> T | None:
        db = self._db()
        db.execute("BEGIN IMMEDIATE")
        try:
            status = work(db)
            if alive():
                db.execute("COMMIT")
                return status
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("ROLLBACK")
        return None

    def _require(self, resource: Resource) -> None:
        if resource in self._reset:
            raise _lost()

    def _db(self) -> apsw.Connection:
        if self._connection is None:
            raise apsw.ConnectionClosedError("closed")
        return self._connection

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (apsw.Error, OSError) as error:
            raise InternalError(
                "store",
                f"Rows cannot be kept on disk: {error}.",
                advice=f"Look whether {self.path.parent} has space left and may be written.",
            ) from error


def _lost() -> InternalError:
    return InternalError("store_reset", "The kept rows were damaged; they are read again.")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _highest(db: apsw.Connection, table: Table) -> int:
    return int(db.execute(f"SELECT max(_id) FROM main.{table.name}").get or 0)  # noqa: S608 - quoted
