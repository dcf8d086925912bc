"""Windows and exports in memory: the test feeds them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from quarterdeck.api.ports import WindowSink
from quarterdeck.api.wire import ClusterPart, ExportQuestion, WindowPage, WindowRow, WindowSpec
from quarterdeck.catalog.exporting import Exported
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, ColumnType
from quarterdeck.model.target import Key


class FakeWindow:
    """A live window that the test feeds."""

    def __init__(self, spec: WindowSpec, sink: WindowSink) -> None:
        self.spec = spec
        self.sink = sink
        self.closed = False
        self.refreshes = 0

    def refresh(self) -> None:
        self.refreshes += 1

    def close(self) -> None:
        self.closed = True


class FakeExport:
    """Three batches of two rows, each once the test sets `ready`, which stands at first; then what `breaks` holds is
    raised. `parts` are the test's to change before it is fetched."""

    def __init__(self, question: ExportQuestion) -> None:
        self.question = question
        self.columns = [Column("name", ColumnType.TEXT, "Name"), Column("created", ColumnType.TIME, "Age")]
        self.parts = [ClusterPart(key, "ready", 6, True, 1_700_000_000.0) for key in question.clusters]
        self.rows = 6
        self.ready = asyncio.Event()
        self.ready.set()
        self.breaks: Exception | None = None
        self.released = False

    async def batches(self) -> AsyncGenerator[list[Exported]]:
        at = Key(self.question.clusters[0])
        for batch in range(3):
            await self.ready.wait()
            yield [Exported(at, (f"web-{batch}-{n}", 1_700_000_000)) for n in range(2)]
            if self.breaks is not None:
                raise self.breaks

    def release(self) -> None:
        self.released = True


class FakeWindows:
    def __init__(self) -> None:
        self.opened: list[FakeWindow] = []
        self.asked: list[tuple[WindowSpec, str | None]] = []
        self.exports: list[FakeExport] = []
        self.make: Callable[[ExportQuestion], FakeExport] = FakeExport

    def open(self, spec: WindowSpec, sink: WindowSink) -> FakeWindow:
        self._check(spec)
        window = FakeWindow(spec, sink)
        self.opened.append(window)
        return window

    async def page(self, spec: WindowSpec, cursor: str | None = None) -> WindowPage:
        self._check(spec)
        self.asked.append((spec, cursor))
        return page(spec.clusters[0], min(spec.limit, 3))

    async def export(self, question: ExportQuestion) -> FakeExport:
        self._check(WindowSpec(question.clusters, question.resource, question.filter))
        self.exports.append(self.make(question))
        return self.exports[-1]

    async def namespaces(self, key: Key) -> list[str]:
        return ["default", key]

    def _check(self, spec: WindowSpec) -> None:
        if "(" in spec.filter:
            raise InvalidRequestError("A parenthesis is not closed.", spec.filter.index("("))


def page(cluster_key: str, rows: int, name: str = "web") -> WindowPage:
    columns = [Column("name", ColumnType.TEXT, "Name"), Column("restarts", ColumnType.INTEGER, "Restarts")]
    shown = [WindowRow(f"{cluster_key}/{n}", cluster_key, [f"{name}-{n}", n]) for n in range(rows)]
    part = ClusterPart(cluster_key, "ready", rows, True, 1_700_000_000.0)
    return WindowPage(columns, shown, 0, rows, True, [part])
