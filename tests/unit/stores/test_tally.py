"""Which values rows have, in a bounded time."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import apsw
import pytest

from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.stores import tallying
from quarterdeck.stores.protocol import TallyQuery
from quarterdeck.stores.schema import Table

TABLE = Table(
    PODS,
    [
        Column("uid", ColumnType.TEXT),
        Column("namespace", ColumnType.TEXT, indexed=True),
        Column("name", ColumnType.TEXT, indexed=True),
        Column("created", ColumnType.TIME, indexed=True),
        Column("status", ColumnType.TEXT),
    ],
)
MANY = 4 * tallying.STRETCH


@pytest.fixture(scope="module")
def db() -> apsw.Connection:
    """A status of every thousandth row is rare; a namespace of each stretch of 500 rows."""
    made = apsw.Connection(":memory:")
    made.execute(TABLE.create())
    made.executemany(
        f"INSERT INTO {TABLE.name}(uid, namespace, name, created, status) VALUES(?, ?, ?, 0, ?)",
        [(str(n), f"ns-{n // 500:03}", f"pod-{n}", "Rare" if n % 1000 == 0 else "Running") for n in range(MANY)],
    )
    for statement in TABLE.indexes():
        made.execute(statement)
    return made


def test_with_time_all_rows_are_counted(db: apsw.Connection) -> None:
    found = tallying.tally(db, TABLE, TallyQuery("t.status", seconds=60))
    assert found.values == (("Running", MANY - MANY // 1000 - 1), ("Rare", MANY // 1000 + 1))
    assert found.whole


def test_without_time_a_part_is_counted_and_said_to_be_one(db: apsw.Connection) -> None:
    found = tallying.tally(db, TABLE, TallyQuery("t.status", seconds=0))
    assert sum(rows for _, rows in found.values) == tallying.STRETCH
    assert not found.whole


def test_values_of_an_index_are_found_whatever_the_time(db: apsw.Connection) -> None:
    asked = TallyQuery("t.namespace", "%ns-02%", seconds=0, seek="namespace", begins="ns-02", limit=20)
    found = tallying.tally(db, TABLE, asked)
    assert {f"ns-02{n}" for n in range(10)} <= {value for value, _ in found.values}
    assert not found.whole


def test_more_values_than_were_asked_for_are_not_the_whole(db: apsw.Connection) -> None:
    found = tallying.tally(db, TABLE, TallyQuery("t.namespace", "%", seconds=60, limit=3))
    assert [rows for _, rows in found.values] == [500, 500, 500]
    assert not found.whole


def test_of_no_rows_there_are_no_values() -> None:
    empty = apsw.Connection(":memory:")
    empty.execute(TABLE.create())
    assert tallying.tally(empty, TABLE, TallyQuery("t.status")).values == ()
