"""Rows of a table with indexes: whatever changes in them, they are as if each had been written whole."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.stores.file import StoreFile
from quarterdeck.stores.protocol import Row
from quarterdeck.stores.schema import Table
from quarterdeck.stores.upserting import Key, Plan, Values, plan

COLUMNS = (
    Column("uid", ColumnType.TEXT),
    Column("namespace", ColumnType.TEXT),
    Column("name", ColumnType.TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
    Column("status", ColumnType.TEXT, indexed=True),
    Column("restarts", ColumnType.INTEGER, indexed=True),
    Column("message", ColumnType.TEXT, sparse="message <> ''"),
)
TABLE = Table(PODS, COLUMNS)


def _made(name: str, made: int, status: str, restarts: int, message: str | None) -> Row:
    return {
        "uid": f"{name}-{made}",
        "namespace": "shop",
        "name": name,
        "created": made,
        "status": status,
        "restarts": restarts,
        "message": message,
    }


_row = st.builds(
    _made,
    st.sampled_from("abcdef"),
    st.integers(0, 1),
    st.sampled_from(["", "Running", "Error"]),
    st.integers(0, 2),
    st.none() | st.sampled_from(["", "why"]),
)


def _alive() -> bool:
    return True


@given(st.lists(st.lists(_row, min_size=1, max_size=8), min_size=1, max_size=6))
@settings(deadline=None, max_examples=40)
def test_any_batches_leave_what_came_last_and_are_counted_right(batches: list[list[Row]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.db"
        file = StoreFile(path, {PODS: COLUMNS}, time.time)
        file.begin(_alive, PODS)
        file.finish(_alive, PODS, "1")
        for statement in TABLE.indexes():
            file.index(_alive, PODS, statement)
        expected: dict[object, Row] = {}
        for batch in batches:
            # One object a name and batch: another that took its name comes in a later one.
            rows = list({row["name"]: row for row in batch}.values())
            status = file.upsert(_alive, PODS, rows)
            expected |= {row["name"]: row for row in rows}
            assert status is not None
            assert status.rows == len(expected)
        file.close()
        db = apsw.Connection(str(path))
        shown = ", ".join(TABLE.names)
        found: set[tuple[object, ...]] = {tuple(row) for row in db.execute(f"SELECT {shown} FROM {TABLE.name}")}
        assert found == {tuple(row[name] for name in TABLE.names) for row in expected.values()}
        assert db.execute("PRAGMA integrity_check").get == "ok"
        db.close()


def values(uid: str, status: str, restarts: int) -> Values:
    return [uid, "shop", "web", 1, status, restarts, None]


def test_a_row_is_written_with_the_indexed_columns_that_change_in_it_and_no_other() -> None:
    known: dict[Key, tuple[int, Values]] = {("shop", "web"): (7, ["u", "Running", 0])}
    assert plan(TABLE, [values("u", "Running", 0)], known) == Plan([], {(): [values("u", "Running", 0)]})
    assert plan(TABLE, [values("u", "Error", 0)], known) == Plan([], {("status",): [values("u", "Error", 0)]})
    every = ("status", "restarts")
    assert plan(TABLE, [values("u", "Error", 1)], known) == Plan([], {every: [values("u", "Error", 1)]})
    assert plan(TABLE, [values("new", "Running", 0)], known) == Plan([7], {every: [values("new", "Running", 0)]})
    assert plan(TABLE, [values("u", "Running", 0)], {}) == Plan([], {every: [values("u", "Running", 0)]})
