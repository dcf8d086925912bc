"""What a server prints, as columns and cells; and one window over clusters that print a kind differently."""

from __future__ import annotations

import pytest

from quarterdeck.catalog.kinds import BASE, Meta
from quarterdeck.catalog.printed import printed_kind
from quarterdeck.catalog.printed_rows import ColumnsChangedError, PrintedRow
from quarterdeck.kubeclient.protocol import Definition
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import ColumnType, Resource
from quarterdeck.model.windows import WindowSpec

from .memory import MemoryStore
from .scene import Page, scene, settle

pytestmark = pytest.mark.anyio
WIDGETS = Resource("example.com", "v1", "widgets")
NAME, AGE = Definition("Name", format="name"), Definition("Age", "date")
SIZE, STATE = Definition("Size", "integer"), Definition("State")


def stored(*definitions: Definition) -> MemoryStore:
    store = MemoryStore()
    store.keep(WIDGETS, printed_kind(WIDGETS, "Widget", True, definitions).columns)
    return store


def test_name_and_age_are_ours_and_names_differ_whatever_the_server_says() -> None:
    titles = ("Name", "Size", "Size", "UID", "99", "Labels", "Age")
    kind = printed_kind(WIDGETS, "Widget", False, [Definition(t) for t in titles])
    assert [c.name for c in kind.columns[len(BASE) :]] == ["size", "size_2", "uid_2", "column_99", "labels_2", "labels"]
    assert [c.detail for c in kind.columns if c.name == "namespace"] == [True]


def test_cells_are_typed_and_what_does_not_fit_is_nothing() -> None:
    found = [NAME, SIZE, Definition("Load", "number"), Definition("On", "boolean"), STATE, Definition("All")]
    kind = printed_kind(WIDGETS, "Widget", True, found)
    assert kind.column("load") is not None and [c.type for c in kind.columns[len(BASE) : len(BASE) + 2]] == [
        ColumnType.INTEGER,
        ColumnType.REAL,
    ]
    row = kind.project(PrintedRow(Meta("w", uid="u"), ["w", 3, 1, True, 7, ["a"]], tuple(found)))
    assert [row[n] for n in ("size", "load", "on", "state", "all")] == [3, 1.0, "true", "7", '["a"]']
    row = kind.project(PrintedRow(Meta("w", uid="u"), ["w", "many", 2**60], tuple(found)))
    assert [row[n] for n in ("size", "load", "on")] == [None, None, None]


def test_a_row_of_other_columns_is_not_taken() -> None:
    kind = printed_kind(WIDGETS, "Widget", True, [NAME, SIZE])
    with pytest.raises(ColumnsChangedError):
        kind.project(PrintedRow(Meta("w", uid="u"), ["w", "x"], (NAME, STATE)))


async def test_a_window_shows_the_union_of_columns_by_name() -> None:
    a, b = stored(NAME, SIZE, AGE), stored(NAME, STATE)
    a.put("one", resource=WIDGETS, cells={"size": 5})
    b.put("two", resource=WIDGETS, cells={"state": "on"})
    async with scene() as s:
        s.show("a", a)
        s.show("b", b)
        page = await s.windows.page(WindowSpec(["a", "b"], WIDGETS.path, sort=["size"]))
        assert [c.name for c in page.columns] == [*(c.name for c in BASE), "size", "labels", "state"]
        assert [[r.values[2], r.values[-3], r.values[-1]] for r in page.rows] == [["two", None, "on"], ["one", 5, None]]
        page = await s.windows.page(WindowSpec(["a", "b"], WIDGETS.path, "state:on"))
        assert [r.values[2] for r in page.rows] == ["two"]


async def test_a_filter_waits_for_the_columns_and_is_then_judged() -> None:
    class Told(Page):
        said = ""

        def failed(self, message: str, position: int | None = None) -> None:
            self.said = message

    store = MemoryStore()
    async with scene() as s:
        s.show("a", store)
        good, bad = Told(), Told()
        s.windows.open(WindowSpec(["a"], WIDGETS.path, "size:>3"), good)
        s.windows.open(WindowSpec(["a"], WIDGETS.path, "colour:red"), bad)
        await settle()
        assert (good.rows, good.said, bad.said) == ([], "", "")
        store.keep(WIDGETS, printed_kind(WIDGETS, "Widget", True, [NAME, SIZE]).columns)
        store.put("big", resource=WIDGETS, cells={"size": 5})
        store.put("small", resource=WIDGETS, cells={"size": 2})
        await settle()
        assert good.names == ["a/big"]
        assert "colour" in bad.said
        assert len(s.windows) == 1
        with pytest.raises(InvalidRequestError):
            s.windows.open(WindowSpec(["a"], WIDGETS.path, "colour:red"), Told())
