"""docs/filter.md does what it says: each of its examples is run on the pods it shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.filter_values import duration
from quarterdeck.catalog.kinds import as_json
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.quantity import quantity
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import PODS
from quarterdeck.stores import paging
from quarterdeck.stores.protocol import PageQuery
from tests.rules.sources import ROOT

from .memory import TABLES, MemoryStore

PAGE = (ROOT / "docs" / "filter.md").read_text("utf-8")
NOW = int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp())


def tables(columns: int) -> list[list[str]]:
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if len(row) == columns]


FOUND = [(cells[0].strip("`"), cells[1]) for cells in tables(2) if cells[0].startswith("`")]
WRONG = [(cells[0].strip("`"), int(cells[1]), cells[2]) for cells in tables(3) if cells[0].startswith("`")]


@pytest.fixture(scope="module")
def clusters() -> dict[str, MemoryStore]:
    made: dict[str, MemoryStore] = {}
    for cluster, namespace, name, status, ready, restarts, node, age, memory, labels in tables(10)[2:]:
        store = made.setdefault(cluster, MemoryStore())
        pairs = dict(label.split("=") for label in labels.split(",") if label)
        cells = {"status": status, "ready": ready, "restarts": int(restarts), "node": node, "labels": as_json(pairs)}
        created = NOW - (duration(age) or 0)
        store.put(name, namespace, cells=cells | {"created": created, "memory_request": int(quantity(memory))})
    for store in made.values():
        store.clock(lambda: NOW)
    return made


def test_the_page_has_its_examples() -> None:
    assert len(FOUND) > 35
    assert len(WRONG) >= 5


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_an_example_finds_what_the_page_says(clusters: dict[str, MemoryStore], text: str, expected: str) -> None:
    made = compile_filter(text, POD_KIND)
    query = PageQuery(("name",), made.where, made.params)
    found = [
        str(name)
        for cluster, store in clusters.items()
        if all(term.admits((cluster,)) for term in made.clusters)
        for (name,) in paging.page(store.db, TABLES[PODS], query)
    ]
    assert sorted(found) == ([] if expected == "nothing" else expected.split(", "))


@pytest.mark.parametrize(("text", "at", "says"), WRONG)
def test_an_error_is_as_the_page_says(text: str, at: int, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=re.escape(says)) as error:
        compile_filter(text, POD_KIND)
    assert error.value.position == at


def test_the_line_at_the_top_is_a_filter() -> None:
    line = re.search(r"^`(status:.*)`$", PAGE, re.MULTILINE)
    assert line is not None
    made = compile_filter(line.group(1), POD_KIND)
    assert len(made.clusters) == 1
    assert made.by_clock
