"""The catalog of a store: names and labels of objects of kinds that nobody reads whole, in one table, found by letters.

One table for all kinds, for a search asks hundreds of kinds at once. A trigram index (FTS5) stands beside it; it costs
ten times what a row costs, so kinds whose changes are followed are not kept here. Blocking: for the store's threads.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import FoundObject, HeadsQuery, HeadStatus, Row, Value
from quarterdeck.stores.searching import MOST_MATCHES, ranked, stretch

CHUNK = 200
"""Rows a transaction, about 10 ms: then other writes have their turn."""
_KEYS = "(SELECT value ->> 0, value ->> 1 FROM json_each(?))"
_found = msgspec.json.Decoder(list[tuple[int, str, str, str, int, int]])


def read_statuses(db: apsw.Connection) -> dict[Resource, HeadStatus]:
    found: dict[Resource, HeadStatus] = {}
    for path, rows, read_at, left_out in db.execute("SELECT resource, rows, read_at, left_out FROM head_kinds"):
        resource = Resource.parse(str(path))
        at = None if read_at is None else float(str(read_at))
        found[resource] = HeadStatus(resource, int(str(rows)), at, str(left_out))
    return found


def clear(db: apsw.Connection) -> None:
    """They are of another server."""
    db.execute("DELETE FROM heads")
    db.execute("DELETE FROM head_letters")
    db.execute("DELETE FROM head_kinds")


def begin(db: apsw.Connection, resource: Resource) -> HeadStatus:
    db.execute(
        "INSERT INTO head_kinds(resource, rows, list) VALUES(?, 0, 1) "
        "ON CONFLICT(resource) DO UPDATE SET list = list + 1",
        (resource.path,),
    )
    return _status(db, resource)


def put(db: apsw.Connection, resource: Resource, rows: Sequence[Row]) -> HeadStatus:
    """What is as it was is only marked as seen: the letters are the dear part."""
    kind, number = _kind(db, resource)
    values = [[row["namespace"], row["name"], row["uid"], row["created"], row["labels"]] for row in rows]
    changed = (
        "SELECT json_group_array(json(j.value)) FROM json_each(?) AS j LEFT JOIN heads AS h ON h.kind = ? "
        "AND h.namespace = j.value ->> 0 AND h.name = j.value ->> 1 "
        "WHERE h._id IS NULL OR h.uid <> j.value ->> 2 OR h.labels <> j.value ->> 4"
    )
    every = _json(values)
    news = str(db.execute(changed, (every, kind)).get)
    db.execute(f"UPDATE heads SET list = ? WHERE kind = ? AND (namespace, name) IN {_KEYS}", (number, kind, every))  # noqa: S608
    db.execute(
        "INSERT INTO heads(kind, namespace, name, uid, created, labels, list) SELECT ?, value ->> 0, value ->> 1, "
        "value ->> 2, value ->> 3, value ->> 4, ? FROM json_each(?) WHERE true ON CONFLICT(kind, namespace, name) "
        "DO UPDATE SET uid = excluded.uid, created = excluded.created, labels = excluded.labels",
        (kind, number, news),
    )
    db.execute(
        "INSERT OR REPLACE INTO head_letters(rowid, name, namespace, labels) SELECT _id, name, namespace, labels "  # noqa: S608
        f"FROM heads WHERE kind = ? AND (namespace, name) IN {_KEYS}",
        (kind, news),
    )
    return _status(db, resource)


def finish(db: apsw.Connection, resource: Resource, now: float, left_out: str = "") -> HeadStatus:
    """Drops what the list did not bring."""
    kind, number = _kind(db, resource)
    gone = "SELECT _id FROM heads WHERE kind = ? AND list <> ?"
    db.execute(f"DELETE FROM head_letters WHERE rowid IN ({gone})", (kind, number))  # noqa: S608 - ours
    db.execute("DELETE FROM heads WHERE kind = ? AND list <> ?", (kind, number))
    counted = "(SELECT count(*) FROM heads WHERE kind = ?1)"
    noted = f"read_at = ?2, left_out = ?3, rows = {counted}"
    db.execute(f"UPDATE head_kinds SET {noted} WHERE kind = ?1", (kind, now, left_out))  # noqa: S608 - ours
    return _status(db, resource)


def search(db: apsw.Connection, queries: Sequence[HeadsQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
    """The best of each query, at most `limit` of one."""
    numbers = {str(path): int(str(kind)) for path, kind in db.execute("SELECT resource, kind FROM head_kinds")}
    found: list[tuple[Resource, FoundObject]] = []
    for query in queries:
        here = {number: r for r in query.resources if (number := numbers.get(r.path)) is not None}
        if here:
            for kind, uid, namespace, name, created, rank in _search(db, query, tuple(here), limit):
                found.append((here[kind], FoundObject(uid, namespace, name, created, rank)))
    return found


def _search(
    db: apsw.Connection, query: HeadsQuery, kinds: tuple[int, ...], limit: int
) -> list[tuple[int, str, str, str, int, int]]:
    # The plus keeps SQLite from walking all rows of all kinds by the key instead of the index that is meant.
    where = f"+kind IN (SELECT value FROM json_each(?)) AND {query.where}"  # noqa: S608 - ours
    within: tuple[Value, ...] = (_json(kinds), *query.params)
    ids: list[str] = []
    params: list[Value] = []
    for word in query.begins:
        sql, more = stretch("heads", word, where, within, limit)
        ids.append(sql)
        params += more
    for letters in query.letters:
        found = "(SELECT rowid AS r FROM head_letters WHERE head_letters MATCH ?) CROSS JOIN heads ON _id = r"
        ids.append(f"SELECT _id FROM (SELECT _id FROM {found} WHERE {where} LIMIT ?)")  # noqa: S608 - ours
        params += [letters, *within, MOST_MATCHES]
    if query.namespace:
        ids.append(f"SELECT _id FROM (SELECT _id FROM heads WHERE namespace = ? AND {where} LIMIT ?)")  # noqa: S608
        params += [query.namespace, *within, MOST_MATCHES]
    picked, ranking = ranked("heads", "kind, ", query.words, ids)
    sql = f"SELECT json_group_array(json_array(kind, uid, namespace, name, created, rank)) FROM ({picked})"  # noqa: S608
    return _found.decode(str(db.execute(sql, (*ranking, *params, limit)).get))


def _status(db: apsw.Connection, resource: Resource) -> HeadStatus:
    rows, read_at, left_out = _of(db, "rows, read_at, left_out", resource)
    return HeadStatus(resource, int(rows), None if read_at is None else float(read_at), str(left_out))


def _kind(db: apsw.Connection, resource: Resource) -> tuple[int, int]:
    kind, number = _of(db, "kind, list", resource)
    return int(kind), int(number)


def _of(db: apsw.Connection, columns: str, resource: Resource) -> tuple[Any, ...]:
    sql = f"SELECT {columns} FROM head_kinds WHERE resource = ?"  # noqa: S608 - ours
    return db.execute(sql, (resource.path,)).fetchall()[0]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
