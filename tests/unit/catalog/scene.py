"""Windows with clusters that come and go, and a page that keeps its copy as a browser does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.delta import apply
from quarterdeck.catalog.parts import PartState
from quarterdeck.catalog.windows import Windows
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.model.windows import ClusterPart, WindowDelta, WindowPage, WindowRow, WindowSpec
from quarterdeck.stores.protocol import Store


class Visible(msgspec.Struct, frozen=True):
    epoch: int
    store: Store | None


class Page:
    """What a browser would hold: `rows` by deltas alone, `log` of what came ("page" or "delta")."""

    def __init__(self) -> None:
        self.rows: list[WindowRow] = []
        self.columns: list[Column] = []
        self.total: int | None = None
        self.matching: int | None = None
        self.complete = False
        self.parts: dict[str, ClusterPart] = {}
        self.log: list[str] = []
        self.times: list[float] = []

    @property
    def names(self) -> list[str]:
        """`a/web`: cluster and name."""
        return [f"{row.cluster}/{row.values[2]}" for row in self.rows]

    def page(self, page: WindowPage) -> None:
        self.rows = list(page.rows)
        self.columns = list(page.columns)
        self._note("page", page)

    def delta(self, delta: WindowDelta) -> None:
        assert "page" in self.log
        self.rows = apply(self.rows, delta)
        self._note("delta", delta)

    def failed(self, message: str, position: int | None = None) -> None:
        raise AssertionError(message)

    def _note(self, what: str, news: WindowPage | WindowDelta) -> None:
        self.total, self.matching, self.complete = news.total, news.matching, news.complete
        self.parts = {part.key: part for part in news.parts}
        self.log.append(what)
        self.times.append(asyncio.get_running_loop().time())


class Scene:
    def __init__(self) -> None:
        self.states: dict[str, PartState] = {}
        self.windows = Windows(core_kinds(), self._state)

    def show(self, key: str, store: Store | None, epoch: int = 1, status: str = "ready") -> None:
        self.states[key] = PartState(status, "", (f"prod-{key}",))
        self.windows.prepare(ClusterId(f"f:{key}"), Key(key), Visible(epoch, store)).commit()

    def say(self, key: str, status: str, message: str = "") -> None:
        self.states[key] = PartState(status, message, (f"prod-{key}",))
        self.windows.changed([Key(key)])

    def remove(self, key: str) -> None:
        self.windows.removed(ClusterId(f"f:{key}"), Key(key))
        self.states.pop(key, None)

    def open(self, keys: str, filter_: str = "", limit: int = 50, offset: int = 0) -> Page:
        return self.ask(self.spec(keys, filter_, limit, offset))

    def ask(self, spec: WindowSpec) -> Page:
        page = Page()
        self.windows.open(spec, page)
        return page

    def spec(self, keys: str, filter_: str = "", limit: int = 50, offset: int = 0) -> WindowSpec:
        return WindowSpec(keys.split(), "core/v1/pods", filter_, sort=["name"], limit=limit, offset=offset)

    def _state(self, key: Key, resource: Resource) -> PartState:
        return self.states.get(key, PartState("closed"))


@asynccontextmanager
async def scene() -> AsyncGenerator[Scene]:
    made = Scene()
    try:
        yield made
    finally:
        assert await made.windows.aclose() == []


async def settle(seconds: float = 1.0) -> None:
    """Lets virtual time pass until what is due has run."""
    await asyncio.sleep(seconds)
