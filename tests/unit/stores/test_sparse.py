"""Few rows among many, by a text that is empty or not: an index of theirs alone finds them."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import apsw
import pytest

from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.stores.schema import Table

BASE = tuple(Column(name, ColumnType.TEXT) for name in ("uid", "namespace", "name", "created"))


@pytest.mark.parametrize(("sparse", "where"), [("empty", "owner = ''"), ("filled", "owner <> ''")])
def test_rows_whose_text_is_empty_or_is_not_are_found_by_an_index_of_theirs(sparse: str, where: str) -> None:
    table = Table(PODS, (*BASE, Column("owner", ColumnType.TEXT, sparse="empty" if sparse == "empty" else "filled")))
    db = apsw.Connection(":memory:")
    db.execute(table.create())
    for statement in table.indexes():
        db.execute(statement)
    for name, owner in (("a", ""), ("b", "Job/x"), ("c", None)):
        db.execute(f"INSERT INTO {table.name} VALUES(NULL, ?1, 'shop', ?1, 0, ?2)", (name, owner))
    plan = " ".join(str(row) for row in db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {table.name} WHERE {where}"))
    assert f"core/v1/pods/owner/{sparse}" in plan
    found = [row[0] for row in db.execute(f"SELECT name FROM {table.name} WHERE {where}")]
    assert found == (["a"] if sparse == "empty" else ["b"])


def test_pods_and_replica_sets_that_nothing_made_are_found_so() -> None:
    for kind in (POD_KIND, REPLICASET_KIND):
        owner = kind.column("owner")
        assert owner is not None and owner.sparse == "empty"
