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
    found: list[str] = []
    params: list[Value] = []
    for word in query.words:
        # A stretch of the index on names, so that no cap of other matches loses a name that begins with the word.
        stretch = f"SELECT _id FROM {table.name} WHERE name >= ? AND name < ? AND {query.where}"  # noqa: S608 - quoted
        found.append(f"SELECT _id FROM ({stretch} ORDER BY name LIMIT ?)")  # noqa: S608 - quoted
        params += [word, word + _LAST, *query.params, limit]
    if query.scan:
        # SQLite walks the narrowest index that holds what is asked for, not the table.
        every = f"SELECT _id FROM {table.name} WHERE {query.where} LIMIT ?"  # noqa: S608 - quoted
        found.append(f"SELECT _id FROM ({every})")  # noqa: S608 - quoted
        params += [*query.params, MOST_MATCHES]
    rank = (
        "CASE WHEN name = ? THEN 0 WHEN substr(name, 1, length(?)) = ? THEN 1 "
        "WHEN instr(name, '-' || ?) OR instr(name, '.' || ?) THEN 2 WHEN instr(name, ?) THEN 3 ELSE 4 END"
    )
    best = ", ".join([rank] * len(query.words))
    picked = (
        f"SELECT uid, namespace, name, created, min(4, {best}) AS rank FROM {table.name} "  # noqa: S608 - quoted
        f"WHERE _id IN ({' UNION '.join(found)}) ORDER BY rank, length(name), name, namespace LIMIT ?"
    )
    rows = f"SELECT json_group_array(json_array(uid, namespace, name, created, rank)) FROM ({picked})"  # noqa: S608
    ranked = [word for word in query.words for _ in range(6)]
    return _rows.decode(str(db.execute(rows, (*ranked, *params, limit)).get))
