"""Objects of one store by a few letters: every kind in one read, each at the pace of its narrowest index."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Sequence

import apsw
import msgspec

from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import FoundObject, SearchQuery, Value
from quarterdeck.stores.schema import Table

MOST_MATCHES = 1000
"""Of one kind, before they are ranked (DESIGN, search_p99_ms)."""
_LAST = "\U0010ffff"

_rows = msgspec.json.Decoder(list[tuple[str, str, str, int, int]])


def search(
    db: apsw.Connection, tables: Sequence[tuple[Table, SearchQuery]], limit: int
) -> list[tuple[Resource, FoundObject]]:
    """The best of each kind, at most `limit` of one."""
    return [(table.resource, FoundObject(*row)) for table, query in tables for row in _of_kind(db, table, query, limit)]


def _of_kind(db: apsw.Connection, table: Table, query: SearchQuery, limit: int) -> list[tuple[str, str, str, int, int]]:
    ids: list[str] = []
    params: list[Value] = []
    for word in query.words:
        sql, more = stretch(table.name, word, query.where, query.params, limit)
        ids.append(sql)
        params += more
    if query.scan:
        # SQLite walks the narrowest index that holds what is asked for, not the table.
        for where, values in query.ways or ((query.where, query.params),):
            every = f"SELECT _id FROM {table.name} WHERE {where} LIMIT ?"  # noqa: S608 - quoted
            ids.append(f"SELECT _id FROM ({every})")  # noqa: S608 - quoted
            params += [*values, MOST_MATCHES]
    picked, ranking = ranked(table.name, "", query.words, ids)
    rows = f"SELECT json_group_array(json_array(uid, namespace, name, created, rank)) FROM ({picked})"  # noqa: S608
    return _rows.decode(str(db.execute(rows, (*ranking, *params, limit)).get))


def stretch(table: str, word: str, where: str, params: Sequence[Value], limit: int) -> tuple[str, list[Value]]:
    """Ids of rows whose name begins with the word: a stretch of the index on names, so that no cap of other matches
    loses one."""
    begin = f"SELECT _id FROM {table} WHERE name >= ? AND name < ? AND {where}"  # noqa: S608 - quoted
    sql = f"SELECT _id FROM ({begin} ORDER BY name LIMIT ?)"  # noqa: S608 - quoted
    return sql, [word, word + _LAST, *params, limit]


def ranked(table: str, more: str, words: Sequence[str], ids: Sequence[str]) -> tuple[str, list[str]]:
    """The rows of these ids, best first, and the parameters that rank them. `more` columns go before the others. Needs
    a limit as the last parameter."""
    rank = (
        "CASE WHEN name = ? THEN 0 WHEN substr(name, 1, length(?)) = ? THEN 1 "
        "WHEN instr(name, '-' || ?) OR instr(name, '.' || ?) THEN 2 WHEN instr(name, ?) THEN 3 ELSE 4 END"
    )
    best = ", ".join([rank] * len(words))
    picked = (
        f"SELECT {more}uid, namespace, name, created, min(4, {best}) AS rank FROM {table} "  # noqa: S608 - quoted
        f"WHERE _id IN ({' UNION '.join(ids)}) ORDER BY rank, length(name), name, namespace LIMIT ?"
    )
    return picked, [word for word in words for _ in range(6)]
