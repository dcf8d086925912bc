"""The judge itself: it must see what differs, or what it lets pass proves nothing."""

from __future__ import annotations

import msgspec
import pytest

from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.stores.protocol import Row
from tests.fleet.kinds.ages import age, ages, short_age
from tests.fleet.kinds.judge import Cells, Printed, age_of, compare, parse, shown_in_a_line, text

MAPPING = {"STATUS": text("status"), "AGE": age_of("created")}
TABLE = """\
NAME      STATUS   AGE
default   Active   10s
"""


def row(name: str = "default", phase: str = "Active") -> Row:
    found = {"metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": phase}}
    return NAMESPACE_KIND.project(msgspec.json.decode(msgspec.json.encode(found), type=NAMESPACE_KIND.decoder))


def seen(output: str = TABLE) -> Printed:
    return Printed(output, 1767225609.5, 1767225610.5)


def test_rows_that_mean_what_kubectl_prints_pass() -> None:
    compare(NAMESPACE_KIND, seen(), [row()], MAPPING)


@pytest.mark.parametrize(
    ("output", "rows", "mapping", "says"),
    [
        (TABLE, [row(phase="Terminating")], MAPPING, "'Active', our row means 'Terminating'"),
        (TABLE.replace("10s", "12s"), [row()], MAPPING, "'12s', our row means '10s or 9s'"),
        (TABLE, [row(), row("more")], MAPPING, "('', 'more') is only ours"),
        (TABLE, [], MAPPING, "('', 'default') is only kubectl's"),
        (TABLE, [row()], {"AGE": age_of("created")}, "STATUS, which nothing is compared with"),
        (TABLE, [row()], {**MAPPING, "ROLE": text("status")}, "kubectl prints no ROLE"),
        (TABLE + "default   Active   10s\n", [row()], MAPPING, "twice"),
    ],
)
def test_every_difference_is_named(output: str, rows: list[Row], mapping: Cells, says: str) -> None:
    with pytest.raises(AssertionError) as found:
        compare(NAMESPACE_KIND, seen(output), rows, mapping)
    assert says in str(found.value)


def test_cells_may_be_empty_and_headers_of_two_words() -> None:
    assert parse("NAME   NOMINATED NODE   IP\nweb                     10.0.0.1\n") == (
        ["NAME", "NOMINATED NODE", "IP"],
        [{"NAME": "web", "NOMINATED NODE": "", "IP": "10.0.0.1"}],
    )


def test_a_cell_of_several_lines_ends_at_its_first() -> None:
    assert shown_in_a_line("one\ntwo") == "one..."
    assert shown_in_a_line("one") == "one"


def test_ages_are_worded_as_kubectl_words_them() -> None:
    day, year = 86400, 365 * 86400
    worded = {
        -3: "<invalid>",
        -2: "<invalid>",
        -1.5: "0s",
        0: "0s",
        119: "119s",
        120: "2m",
        121: "2m1s",
        599: "9m59s",
        600: "10m",
        10799: "179m",
        10800: "3h",
        10860: "3h1m",
        28799: "7h59m",
        28800: "8h",
        172799: "47h",
        2 * day: "2d",
        2 * day + 3600: "2d1h",
        8 * day: "8d",
        2 * year - 1: "729d",
        2 * year: "2y",
        2 * year + day: "2y1d",
        8 * year: "8y",
        9 * year - 1: "8y",
    }
    assert {seconds: age(seconds) for seconds in worded} == worded
    short = {-2: "<invalid>", 59: "59s", 60: "1m", 3600: "1h", day: "1d", year - 1: "364d", year: "1y"}
    assert {seconds: short_age(seconds) for seconds in short} == short


def test_an_age_is_any_that_was_true_while_kubectl_ran() -> None:
    assert ages(100, 200.2, 202.1) == {"100s", "101s", "102s"}
    assert ages(100, 200.2, 200.3, grain=1) == {"99s", "100s"}
