"""Questions in SQL: what is asked, and what the server answers."""

from __future__ import annotations

from typing import Annotated

import msgspec

MOST_SQL = 100_000
"""Characters of one question."""

Cell = str | int | float | None


class QueryQuestion(msgspec.Struct, frozen=True):
    """`clusters`: names, IDs or keys, with `*` and `?`; none means all of which anything is kept. `limit`: rows of the
    answer at most; none, and no more than, the setting query.most_rows."""

    sql: Annotated[str, msgspec.Meta(max_length=MOST_SQL)]
    clusters: Annotated[list[Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=2000)] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] | None = None


class QueryColumn(msgspec.Struct, frozen=True):
    """`type`: text, integer, real, time (seconds since the epoch), json (text that holds JSON), or empty where values
    differ or there are none."""

    name: str
    type: str


class QueryKind(msgspec.Struct, frozen=True):
    """How one table of the question stands in one cluster. `state`: live; stale (of before, `seen_at`: when they were
    last known current); partial (its list has not come to its end); missing (nothing is kept: nobody looked at it);
    forbidden; not_served."""

    table: str
    state: str
    seen_at: float | None = None
    message: str = ""


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
    named. `ms`: how long it took."""

    columns: list[QueryColumn]
    rows: list[list[Cell]]
    count: int
    truncated: bool
    whole: bool
    parts: list[QueryPart]
    unopened: int
    ms: float


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
