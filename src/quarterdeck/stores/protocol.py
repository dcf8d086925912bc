"""What the layers above ask of a store of one cluster's rows. `stores.sqlite` gives the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from quarterdeck.model.kinds import Column, Resource

Value = str | int | float | None
Row = Mapping[str, Value]
"""Column name to value; every kind has `uid`, `namespace`, `name`, `created` (epoch seconds) besides its own."""


class KindStatus(msgspec.Struct, frozen=True):
    """How whole and how fresh a kind's rows are. `synced_at` is wall clock of the last time they were known current;
    `complete`: a list has once come to its end, maybe long ago; `live`: something keeps them current now. `left_out`,
    for people: what that list did not bring of all there are, as "Only in shop."."""

    resource: Resource
    rows: int = 0
    complete: bool = False
    synced_at: float | None = None
    resource_version: str = ""
    live: bool = False
    left_out: str = ""


FIRST = "(match)"
"""The column of what stands first: 1 where it is fulfilled, else 0. No kind has a column of that name."""
Condition = tuple[str, tuple[Value, ...]]
"""SQL over the kind's columns, with its parameters."""
First = Condition


class Derivation(msgspec.Struct, frozen=True):
    """A column that is worked out. All of it is SQL that no person typed: `sql` over the row, `t`, and over the one row
    at most that `joined` adds to it, `m`, of the table `of`. Where `of` is named, `sql` is a column of that row."""

    name: str
    sql: str
    joined: str = ""
    of: str = ""


class PageQuery(msgspec.Struct, frozen=True):
    """One read. `where` is SQL over the kind's columns with `?` for each of `params`, "" for all; it never holds what a
    person typed. `order`: column and whether descending; `uid` is added as the last, so that the order is total.
    `after`: the values of the order columns and the uid of the last row seen (keyset), None from the start. `absent`:
    columns that this may name although the kind has none such here; they read as NULL. `derived`: columns that are
    worked out instead. `first`: what the column FIRST says, which all of this may then name."""

    columns: tuple[str, ...]
    where: str = ""
    params: tuple[Value, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int = 200
    offset: int = 0
    after: tuple[Value, ...] | None = None
    absent: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    first: First | None = None


class SearchQuery(msgspec.Struct, frozen=True):
    """What is searched in one kind. `where` with `params`, SQL as in PageQuery: what a match fulfils. `words`: what
    names are ranked by. `scan` False: only names that begin with one of them. `ways`: conditions one of which a match
    fulfils, where each alone is found sooner than by `where`."""

    words: tuple[str, ...]
    where: str
    params: tuple[Value, ...] = ()
    scan: bool = True
    ways: tuple[Condition, ...] = ()


class GroupsQuery(msgspec.Struct, frozen=True):
    """Rows that are alike. All of it is SQL that no person typed: `where` with `params` and `values` over the columns
    of the kind, whose table is `t`; `by`: what is equal in those that are alike; `since`: seconds since the epoch."""

    values: tuple[str, ...]
    where: str
    since: str
    by: str = "uid"
    params: tuple[Value, ...] = ()
    limit: int = 50


class Groups(msgspec.Struct, frozen=True):
    """Of each group how many rows, the oldest `since`, and the values of that row; the newest groups first, at most the
    limit. `groups` and `objects`: how many there are of all."""

    rows: tuple[tuple[Value, ...], ...]
    groups: int
    objects: int


class TallyQuery(msgspec.Struct, frozen=True):
    """Which values the rows have that fulfil `where` with `params` (as in PageQuery) and fit `like`, a LIKE pattern
    with a backslash before what is meant as it is. `value` with `value_params` is SQL over the row, whose table is `t`,
    and over what `joined` adds to it. No more is begun after `seconds`. `absent` and `derived` as in PageQuery.
    `seek`: an indexed column whose values, those that begin with `begins`, are found whatever the time; 0 stands for
    not counted.
    """

    value: str
    like: str = "%"
    value_params: tuple[Value, ...] = ()
    joined: str = ""
    where: str = ""
    params: tuple[Value, ...] = ()
    limit: int = 50
    seconds: float = 0.03
    absent: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    seek: str = ""
    begins: str = ""


class Tally(msgspec.Struct, frozen=True):
    """Values with how many rows have them, the commonest first; neither NULL nor empty text. `whole`: all rows were
    looked at and all values are here."""

    values: tuple[tuple[str | int | float, int], ...]
    whole: bool


class SelectQuery(msgspec.Struct, frozen=True):
    """Rows of a kind, or of its groups, by SQL that no person typed: `values`, `where` with `params` and `order` over
    its columns, whose table is `t`, and over what `joined` adds to each. `by`: what is equal in one group, and then
    `values` are aggregates; empty: each row by itself, or all of them where `values` are aggregates."""

    values: tuple[str, ...]
    where: str = ""
    params: tuple[Value, ...] = ()
    by: str = ""
    order: str = ""
    limit: int = 1000
    joined: str = ""


class FoundObject(msgspec.Struct, frozen=True):
    """`rank` as in model.search.SearchHit."""

    uid: str
    namespace: str
    name: str
    created: int
    rank: int


class HeadStatus(msgspec.Struct, frozen=True):
    """What the catalog keeps of a kind that nobody reads whole. `read_at`: wall clock of its last complete list,
    which `rows` are of; `left_out` as in KindStatus."""

    resource: Resource
    rows: int = 0
    read_at: float | None = None
    left_out: str = ""


class HeadsQuery(msgspec.Struct, frozen=True):
    """As SearchQuery, of these kinds of the catalog, which has the columns namespace, name and labels. Matches are
    looked for among what each of `letters` finds (FTS5 expressions), what begins with one of `begins`, and what is in
    `namespace`."""

    resources: tuple[Resource, ...]
    words: tuple[str, ...]
    where: str
    params: tuple[Value, ...] = ()
    letters: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    namespace: str = ""


class RowWriter(Protocol):
    """The writer lease of one epoch. After another epoch has taken the lease (or the store closed) every call is a
    no-op that returns False, so late work of an old runtime never reaches the rows. Writes run in the store's writer
    thread, in order; the awaiting caller may be cancelled, the write then still lands whole or not at all.

    Every call raises InternalError where rows cannot be kept (disk full, a damaged file, which is begun anew): the
    caller must list again from `begin`."""

    async def keep(self, resource: Resource, columns: Sequence[Column]) -> bool:
        """Before the first `begin` of a kind that the store was not opened with. Rows kept with other columns go."""
        ...

    async def begin(self, resource: Resource) -> bool:
        """A fresh list starts: rows present stay shown, and those it does not bring are dropped by `finish`."""
        ...

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool: ...

    async def delete(self, resource: Resource, uids: Sequence[str]) -> bool: ...

    async def finish(self, resource: Resource, resource_version: str, left_out: str = "") -> bool:
        """The list is complete: drops what it did not bring, notes the time, and what it leaves out."""
        ...

    async def touch(self, resource: Resource, resource_version: str) -> bool:
        """A bookmark or a live watch: rows are current as of now."""
        ...

    async def stale(self, resource: Resource) -> bool:
        """The list or watch was lost: rows stay, no longer current."""
        ...

    def heads(self) -> RowWriter:
        """The same lease, writing into the catalog: of each row uid, namespace, name, created and labels."""
        ...


class Frozen(Protocol):
    """Rows of one question as they were at one moment, whatever is written since."""

    @property
    def rows(self) -> int:
        """All of them."""
        ...

    async def read(self, start: int, limit: int) -> list[tuple[Value, ...]]:
        """One call at a time. Raises RefusedError once they are let go, by the caller or because the store is closed or
        its file begun anew. Cancelling interrupts it."""
        ...

    def release(self) -> None:
        """Lets them go; idempotent."""
        ...


class Store(Protocol):
    """Rows of one cluster; outlives runtimes and the process."""

    def lease(self, epoch: int) -> RowWriter:
        """Revokes the lease before. Synchronous, so that a commit can take it."""
        ...

    def status(self, resource: Resource) -> KindStatus: ...

    def columns(self, resource: Resource) -> tuple[Column, ...]:
        """What is kept of each row of a kind; empty where the kind is not kept here."""
        ...

    def resources(self) -> tuple[Resource, ...]:
        """The kinds that are kept here."""
        ...

    def subscribe(self, listener: Callable[[Resource], None]) -> Callable[[], None]:
        """`listener(resource)` on the loop after each write that changed rows or status. Returns how to stop it."""
        ...

    async def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        """Rows in the order of `query.columns`. Readers never wait for the writer. Cancelling interrupts it."""
        ...

    async def freeze(self, resource: Resource, query: PageQuery) -> Frozen:
        """All rows of the query, whose limit, offset and `after` do not count. The log of the file grows until they are
        released."""
        ...

    async def search(self, queries: Mapping[Resource, SearchQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        """Objects of these kinds, in one read; at most `limit` of each, the best of its matches."""
        ...

    def heads(self) -> Mapping[Resource, HeadStatus]:
        """The kinds that the catalog keeps."""
        ...

    async def search_heads(self, queries: Sequence[HeadsQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        """Objects of the catalog, in one read; at most `limit` for each query, the best of its matches."""
        ...

    async def tally(self, resource: Resource, query: TallyQuery) -> Tally:
        """Which values rows have, in a bounded time."""
        ...

    async def groups(self, resource: Resource, queries: Sequence[GroupsQuery]) -> list[Groups]:
        """One answer for each query, in one read."""
        ...

    async def select(self, resource: Resource, queries: Sequence[SelectQuery]) -> list[list[tuple[Value, ...]]]:
        """The rows of each query's answer, in one read."""
        ...

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
        """`absent`, `derived` and `first` as in PageQuery. `among`: conditions that exclude each other, one of which
        must hold as well; each is sought by itself, in an index that serves it."""
        ...

    async def aggregate(
        self, resource: Resource, expressions: tuple[str, ...], where: str = "", params: tuple[Value, ...] = ()
    ) -> tuple[Value, ...]:
        """One row of SQL aggregates, as `sum(health = 'ok')`."""
        ...

    async def verify(self, uid: str) -> bool:
        """Compares with the kube-system UID noted before (and notes it): False means another server's rows were here;
        they have been discarded."""
        ...

    async def close(self) -> None: ...
