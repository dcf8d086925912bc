"""Rows of one kind that are alike, as one each: how many, since when, and what the oldest of them says; and what else
is asked of a kind in SQL of our own."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Sequence

import apsw
import msgspec

from quarterdeck.stores.protocol import Groups, GroupsQuery, SelectQuery, Value
from quarterdeck.stores.schema import Table

_rows = msgspec.json.Decoder(list[list[str | int | float | None]])


def groups(db: apsw.Connection, table: Table, queries: Sequence[GroupsQuery]) -> list[Groups]:
    return [_one(db, table, query) for query in queries]


def select(db: apsw.Connection, table: Table, queries: Sequence[SelectQuery]) -> list[list[tuple[Value, ...]]]:
    return [_selected(db, table, query) for query in queries]


def _selected(db: apsw.Connection, table: Table, query: SelectQuery) -> list[tuple[Value, ...]]:
    values = ", ".join(f"{value} AS v{at}" for at, value in enumerate(query.values))
    named = ", ".join(f"v{at}" for at in range(len(query.values)))
    parts = (("WHERE", query.where), ("GROUP BY", query.by), ("ORDER BY", query.order))
    rest = " ".join(f"{word} {said}" for word, said in parts if said)
    rows = f"SELECT {values} FROM {table.name} AS t {query.joined} {rest} LIMIT ?"  # noqa: S608 - ours, and quoted
    # One JSON row: see paging.page.
    answer = f"SELECT json_group_array(json_array({named})) FROM ({rows})"  # noqa: S608 - as above
    return [tuple(row) for row in _rows.decode(str(db.execute(answer, (*query.params, query.limit)).get))]


def _one(db: apsw.Connection, table: Table, query: GroupsQuery) -> Groups:
    values = "".join(f", {value} AS v{at}" for at, value in enumerate(query.values))
    # With one min() SQLite takes what stands bare from the row that has it (lang_select, bare columns).
    alike = (
        f"SELECT count(*) AS rows, min({query.since}) AS since{values} "  # noqa: S608 - ours, and quoted
        f"FROM {table.name} AS t WHERE {query.where} GROUP BY {query.by}"
    )
    named = "".join(f", v{at}" for at in range(len(query.values)))
    counted = f"SELECT *, count(*) OVER () AS alike, sum(rows) OVER () AS every FROM ({alike})"  # noqa: S608 - as above
    newest = f"SELECT * FROM ({counted}) ORDER BY since DESC LIMIT ?"  # noqa: S608 - as above
    answer = f"SELECT json_group_array(json_array(alike, every, rows, since{named})) FROM ({newest})"  # noqa: S608
    found = _rows.decode(str(db.execute(answer, (*query.params, query.limit)).get))
    if not found:
        return Groups((), 0, 0)
    rows: tuple[tuple[Value, ...], ...] = tuple(tuple(row[2:]) for row in found)
    return Groups(rows, int(found[0][0] or 0), int(found[0][1] or 0))
