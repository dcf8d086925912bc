"""What is answered to a question, over the files of many clusters, and what is said of them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.asking import answering
from quarterdeck.asking.answering import answer, describe
from quarterdeck.asking.files import BROKEN, GONE, OTHER_VERSION, cluster_of
from quarterdeck.asking.planning import InvalidQuestionError
from quarterdeck.asking.protocol import Answered, Describe, KindShare, Limits, Source
from quarterdeck.model.asking import QueryColumn
from quarterdeck.model.kinds import NODES, PODS, Column, ColumnType, Resource
from quarterdeck.stores.connect import remove
from quarterdeck.stores.protocol import Row
from tests.unit.asking.kept import BASE, KINDS, LIMITS, SEEN, asked, keep, node, pod, rows_of, source
from tests.unit.stores.journal import into_the_file


def pods(count: int, broken: int = 0) -> list[Row]:
    return [pod(n, "CrashLoopBackOff" if n < broken else "Running") for n in range(count)]


@pytest.fixture
def two(tmp_path: Path) -> list[Source]:
    """`prod` is kept current, `old` was so once."""
    nodes = [node(n) for n in range(3)]
    prod = keep(tmp_path, "prod", {PODS: pods(10, 4), NODES: nodes})
    old = keep(tmp_path, "old", {PODS: pods(6, 3)})
    return [source(prod, "prod", PODS, NODES), source(old, "old")]


def ask(sql: str, sources: list[Source], most_files: int = 1000) -> Answered:
    return answer(asked(sql, *sources), most_files)


def test_a_grouped_question_over_all_clusters(two: list[Source]) -> None:
    sql = "SELECT cluster, node, count(*) FROM pods WHERE status='CrashLoopBackOff' GROUP BY 1, 2 ORDER BY 1, 2"
    found = ask(sql, two)
    assert rows_of(found) == [
        ["old", "node-0", 1],
        ["old", "node-1", 1],
        ["old", "node-2", 1],
        ["prod", "node-0", 2],
        ["prod", "node-1", 1],
        ["prod", "node-2", 1],
    ]
    assert found.columns == [
        QueryColumn("cluster", "text"),
        QueryColumn("node", "text"),
        QueryColumn("count(*)", "integer"),
    ]
    assert (found.count, found.truncated) == (6, False)


def test_rows_of_before_are_marked_and_what_is_missing_is_said(two: list[Source]) -> None:
    found = ask("SELECT DISTINCT cluster, stale, seen_at FROM pods ORDER BY 1", two)
    assert rows_of(found) == [["old", 1, SEEN], ["prod", 0, SEEN + 100]]
    assert [c.type for c in found.columns] == ["text", "integer", "time"]
    sql = "SELECT count(*), count(d.name), count(n.name) FROM pods LEFT JOIN deployments d ON 0 LEFT JOIN nodes n ON 0"
    prod, old = ask(sql, two).shares
    assert prod.kinds == [
        KindShare("deployments", "apps/v1/deployments", "missing"),
        KindShare("nodes", NODES.path, "live", False, SEEN + 100),
        KindShare("pods", PODS.path, "live", False, SEEN + 100),
    ]
    assert [(kind.table, kind.state, kind.stale) for kind in old.kinds] == [
        ("deployments", "missing", False),
        ("nodes", "missing", False),
        ("pods", "stale", True),
    ]


def test_a_list_that_has_not_come_to_its_end_is_said_to_be_partial(tmp_path: Path) -> None:
    path = keep(tmp_path, "new", {PODS: pods(3)}, complete=False)
    found = ask("SELECT count(*) FROM pods", [source(path, "new", PODS)])
    assert rows_of(found) == [[3]]
    assert [kind.state for kind in found.shares[0].kinds] == ["partial"]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT count(*) FROM pods", [[16]]),
        ("SELECT p.name, n.status FROM pods p JOIN nodes n ON n.name = p.node AND n.cluster = p.cluster "
         "WHERE p.name = 'pod-00001'", [["pod-00001", "Ready"]]),
        ("SELECT count(*) FROM pods JOIN nodes USING (cluster)", [[30]]),
        ("SELECT count(*) FROM (SELECT cluster, name AS node FROM nodes) NATURAL JOIN pods", [[10]]),
        ("SELECT count(*) FROM pods NATURAL JOIN nodes", [[0]]),
        ("WITH p AS (SELECT cluster c, max(restarts) m FROM pods GROUP BY 1) SELECT c, m FROM p ORDER BY 1",
         [["old", 4], ["prod", 4]]),
        ("SELECT name FROM pods WHERE restarts = (SELECT max(restarts) FROM pods) ORDER BY name LIMIT 1",
         [["pod-00004"]]),
        ("SELECT upper(status) AS status FROM pods GROUP BY status ORDER BY status",
         [["CRASHLOOPBACKOFF"], ["RUNNING"]]),
        ("SELECT labels ->> 'app', count(*) FROM \"pods\" GROUP BY 1", [["web", 16]]),
        ("SELECT count(*) FROM pods, json_each(pods.labels) WHERE value = 'web'", [[16]]),
        ("SELECT count(*) FROM \"deployments.apps\"", [[0]]),
        ("SELECT cluster, name, rank() OVER (PARTITION BY cluster ORDER BY created DESC) r FROM pods "
         "ORDER BY r, cluster LIMIT 2", [["old", "pod-00005", 1], ["prod", "pod-00009", 1]]),
        ("SELECT datetime(created, 'unixepoch') FROM pods WHERE name = 'pod-00001' AND cluster = 'old'",
         [["2020-09-13 12:26:41"]]),
        ("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT sum(x) FROM n", [[15]]),
        ("WITH c AS (SELECT DISTINCT cluster FROM pods) SELECT count(*) FROM c", [[2]]),
        ("VALUES (1, NULL), (x'00ff', 9e999)", [[1, None], ["x'00ff'", None]]),
        ("/* who */ SELECT 1 -- one\n;", [[1]]),
        ("SELECT (SELECT count(*) FROM nodes WHERE status = 'Ready') FROM pods LIMIT 1", [[3]]),
        ("SELECT count(*) FROM pods WHERE CLUSTER = 'prod' AND Stale = 0", [[10]]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("most_files", [1000, 1])
def test_any_select_is_answered_however_many_files_there_are(
    two: list[Source], sql: str, expected: list[object], most_files: int
) -> None:
    assert rows_of(ask(sql, two, most_files)) == expected


@pytest.mark.parametrize("most_files", [1000, 1])
def test_a_star_gives_every_column_in_order(two: list[Source], most_files: int) -> None:
    found = ask("SELECT * FROM nodes WHERE name = 'node-1'", two, most_files)
    names = [c.name for c in found.columns]
    assert names == ["cluster", "namespace", "name", "created", "status", "labels", "uid", "stale", "seen_at"]
    assert rows_of(found) == [["prod", "", "node-1", 1, "Ready", None, "n-1", 0, SEEN + 100]]
    assert [c.type for c in found.columns if c.name in ("created", "labels")] == ["time", "json"]


SAME_EITHER_WAY = [
    "SELECT count(*) FROM pods WHERE EXISTS (SELECT * FROM nodes n WHERE n.name = node)",
    "SELECT p.* FROM (SELECT name, status FROM pods) p ORDER BY 1, 2",
    "SELECT * FROM (SELECT * FROM pods) ORDER BY cluster, name",
    "SELECT p.*, n.name FROM pods p LEFT JOIN nodes n ON p.node = n.name ORDER BY p.cluster, p.name",
    "SELECT n.name, count(p.uid) FROM pods p RIGHT JOIN nodes n ON p.node = n.name GROUP BY 1 ORDER BY 1",
    "SELECT count(*), sum(p.restarts) FROM pods p FULL JOIN nodes n ON p.node = n.name AND n.cluster = p.cluster",
    "SELECT namespace, count(*) FILTER (WHERE restarts > 1) FROM pods GROUP BY 1 HAVING max(created) > 0 ORDER BY 1",
    "SELECT name, lag(status) OVER (PARTITION BY cluster ORDER BY created) FROM pods ORDER BY cluster, created",
    "SELECT name FROM pods WHERE (cluster, node) IN (SELECT cluster, name FROM nodes) ORDER BY created, restarts",
    "SELECT name AS status FROM pods ORDER BY status, cluster",
    "SELECT name AS status FROM pods WHERE status = 'Running' ORDER BY 1, cluster",
    "SELECT (SELECT status) || (SELECT n.status FROM nodes n WHERE n.name = p.node) FROM pods p ORDER BY cluster, name",
    "SELECT cluster FROM pods UNION SELECT name FROM nodes EXCEPT SELECT 'old' ORDER BY 1",
    "SELECT a.name FROM pods a, pods b WHERE a.name = b.name AND a.cluster < b.cluster ORDER BY 1",
    "SELECT max(restarts), name FROM pods",
    "WITH RECURSIVE t(n, d) AS (SELECT 'node-0', 0 UNION ALL SELECT p.name, d + 1 FROM pods p, t WHERE p.node = t.n "
    "AND d < 1) SELECT d, count(*) FROM t GROUP BY 1",
    "SELECT j.key, j.value, count(*) FROM pods, json_each(labels) j GROUP BY 1, 2",
    "SELECT DISTINCT stale, node FROM pods ORDER BY node DESC, stale LIMIT (SELECT count(*) FROM nodes) OFFSET 1",
    "SELECT CASE WHEN restarts > 2 THEN node ELSE status END AS x, avg(cpu) FROM pods GROUP BY x ORDER BY x",
    "SELECT name FROM nodes WHERE name NOT IN (SELECT node FROM pods WHERE created < 1600000001) ORDER BY uid",
    "SELECT seen_at - created > 0, typeof(cpu), typeof(restarts) FROM pods GROUP BY 1, 2, 3",
    "SELECT count(*) FROM pods p WHERE restarts = '3' OR node = 1 OR cluster = 'prod' OR stale = '1'",
]


@pytest.mark.parametrize("sql", SAME_EITHER_WAY)
def test_an_answer_is_that_of_one_plain_database(two: list[Source], sql: str) -> None:
    """Neither the views, nor the columns they leave out, nor copies show in an answer."""
    with closing(sqlite3.connect(":memory:")) as plain:
        for table in ("pods", "nodes"):
            whole = ask(f"SELECT * FROM {table}", two)
            typed = ", ".join(f"{c.name} {'INTEGER' if c.type == 'time' else c.type}" for c in whole.columns)
            plain.execute(f"CREATE TABLE {table}({typed.replace(' json', ' TEXT')})")
            marks = ", ".join("?" * len(whole.columns))
            plain.executemany(f"INSERT INTO {table} VALUES ({marks})", rows_of(whole))
        expected = [list(row) for row in plain.execute(sql)]
    assert expected
    for most_files in (1000, 1):
        assert rows_of(ask(sql, two, most_files)) == expected


def test_joins_over_as_many_files_as_are_attached_end_in_time(tmp_path: Path) -> None:
    sources = [source(keep(tmp_path, f"c{n}", {PODS: [pod(n)]}), f"c{n}") for n in range(120)]
    sql = "SELECT count(*) FROM pods a JOIN pods b ON a.name = b.name LEFT JOIN pods c ON c.uid = a.uid"
    assert rows_of(ask(sql, sources)) == [[120]]


def test_more_clusters_than_sqlite_attaches(tmp_path: Path) -> None:
    sources = [source(keep(tmp_path, f"c{n}", {PODS: [pod(n), pod(n + 1)]}), f"c{n}") for n in range(130)]
    sql = "SELECT count(*), count(DISTINCT p.cluster), count(DISTINCT q.cluster) FROM pods p JOIN pods q USING (name)"
    found = ask(sql, sources)
    assert rows_of(found) == [[1 + 1 + 129 * 4, 130, 130]]
    assert len(found.shares) == 130
    assert not any(share.failure for share in found.shares)


def test_kinds_of_clusters_that_print_other_columns_stand_in_one_table(tmp_path: Path) -> None:
    old, new = Resource("a.io", "v1beta1", "widgets"), Resource("a.io", "v1", "widgets")
    size, stale = Column("size", ColumnType.INTEGER), Column("stale", ColumnType.TEXT)
    row: Row = {"uid": "1", "namespace": "x", "name": "w", "created": 1}
    one = keep(tmp_path, "one", {old: [{**row, "size": 3}]}, {old: (*BASE, size)})
    two = keep(tmp_path, "two", {new: [{**row, "stale": "no"}]}, {new: (*BASE, stale)})
    found = ask("SELECT cluster, size, stale_, stale FROM widgets ORDER BY 1", [source(one, "one"), source(two, "two")])
    assert rows_of(found) == [["one", 3, None, 1], ["two", None, "no", 1]]


def test_plurals_of_several_groups_are_told_apart(tmp_path: Path) -> None:
    groups = [Resource(group, "v1", "widgets") for group in ("a.io", "b.io")]
    metrics = Resource("metrics.k8s.io", "v1", "pods")
    row: Row = {"uid": "1", "namespace": "x", "name": "w", "created": 1}
    path = keep(tmp_path, "one", {r: [row] for r in (*groups, metrics)}, dict.fromkeys((*groups, metrics), BASE))
    here = [source(path, "one")]
    with pytest.raises(InvalidQuestionError, match=r"several kinds.*: widgets.a.io, widgets.b.io"):
        ask("SELECT * FROM widgets", here)
    assert rows_of(ask('SELECT count(*) FROM "widgets.b.io"', here)) == [[1]]
    assert rows_of(ask('SELECT count(*) FROM "pods.metrics.k8s.io"', here)) == [[1]]
    assert rows_of(ask("SELECT count(*) FROM pods", here)) == [[0]]


def test_what_may_be_asked_is_described(two: list[Source]) -> None:
    described = describe(Describe(two, KINDS, LIMITS))
    tables = {table.name: table for table in described.tables}
    assert {name: table.clusters for name, table in tables.items()} == {"pods": 2, "nodes": 1, "deployments": 0}
    assert tables["deployments"].qualified == "deployments.apps"
    assert tables["pods"].columns[:3] == [QueryColumn(n, "text") for n in ("cluster", "namespace", "name")]
    assert "group_concat" in described.functions
    assert "load_extension" not in described.functions


def test_an_answer_ends_where_it_was_to_end(two: list[Source]) -> None:
    few = asked("SELECT name FROM pods", *two, limits=Limits(5, 100_000_000, 3, 1_000_000))
    found = answer(few)
    assert (found.count, len(rows_of(found)), found.truncated) == (3, 3, True)
    small = asked("SELECT name FROM pods", *two, limits=Limits(5, 100_000_000, 100, 40))
    found = answer(small)
    assert (rows_of(found), found.truncated) == ([["pod-00000"], ["pod-00001"]], True)


def test_a_file_of_another_version_is_left_out_and_said(two: list[Source], tmp_path: Path) -> None:
    other = keep(tmp_path, "other", {PODS: pods(5)})
    with closing(sqlite3.connect(other)) as db:
        db.execute("PRAGMA user_version = 7")
    found = ask("SELECT count(*) FROM pods", [*two, source(other, "other")])
    assert rows_of(found) == [[16]]
    assert [share.failure for share in found.shares] == ["", "", OTHER_VERSION]


def test_files_that_are_no_stores_are_left_out_and_said(two: list[Source], tmp_path: Path) -> None:
    (tmp_path / "rubbish.db").write_bytes(os.urandom(8192))
    (tmp_path / "empty.db").touch()
    paths = [tmp_path / "rubbish.db", tmp_path / "empty.db", tmp_path / "gone.db"]
    found = ask("SELECT count(*) FROM pods", [*two, *(source(path, path.stem) for path in paths)])
    assert rows_of(found) == [[16]]
    assert [share.failure for share in found.shares] == ["", "", BROKEN, OTHER_VERSION, GONE]
    assert not (tmp_path / "gone.db").exists()


def test_a_file_that_proves_damaged_while_it_is_read_is_left_out_and_said(two: list[Source], tmp_path: Path) -> None:
    spoiled = keep(tmp_path, "spoiled", {PODS: pods(5000)})
    into_the_file(spoiled)
    size = spoiled.stat().st_size
    with spoiled.open("r+b") as file:
        file.seek(size // 4 // 4096 * 4096)
        file.write(b"\xff" * (size // 2))
    found = ask("SELECT count(node) FROM pods WHERE restarts >= 0", [*two, source(spoiled, "spoiled")])
    assert rows_of(found) == [[16]]
    assert [share.failure for share in found.shares] == ["", "", BROKEN]


def test_a_file_that_goes_while_it_is_asked_is_left_out_and_said(
    two: list[Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened anew under another identity, or evicted, between two looks at it."""
    going = keep(tmp_path, "going", {PODS: pods(5)})
    views = answering.viewed

    def too_late(*arguments: Any) -> None:
        remove(going)
        views(*arguments)

    monkeypatch.setattr(answering, "viewed", too_late)
    found = ask("SELECT count(*) FROM pods", [*two, source(going, "going")])
    assert rows_of(found) == [[16]]
    assert [share.failure for share in found.shares] == ["", "", GONE]


def test_a_file_says_whose_it_is(tmp_path: Path) -> None:
    assert cluster_of(keep(tmp_path, "prod", {PODS: []})) == "config:prod"
    assert cluster_of(tmp_path / "gone.db") is None


@pytest.mark.parametrize(
    ("sql", "says", "position"),
    [
        ("SELECT nam FROM pods", "no such column: nam", 7),
        ("SELECT 'é', nam FROM pods", "no such column: nam", 12),
        ('SELECT name FROM pods WHERE status = "Running"', "single-quotes", 37),
        ("SELEC 1", 'near "SELEC"', 0),
        ("SELECT * FROM pod", "There is no table pod. Is it pods?", None),
        ("SELECT * FROM xyzzy", "There is no table xyzzy", None),
        ("SELECT count(* FROM pods", 'near "FROM"', 15),
        ("SELECT 1 WHERE name = ?", "no such column", 15),
        ("SELECT ?", "nothing fills in", None),
        ("SELECT :name", "nothing fills in", None),
        ("SELECT (", "incomplete input", None),
        ("", "Nothing was asked", None),
        (" ; -- nothing\n /* at all", "Nothing was asked", None),
        ("SELECT rowid FROM pods", "no such column: rowid", 7),
        ("SELECT 1 LIMIT 'some'", "datatype mismatch", None),
        ("SELECT json('{')", "malformed JSON", None),
        ("SELECT abs(-9223372036854775808)", "integer overflow", None),
        ("SELECT CAST(x'ff' AS TEXT)", "not UTF-8", None),
        ("SELECT 1\0", "NUL", 8),
    ],
)
def test_a_mistake_is_told_with_its_place(two: list[Source], sql: str, says: str, position: int | None) -> None:
    with pytest.raises(InvalidQuestionError) as error:
        ask(sql, two)
    assert says in error.value.message
    assert error.value.position == position
