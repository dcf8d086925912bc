"""A store in memory, over the real store's own SQL, without threads: for virtual time."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import apsw
import msgspec

from quarterdeck.catalog.core import core_kinds
from quarterdeck.model.errors import RefusedError
from quarterdeck.model.kinds import PODS, Column, Resource
from quarterdeck.stores import freezing, grouping, paging, reading, searching, tallying
from quarterdeck.stores.protocol import (
    Condition,
    Derivation,
    First,
    FoundObject,
    Groups,
    GroupsQuery,
    HeadsQuery,
    HeadStatus,
    KindStatus,
    PageQuery,
    Row,
    RowWriter,
    SearchQuery,
    SelectQuery,
    Tally,
    TallyQuery,
    Value,
)
from quarterdeck.stores.schema import Table, quote

TABLES = {kind.resource: Table(kind.resource, kind.columns) for kind in core_kinds()}


class MemoryStore:
    """`gate`, while it is closed, holds reads after they have read. `takes`: seconds that a read takes."""

    def __init__(self) -> None:
        self.db = apsw.Connection(":memory:")
        self.gate = asyncio.Event()
        self.gate.set()
        self.takes = 0.0
        self.pages: list[PageQuery] = []
        self.counts = self.reads = 0
        self.frozen: list[MemoryFrozen] = []
        self.error: Exception | None = None
        self._statuses: dict[Resource, KindStatus] = {}
        self._listeners: list[Callable[[Resource], None]] = []
        self._tables = dict(TABLES)
        for table in TABLES.values():
            self.db.execute(table.create())

    def clock(self, now: Callable[[], int]) -> None:
        """What SQL takes for the present, in seconds since the epoch."""

        def asked(*_: Any) -> int:
            return now()

        self.db.create_scalar_function("unixepoch", asked)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    # --- what a reflector would do ----------------------------------------------------------------------------------

    def put(self, name: str, namespace: str = "shop", resource: Resource = PODS, cells: Row | None = None) -> None:
        table = self._tables[resource]
        row: dict[str, Value] = {c.name: "" if c.type == "text" else 0 for c in table.columns if c.indexed}
        row |= {"uid": f"u-{namespace}-{name}", "namespace": namespace, "name": name, "created": 0, **(cells or {})}
        marks = ", ".join("?" * len(table.names))
        marks = ", ".join("?" * len(table.names))
        names = ", ".join(quote(name) for name in table.names)
        sql = f"INSERT OR REPLACE INTO {table.name}({names}) VALUES({marks})"
        self.db.execute(sql, [row.get(column) for column in table.names])
        self._recount(resource)

    def take(self, name: str, namespace: str = "shop", resource: Resource = PODS) -> None:
        self.db.execute(
            f"DELETE FROM {self._tables[resource].name} WHERE namespace = ? AND name = ?", (namespace, name)
        )
        self._recount(resource)

    def live(
        self,
        resource: Resource = PODS,
        *,
        complete: bool = True,
        live: bool = True,
        at: float = 1.0,
        left_out: str = "",
    ) -> None:
        self._statuses[resource] = msgspec.structs.replace(
            self.status(resource), complete=complete, live=live, synced_at=at, left_out=left_out
        )
        self._tell(resource)

    def _recount(self, resource: Resource) -> None:
        rows = int(self.db.execute(f"SELECT count(*) FROM {self._tables[resource].name}").get or 0)
        self._statuses[resource] = msgspec.structs.replace(self.status(resource), rows=rows)
        self._tell(resource)

    def _tell(self, resource: Resource) -> None:
        for listener in tuple(self._listeners):
            listener(resource)

    # --- stores.protocol.Store --------------------------------------------------------------------------------------

    def status(self, resource: Resource) -> KindStatus:
        return self._statuses.get(resource) or KindStatus(resource)

    def keep(self, resource: Resource, columns: tuple[Column, ...]) -> None:
        """As RowWriter.keep: what was kept with other columns goes."""
        table = self._tables[resource] = Table(resource, columns)
        self.db.execute(f"DROP TABLE IF EXISTS {table.name}")
        self.db.execute(table.create())
        self._statuses[resource] = KindStatus(resource)
        self._tell(resource)

    def columns(self, resource: Resource) -> tuple[Column, ...]:
        table = self._tables.get(resource)
        return table.columns if table is not None else ()

    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._tables)

    def subscribe(self, listener: Callable[[Resource], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        self.pages.append(query)
        rows = paging.page(self.db, self._tables[resource], query)
        await self._wait()
        return rows

    async def freeze(self, resource: Resource, query: PageQuery) -> MemoryFrozen:
        """Of a copy, as SQLite's own snapshots are none in memory."""
        copy = apsw.Connection(":memory:")
        with copy.backup("main", self.db, "main") as backup:
            backup.step()
        await self._wait()
        made = MemoryFrozen(self, copy, self._tables[resource], query)
        self.frozen.append(made)
        return made

    async def search(self, queries: Mapping[Resource, SearchQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        found = searching.search(self.db, [(self._tables[r], query) for r, query in queries.items()], limit)
        await self._wait()
        return found

    def heads(self) -> Mapping[Resource, HeadStatus]:
        return {}

    async def search_heads(self, queries: Sequence[HeadsQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        return []

    async def tally(self, resource: Resource, query: TallyQuery) -> Tally:
        found = tallying.tally(self.db, self._tables[resource], query)
        await self._wait()
        return found

    async def groups(self, resource: Resource, queries: Sequence[GroupsQuery]) -> list[Groups]:
        self.reads += 1
        found = grouping.groups(self.db, self._tables[resource], queries)
        await self._wait()
        return found

    async def select(self, resource: Resource, queries: Sequence[SelectQuery]) -> list[list[tuple[Value, ...]]]:
        self.reads += 1
        found = grouping.select(self.db, self._tables[resource], queries)
        await self._wait()
        return found

    async def count(
        self,
        resource: Resource,
        where: str = "",
        params: tuple[Value, ...] = (),
        absent: tuple[str, ...] = (),
        derived: tuple[Derivation, ...] = (),
        first: First | None = None,
        among: tuple[Condition, ...] | None = None,
    ) -> int:
        self.counts += 1
        found = reading.count(self.db, self._tables[resource], where, params, absent, derived, first, among)
        await self._wait()
        return found

    async def aggregate(
        self, resource: Resource, expressions: tuple[str, ...], where: str = "", params: tuple[Value, ...] = ()
    ) -> tuple[Value, ...]:
        found = reading.select(self.db, self._tables[resource], ", ".join(expressions), where, params)
        await self._wait()
        return found

    async def wait(self) -> None:
        await self._wait()

    async def _wait(self) -> None:
        await asyncio.sleep(self.takes)
        await self.gate.wait()
        if self.error is not None:
            raise self.error

    def lease(self, epoch: int) -> RowWriter:
        raise NotImplementedError  # windows never write

    async def verify(self, uid: str) -> bool:
        return True

    async def close(self) -> None:
        self.error = RefusedError("This cluster was closed.")
        self.gate.set()


class MemoryFrozen:
    def __init__(self, store: MemoryStore, db: apsw.Connection, table: Table, query: PageQuery) -> None:
        self.rows = freezing.freeze(db, table, query)
        self.released = False
        self.bits: list[int] = []
        self._store = store
        self._db = db
        self._table = table
        self._query = query

    async def read(self, start: int, limit: int) -> list[tuple[Value, ...]]:
        if self.released:
            raise RefusedError("These rows are no longer kept.")
        await self._store.wait()
        found = freezing.read(self._db, self._table, self._query, start, limit)
        self.bits.append(len(found))
        return found

    def release(self) -> None:
        self.released = True
