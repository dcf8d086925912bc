"""Few rows among many, by a text that is empty or not: an index of theirs alone finds them."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import apsw
import pytest

from quarterdeck.catalog.domains.workloads import PARTS
from quarterdeck.catalog.owners import Others
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.stores.schema import Table

BASE = tuple(Column(name, ColumnType.TEXT) for name in ("uid", "namespace", "name", "created"))


@pytest.mark.parametrize(("where", "few"), [("owner <> ''", ["b", "d"]), (Others("Others", ("Job",)).sql, ["a", "d"])])
def test_rows_that_are_few_are_found_by_an_index_of_theirs(where: str, few: list[str]) -> None:
    table = Table(PODS, (*BASE, Column("owner", ColumnType.TEXT, sparse=where)))
    db = apsw.Connection(":memory:")
    db.execute(table.create())
    for statement in table.indexes():
        db.execute(statement)
    for name, owner in (("a", ""), ("b", "Job/x"), ("c", None), ("d", "Node/x")):
        db.execute(f"INSERT INTO {table.name} VALUES(NULL, ?1, 'shop', ?1, 0, ?2)", (name, owner))
    asked = f"FROM {table.name} WHERE ({where})"
    plan = " ".join(str(row) for row in db.execute(f"EXPLAIN QUERY PLAN SELECT * {asked}"))
    assert "core/v1/pods/owner/few" in plan
    assert sorted(str(row[0]) for row in db.execute(f"SELECT name {asked}")) == few


def test_pods_and_replica_sets_that_no_workload_made_are_found_so() -> None:
    for kind in (POD_KIND, REPLICASET_KIND):
        [part] = [part for part in PARTS if part.spec is kind]
        owner = kind.column("owner")
        assert owner is not None and part.only is not None and owner.sparse == part.only.sql
