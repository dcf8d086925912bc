"""`quarterdeck query`: of the one that runs or of the files that it left, and what is said beside the rows."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog

from quarterdeck.api.server import serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.app.instance import Running, single_instance
from quarterdeck.cli.exits import Exit
from quarterdeck.cli.main import main
from quarterdeck.cli.query_view import remarks
from quarterdeck.model.asking import QueryAnswer, QueryColumn, QueryKind, QueryPart, QueryQuestion
from quarterdeck.model.errors import QueryFailedError
from quarterdeck.model.kinds import NODES, PODS
from quarterdeck.settings.model import ServerSettings
from quarterdeck.stores.connect import remove
from testbed import kubeconfig
from tests.unit.api.fake import FakeConsole
from tests.unit.app.conftest import ends_its_threads as ends_its_threads
from tests.unit.asking.kept import keep, node, pod
from tests.unit.cli.composed import Composed

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No server runs; two clusters were open once."""
    rows = tmp_path / "cache" / "rows"
    keep(rows, "prod", {PODS: [pod(n, "CrashLoopBackOff") for n in range(5)], NODES: [node(1)]})
    keep(rows, "old", {PODS: [pod(1, "CrashLoopBackOff", name="evil\x1b[31m\n")]})
    file = kubeconfig.write(tmp_path / "config", [kubeconfig.Entry("prod", "https://127.0.0.1:1", {})])
    monkeypatch.setenv("KUBECONFIG", str(file))
    return rows


def told(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    found = capsys.readouterr()
    return found.out.splitlines(), found.err.splitlines()


def test_files_are_asked_where_nothing_runs(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT cluster, node, count(*) AS pods FROM pods WHERE status='CrashLoopBackOff' GROUP BY 1, 2"
    assert main(["query", sql]) == Exit.OK
    out, err = told(capsys)
    assert out == [
        "cluster  node    pods",
        "old      node-1     1",
        "prod     node-0     2",
        "prod     node-1     2",
        "prod     node-2     1",
    ]
    assert err == ["quarterdeck: prod, old: pods as of 2023-11-14T22:13:20Z"]


def test_a_table_is_for_people_and_holds_no_control_characters(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT name, seen_at, NULL AS missing FROM pods"
    assert main(["query", sql, "--cluster", "ol*"]) == Exit.OK
    assert told(capsys)[0][1] == r"evil\x1b[31m\n  2023-11-14T22:13:20Z  NULL"


def test_csv_and_json_hold_values_as_they_are(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT name, seen_at, NULL AS missing FROM pods WHERE cluster = 'old'"
    assert main(["query", sql, "--format", "csv"]) == Exit.OK
    out = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(out, newline=""))) == [
        ["name", "seen_at", "missing"],
        ["evil\x1b[31m\n", "1700000000", ""],
    ]
    assert main(["query", sql, "--format", "json"]) == Exit.OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == [["evil\x1b[31m\n", 1_700_000_000, None]]
    assert [part["stale"] for part in answer["parts"]] == [True, True]


def test_tables_are_listed_and_the_question_may_come_by_standard_input(
    kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["query", "--tables"]) == Exit.OK
    lines = [line.split() for line in told(capsys)[0]]
    assert ["pods", "2", "cluster", "namespace", "name"] in [line[:5] for line in lines]
    assert ["deployments", "0"] in [line[:2] for line in lines]
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT count(*) AS n\nFROM pods;\n"))
    assert main(["query", "-"]) == Exit.OK
    assert told(capsys)[0] == ["n", "6"]


def test_a_mistake_points_at_its_place(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "SELECT name\nFROM pods WHERE stat = 1"]) == Exit.USAGE
    out, err = told(capsys)
    assert out == []
    assert err == [
        "quarterdeck: SQLite says: no such column: stat.",
        "  FROM pods WHERE stat = 1",
        "                  ^",
    ]
    for wrong in (["query"], ["query", "SELECT 1", "--tables"], ["query", "SELECT 1", "--limit", "0"]):
        assert main(wrong) == Exit.USAGE
    assert main(["query", "SELECT 1", "--cluster", "nowhere"]) == Exit.USAGE
    assert "No cluster is called nowhere." in told(capsys)[1][-1]


def test_what_is_left_out_fails_the_command_unless_it_was_asked_for(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["query", "SELECT name FROM pods", "--set", "query.most_rows=2"]
    assert main(few) == Exit.FAILED
    assert "more rows than the 2 shown. The settings" in told(capsys)[1][0]
    assert main([*few, "--limit", "2"]) == Exit.OK
    spoiled = next(kept.glob("*.db"))
    remove(spoiled)  # with what stands beside it, from which SQLite would mend it
    spoiled.write_bytes(os.urandom(4096))
    assert main(["query", "SELECT count(*) FROM pods"]) == Exit.FAILED
    assert [line for line in told(capsys)[1] if "not included. Its kept rows are damaged" in line]


def test_a_question_that_costs_too_much_fails(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    assert main(["query", sql, "--set", "query.seconds=0.3"]) == Exit.FAILED
    assert "takes longer than 0.3 s" in told(capsys)[1][0]


async def test_the_one_that_runs_is_asked(
    tmp_path: Path, composed: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens, console = Tokens(), FakeConsole()
    async with serving(console, ServerSettings(port=0), tokens) as served:

        def commands() -> list[int]:
            with single_instance(tmp_path / "data") as instance:
                assert instance is not None
                instance.announce(served.url, tokens.bearer())
                return [
                    main(["query", "SELECT 1", "--cluster", "a", "--cluster", "b*", "--limit", "7"]),
                    main(["query", "SELECT ("]),
                    main(["query", "--tables"]),
                ]

        assert await asyncio.to_thread(commands) == [Exit.OK, Exit.USAGE, Exit.OK]
    asked = console.asking.asked[0]
    assert (asked.sql, asked.clusters, asked.limit) == ("SELECT 1", ["a", "b*"], 7)
    assert not composed.calls
    out, err = told(capsys)
    assert out[:3] == ["cluster  pods", "a           3", "b        NULL"]
    assert "A parenthesis is not closed." in err[1]
    assert err[2:4] == ["  SELECT (", "         ^"]


async def test_one_that_runs_and_cannot_answer_is_told_from_one_that_is_gone(
    tmp_path: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens, console = Tokens(), FakeConsole()

    async def too_much(question: QueryQuestion) -> QueryAnswer:
        raise QueryFailedError(f"{question.sql} takes too long.")

    console.asking.ask = too_much
    info = tmp_path / "data" / "server.json"

    def command(url: str) -> int:
        info.parent.mkdir(exist_ok=True)
        info.write_bytes(msgspec.json.encode(Running(1, url, tokens.bearer())))
        info.chmod(0o600)
        return main(["query", "SELECT count(*) AS n FROM pods"])

    async with serving(console, ServerSettings(port=0), tokens) as served:
        assert await asyncio.to_thread(command, served.url) == Exit.FAILED
        assert told(capsys)[1] == ["quarterdeck: SELECT count(*) AS n FROM pods takes too long."]
    # It was killed: what it announced still lies there, and nobody listens.
    assert await asyncio.to_thread(command, served.url) == Exit.OK
    assert told(capsys)[0] == ["n", "6"]


def test_what_is_said_of_many_clusters_stays_short() -> None:
    kinds = [QueryKind("pods", "forbidden"), QueryKind("nodes", "missing"), QueryKind("jobs", "not_served")]
    parts = [QueryPart(f"{n}", f"c:{n}", f"{n}", included=True, stale=False, kinds=kinds) for n in range(25)]
    answer = QueryAnswer([QueryColumn("n", "integer")], [[1]], 1, False, False, parts, 3, 1.0)
    same = ", ".join(map(str, range(12)))
    assert list(remarks(answer, limited=False)) == [
        f"{same} and 13 more: pods forbidden, nodes not read yet: look at them once",
        "Nothing is kept of 3 clusters that were never opened.",
    ]


def test_rows_of_some_namespaces_alone_are_not_told_as_all_of_before() -> None:
    kinds = [QueryKind("pods", "stale", 1_700_000_000.0, "Only in shop."), QueryKind("nodes", "partial", None, "Late.")]
    part = QueryPart("1", "c:prod", "prod", included=True, stale=True, kinds=kinds)
    answer = QueryAnswer([QueryColumn("n", "integer")], [[1]], 1, False, False, [part], 0, 1.0)
    assert list(remarks(answer, limited=False)) == [
        "prod: pods as of 2023-11-14T22:13:20Z: Only in shop., nodes read in part: Late.",
    ]
