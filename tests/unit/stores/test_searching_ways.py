"""A part of an address is looked for in an index of addresses, not in the rows."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import apsw

from quarterdeck.catalog.pods import COLUMNS
from quarterdeck.catalog.search_terms import query_of, words_of
from quarterdeck.model.kinds import PODS
from quarterdeck.stores.schema import Table
from quarterdeck.stores.searching import search

NAMES = tuple(column.name for column in COLUMNS)
ROWS = (
    ("uid-1", "shop", "web-1", "10.4.0.7"),
    ("uid-2", "shop", "web-10.4", "10.9.0.1"),
    ("uid-3", "shop", "db-0", "10.9.0.2"),
    ("uid-4", "10.4", "db-1", "fd00::10"),
)


def filled() -> tuple[apsw.Connection, Table]:
    db, table = apsw.Connection(":memory:"), Table(PODS, COLUMNS)
    db.execute(table.create())
    for uid, namespace, name, ip in ROWS:
        row = {"uid": uid, "namespace": namespace, "name": name, "ip": ip, "created": 1}
        db.execute(table.upsert(1, None), table.values(row))
    for statement in table.indexes():
        db.execute(statement)
    return db, table


def found(text: str) -> list[str]:
    db, table = filled()
    query = query_of(words_of(text), NAMES, frozenset(), ())
    assert query is not None
    try:
        return [one.uid for _, one in search(db, [(table, query)], 10)]
    finally:
        db.close()


def test_an_address_is_found_where_it_is_one_and_in_names_too() -> None:
    assert found("10.4") == ["uid-2", "uid-4", "uid-1"]
    assert found("10.9.0.2") == ["uid-3"]
    assert found("FD00::1") == ["uid-4"]
    assert found("10.77") == []


def test_no_row_is_read_for_it_but_those_that_match() -> None:
    db, table = filled()
    query = query_of(words_of("10.4"), NAMES, frozenset(), ())
    assert query is not None and len(query.ways) == 2
    for where, params in query.ways:
        (plan,) = db.execute(f"EXPLAIN QUERY PLAN SELECT _id FROM {table.name} WHERE {where}", params)
        assert "COVERING INDEX" in str(plan[3])
    db.close()
