"""Live queries over the committed clusters: a page, then what changed, for as long as somebody looks.

A commit participant: what a cluster's commit brings is in the next run of each window that asks for it, and what a
close takes away leaves every window in the same turn, also from a query that is still in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec
import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.cursor import from_cursor, to_cursor
from quarterdeck.catalog.delta import diff, is_empty
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.ordering import sort_key
from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.question import Question, understand
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.model.windows import ClusterPart, WindowDelta, WindowPage, WindowRow, WindowSpec
from quarterdeck.stores.protocol import PageQuery, Store, Value

log = structlog.get_logger(__name__)

READY = "ready"


class PartState(msgspec.Struct, frozen=True):
    """How a cluster stands with one kind, as the app sees it: `status` as in ClusterPart, `names` for `cluster:`."""

    status: str
    message: str = ""
    names: tuple[str, ...] = ()


class Sink(Protocol):
    """Where a live window goes; see api.ports.WindowSink."""

    def page(self, page: WindowPage) -> None: ...

    def delta(self, delta: WindowDelta) -> None: ...

    def failed(self, message: str, position: int | None = None) -> None: ...


class _Visible(Protocol):
    @property
    def epoch(self) -> int: ...

    @property
    def store(self) -> Store | None: ...


class _Found(msgspec.Struct, frozen=True):
    """One cluster's answer: rows with the values they are ordered by, and how many there are in all."""

    key: Key
    rows: list[tuple[tuple[Value, ...], WindowRow]]
    total: int


class _Share:
    def __init__(self, windows: Windows, key: Key, store: Store | None) -> None:
        self._windows = windows
        self._key = key
        self._store = store

    def commit(self) -> None:
        self._windows.show(self._key, self._store)

    def abort(self) -> None:
        """Nothing was begun."""


class LiveWindow:
    """One question that stays asked. Made by Windows.open; `close` ends it."""

    def __init__(self, windows: Windows, question: Question, sink: Sink, bag: TaskBag) -> None:
        self.question = question
        self._windows = windows
        self._sink = sink
        self._sent: WindowPage | None = None
        self._paced = Paced(bag, "window", self._run)
        self._paced.poke()

    def poke(self) -> None:
        self._paced.poke()

    def refresh(self) -> None:
        self._sent = None
        self._paced.poke()

    def close(self) -> None:
        self._paced.close()
        self._windows.forget(self)

    def drop(self, key: Key) -> None:
        """The cluster is closed: its rows leave now."""
        if self._sent is not None:
            kept = [row for row in self._sent.rows if row.cluster != key]
            gone = len(self._sent.rows) - len(kept)
            total = None if self._sent.total is None else max(0, self._sent.total - gone)
            parts = self._windows.parts(self.question, {})
            self._send(msgspec.structs.replace(self._sent, rows=kept, total=total, parts=parts, complete=False))
        self._paced.poke()

    async def _run(self) -> None:
        try:
            page = await self._windows.answer(self.question)
        except (RequestError, InternalError) as error:
            position: int | None = getattr(error, "position", None)
            self._sink.failed(error.message, position)
            return
        self._send(page)

    def _send(self, page: WindowPage) -> None:
        old, self._sent = self._sent, page
        if old is None:
            self._sink.page(page)
            return
        steps = diff(old.rows, page.rows)
        if is_empty(steps) and (old.total, old.complete, old.parts) == (page.total, page.complete, page.parts):
            return
        self._sink.delta(msgspec.structs.replace(steps, total=page.total, complete=page.complete, parts=page.parts))


class Windows:
    """`part_state(key, resource)` says how a cluster stands with a kind. `changed(keys)` when that may be another."""

    def __init__(self, kinds: Iterable[KindSpec[Any]], part_state: Callable[[Key, Resource], PartState]) -> None:
        self._kinds = {kind.resource: kind for kind in kinds}
        self._part_state = part_state
        self._stores: dict[Key, tuple[Store, Callable[[], None]]] = {}
        self._windows: set[LiveWindow] = set()
        self._bag = TaskBag("windows")

    # --- commit participant -------------------------------------------------------------------------------------------

    def prepare(self, cluster: ClusterId, key: Key, visible: _Visible) -> _Share:
        del cluster
        return _Share(self, key, visible.store)

    def removed(self, cluster: ClusterId, key: Key) -> None:
        del cluster
        _, stop = self._stores.pop(key, (None, None))
        if stop is not None:
            stop()
        for window in tuple(self._windows):
            if key in window.question.keys:
                window.drop(key)

    def show(self, key: Key, store: Store | None) -> None:
        """Its rows are in every window that asks for them from now on."""
        known, stop = self._stores.get(key, (None, None))
        if store is not known:
            if stop is not None:
                stop()
                del self._stores[key]
            if store is not None:
                self._stores[key] = (store, store.subscribe(lambda resource: self._poke(key, resource)))
        self.changed((key,))

    def changed(self, keys: Iterable[Key]) -> None:
        """How these clusters stand is another now."""
        wanted = set(keys)
        for window in self._windows:
            if not wanted.isdisjoint(window.question.keys):
                window.poke()

    # --- what the API asks --------------------------------------------------------------------------------------------

    def open(self, spec: WindowSpec, sink: Sink) -> LiveWindow:
        """Raises InvalidRequestError."""
        window = LiveWindow(self, understand(spec, self._kinds), sink, self._bag)
        self._windows.add(window)
        return window

    async def page(self, spec: WindowSpec, cursor: str | None = None) -> WindowPage:
        question = understand(spec, self._kinds)
        return await self.answer(question, from_cursor(cursor, question.order) if cursor else None)

    def forget(self, window: LiveWindow) -> None:
        self._windows.discard(window)

    async def aclose(self) -> None:
        for window in tuple(self._windows):
            window.close()
        await self._bag.close(2)
        for _, stop in self._stores.values():
            stop()
        self._stores.clear()

    # --- answering ----------------------------------------------------------------------------------------------------

    async def answer(self, question: Question, after: tuple[Value, ...] | None = None) -> WindowPage:
        """Asks every cluster at once and merges in order; who was closed meanwhile is left out."""
        asked = [(k, self._stores[k][0]) for k in question.keys if k in self._stores and self._admits(question, k)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(question, key, store, len(asked), after)) for key, store in asked]
        found = {
            key: task.result()
            for (key, store), task in zip(asked, tasks, strict=True)
            if self._stores.get(key, (None, None))[0] is store
        }
        rank = sort_key(question.order)
        rows = [row for answer in found.values() for row in answer.rows]
        if len(found) > 1:
            place = {key: index for index, key in enumerate(question.keys)}
            rows.sort(key=lambda row: (rank(row[0]), place[Key(row[1].cluster)]))
        start = question.spec.offset if len(asked) > 1 and after is None else 0
        shown = rows[start : start + question.spec.limit]
        parts = self.parts(question, found)
        more = len(shown) == question.spec.limit
        return WindowPage(
            columns=list(question.kind.columns),
            rows=[row for _, row in shown],
            offset=question.spec.offset,
            total=sum(answer.total for answer in found.values()),
            complete=all(part.complete for part in parts),
            parts=parts,
            next=to_cursor(question.order, shown[-1][0]) if more and shown else None,
        )

    async def _ask(
        self, question: Question, key: Key, store: Store, clusters: int, after: tuple[Value, ...] | None
    ) -> _Found:
        resource, kind, spec = question.kind.resource, question.kind, question.spec
        columns = tuple(c.name for c in kind.columns)
        alone = clusters == 1
        query = PageQuery(
            columns,
            question.where,
            question.params,
            question.order,
            limit=spec.limit if alone or after is not None else spec.offset + spec.limit,
            offset=spec.offset if alone and after is None else 0,
            after=after,
        )
        ordered = [columns.index(name) for name, _ in question.order]
        uid = columns.index("uid")
        try:
            values = await store.page(resource, query)
            total = store.status(resource).rows
            if question.narrow:
                total = await store.count(resource, question.where, question.params)
        except RequestError:
            if self._stores.get(key, (None, None))[0] is store:
                raise
            return _Found(key, [], 0)  # It was closed while it was asked.
        rows = [(tuple(v[i] for i in ordered), WindowRow(f"{key}/{v[uid]}", key, list(v))) for v in values]
        return _Found(key, rows, total)

    def parts(self, question: Question, found: dict[Key, _Found]) -> list[ClusterPart]:
        """Every cluster that was asked for is named, whatever became of it."""
        parts: list[ClusterPart] = []
        for key in question.keys:
            state = self._part_state(key, question.kind.resource)
            if not question.filter.admits(state.names):
                continue
            store = self._stores[key][0] if key in self._stores else None
            status = store.status(question.kind.resource) if store is not None else None
            rows = found[key].total if key in found else 0
            parts.append(
                ClusterPart(
                    key=key,
                    status=state.status,
                    rows=rows,
                    complete=state.status == READY,
                    as_of=status.synced_at if status is not None else None,
                    message=state.message,
                )
            )
        return parts

    def _admits(self, question: Question, key: Key) -> bool:
        return question.filter.admits(self._part_state(key, question.kind.resource).names)

    def _poke(self, key: Key, resource: Resource) -> None:
        for window in self._windows:
            if window.question.kind.resource == resource and key in window.question.keys:
                window.poke()
