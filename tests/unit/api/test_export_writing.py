"""What an exported file says."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from quarterdeck.api.exports.writing import Content, file_name, writer
from quarterdeck.api.wire import ClusterPart
from quarterdeck.catalog.exporting import Exported
from quarterdeck.model.exports import ExportFormat
from quarterdeck.model.kinds import Column, ColumnType
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Value

COLUMNS = [
    Column("namespace", ColumnType.TEXT),
    Column("name", ColumnType.TEXT),
    Column("restarts", ColumnType.INTEGER),
    Column("created", ColumnType.TIME),
    Column("labels", ColumnType.JSON),
]
A, B, C = Key("a"), Key("b"), Key("c")
WEB: tuple[Value, ...] = ("shop", "web", 3, 1_700_000_000, '{"app":"web"}')


def content(*parts: ClusterPart) -> Content:
    shown = parts or (ClusterPart(A, "ready", 1, True),)
    whole = all(part.complete for part in shown)
    return Content("apps/v1/deployments", COLUMNS, shown, {A: "prod", B: "dev"}, whole, 1_700_000_000.5)


def csv_of(rows: list[Exported], about: Content) -> list[list[str]]:
    made = writer(ExportFormat.CSV, about)
    text = (made.head() + made.rows(rows) + made.tail()).decode()
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))


def json_of(batches: list[list[Exported]], about: Content) -> dict[str, Any]:
    made = writer(ExportFormat.JSON, about)
    return json.loads(made.head() + b"".join(map(made.rows, batches)) + made.tail())


def test_csv_says_of_every_row_whose_it_is_and_how_current() -> None:
    stale = ClusterPart(B, "stale", 1, False, 1_600_000_000.7)
    partial = ClusterPart(C, "ready", 0, True, None, "Only in shop.")
    found = csv_of([Exported(A, WEB), Exported(B, WEB)], content(ClusterPart(A, "ready", 1, True), stale, partial))
    assert found == [
        ["cluster", "namespace", "name", "restarts", "created", "labels", "rows_are"],
        ["prod", "shop", "web", "3", "2023-11-14T22:13:20Z", '{"app":"web"}', "current"],
        ["dev", "shop", "web", "3", "2023-11-14T22:13:20Z", '{"app":"web"}', "stale since 2020-09-13T12:26:40Z"],
        # One that gives no row is not left out in silence.
        ["c", "", "", "", "", "", "current, in part: Only in shop."],
    ]


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\uff1d1"])
def test_no_sheet_runs_a_text_of_a_cluster(begins: str) -> None:
    found = csv_of([Exported(A, (begins, "ok", -5, None, None))], content())
    assert found[1][1:4] == [f"'{begins}", "ok", "-5"]


@pytest.mark.parametrize("text", ['a "b"', "a,b", "two\nlines", "two\r\nlines", "\u00e4 \u4e16 \U0001f6a2"])
def test_csv_brings_any_text_through(text: str) -> None:
    assert csv_of([Exported(A, ("x", text, None, None, None))], content())[1][2] == text


def test_json_is_one_document_however_many_batches() -> None:
    stale = ClusterPart(B, "stale", 1, False, 1_600_000_000.0, "Late.")
    about = content(ClusterPart(A, "ready", 2, True), stale)
    found = json_of([[Exported(A, WEB)], [], [Exported(B, WEB), Exported(A, WEB)]], about)
    assert (found["resource"], found["taken_at"], found["complete"]) == (
        "apps/v1/deployments",
        "2023-11-14T22:13:20Z",
        False,
    )
    assert found["clusters"][1] == {
        "cluster": "dev",
        "status": "stale",
        "complete": False,
        "rows": 1,
        "as_of": "2020-09-13T12:26:40Z",
        "message": "Late.",
    }
    assert [item["cluster"] for item in found["items"]] == ["prod", "dev", "prod"]
    assert found["items"][0] == {
        "cluster": "prod",
        "namespace": "shop",
        "name": "web",
        "restarts": 3,
        "created": "2023-11-14T22:13:20Z",
        "labels": {"app": "web"},
    }
    assert json_of([], content())["items"] == []


@pytest.mark.parametrize("at", [253_402_300_800, -(10**18), 10**30, 1.5])
def test_a_time_that_no_calendar_has_breaks_no_file(at: float) -> None:
    row = Exported(A, ("x", "y", None, at, None))
    assert csv_of([row], content())[1][2] == "y"
    assert json_of([[row]], content())["items"][0]["name"] == "y"


def test_a_file_is_called_by_what_it_is_of_when_and_whether_it_is_whole() -> None:
    assert file_name(content(), ExportFormat.CSV) == "deployments-prod-2023-11-14T2213Z.csv"
    several = content(ClusterPart(A, "ready", 1, True), ClusterPart(B, "stale", 1, False))
    assert file_name(several, ExportFormat.JSON) == "deployments-2-clusters-2023-11-14T2213Z-partial.json"


def test_a_name_is_safe_whatever_a_context_is_called() -> None:
    about = Content("core/v1/pods", COLUMNS, [ClusterPart(A, "ready", 0, True)], {A: 'x"/../\r\nöä'}, True, 0.0)
    assert file_name(about, ExportFormat.CSV) == "pods-x-1970-01-01T0000Z.csv"
