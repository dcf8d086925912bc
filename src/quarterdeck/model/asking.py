"""Questions in SQL: what is asked, and what the server answers."""

from __future__ import annotations

from typing import Annotated

import msgspec

MOST_SQL = 100_000
"""Characters of one question."""

Cell = str | int | float | None


class QueryQuestion(msgspec.Struct, frozen=True):
    """`clusters`: names, IDs or keys, with `*` and `?`; none means all of which anything is kept. `limit`: rows of the
    answer at most; none, and no more than, the setting query.most_rows. `look`: kinds that it reads are kept current
    for a minute in those of the clusters that are open, and one that nobody looked at there yet is waited for."""

    sql: Annotated[str, msgspec.Meta(max_length=MOST_SQL)]
    clusters: Annotated[list[Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=2000)] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] | None = None
    look: bool = False


class QueryColumn(msgspec.Struct, frozen=True):
    """`type`: text, integer, real, time (seconds since the epoch), json (text that holds JSON), or empty where values
    differ or there are none."""

    name: str
    type: str


class QueryKind(msgspec.Struct, frozen=True):
    """How one table of the question stands in one cluster. `state`: live; stale (of before, `seen_at`: when they were
    last known current); partial (its list has not come to its end); missing (nothing is kept: nobody looked at it);
    forbidden; not_served. `resource` is a path as `apps/v1/deployments`."""

    table: str
    state: str
    seen_at: float | None = None
    message: str = ""
    resource: str = ""


class QueryPart(msgspec.Struct, frozen=True):
    """One cluster's share. `cluster` is what the column of that name holds. `included`: its rows are in the answer.
    `stale`: some are of before, the oldest of `seen_at` (seconds since the epoch). `failure`: why it gave nothing."""

    key: str
    id: str
    cluster: str
    included: bool
    stale: bool
    seen_at: float | None = None
    kinds: list[QueryKind] = []
    failure: str = ""


class QueryAnswer(msgspec.Struct, frozen=True):
    """`truncated`: there are more rows than were asked for, or than may be sent. `whole`: all rows of every kind asked
    for, of every cluster asked, as they are now. `unopened`: clusters of which nothing is kept, and which were not
    named. `ms`: how long it took. `mark`: rows written later are not in it, see QueryWatch."""

    columns: list[QueryColumn]
    rows: list[list[Cell]]
    count: int
    truncated: bool
    whole: bool
    parts: list[QueryPart]
    unopened: int
    ms: float
    mark: str = ""


class QueryTable(msgspec.Struct, frozen=True):
    """A table that a question may name, as `name` or as `qualified` (in double quotes). `clusters`: how many keep
    rows of it."""

    name: str
    qualified: str
    columns: list[QueryColumn]
    clusters: int


class QuerySchema(msgspec.Struct, frozen=True):
    """`functions`: those that a question may use."""

    tables: list[QueryTable]
    functions: list[str]


class QueryWatch(msgspec.Struct, frozen=True):
    """Whether an answer is still as it was: `mark` is the answer's, `kinds` its resources, `clusters` keys; none means
    any."""

    mark: Annotated[str, msgspec.Meta(max_length=100)]
    kinds: Annotated[list[Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=200)]
    clusters: Annotated[list[Annotated[str, msgspec.Meta(max_length=100)]], msgspec.Meta(max_length=2000)] = []


class QueryChanged(msgspec.Struct, frozen=True):
    """`changed`: rows of these kinds were written since the mark; False when none were for a while."""

    changed: bool


class QueryPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question to be kept, under a name. `clusters` as in QueryQuestion."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    sql: Annotated[str, msgspec.Meta(max_length=MOST_SQL)]
    clusters: Annotated[list[Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=2000)] = []


class SavedQuery(msgspec.Struct, frozen=True):
    """`id` is whoever saved it first's choice. `saved_at` in seconds since the epoch."""

    id: str
    name: str
    sql: str
    clusters: list[str] = []
    saved_at: float = 0.0


class SavedQueries(msgspec.Struct, frozen=True):
    """By name."""

    queries: list[SavedQuery]
