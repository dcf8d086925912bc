"""The real composed console on a kubeconfig of a test's own, and what a test watches of it: events, never the clock."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from quarterdeck.app.console import RunningConsole, running
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.kinds import PODS, Column, Resource
from quarterdeck.model.states import ClusterState, state_name
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.model.windows import ClusterPart, WindowDelta, WindowPage, WindowRow, WindowSpec
from quarterdeck.selection.intents import ChangeSelection
from quarterdeck.selection.protocol import Accepted
from quarterdeck.settings.model import (
    FolderSettings,
    KubeconfigSettings,
    ListSettings,
    SelectionMode,
    SelectionSettings,
    Settings,
)
from testbed import kubeconfig
from testbed.kubeconfig import Entry

FAST = Deadlines(
    resolve=1.5,
    connect=1.5,
    authenticate=1.5,
    discover=3,
    list_silence=2,
    open=6,
    heartbeat=0.5,
    backoff_first=0.2,
    backoff_most=1,
)
"""The deadlines of DESIGN, shortened: a hang ends in two seconds, a lost transport shows after one and a half."""
TEARDOWN_S = 2.0
GONE_MS = 20.0


def settings_of(
    folder: Path, file: Path, deadlines: Deadlines = FAST, namespaces: Sequence[str] = (), **selection: Any
) -> Settings:
    """All that the console writes goes below `folder`."""
    return Settings(
        kubeconfig=KubeconfigSettings(files=(file,)),
        folders=FolderSettings(data=folder / "data", cache=folder / "cache"),
        selection=SelectionSettings(**selection),
        lists=ListSettings(namespaces=tuple(namespaces)),
        deadlines=deadlines,
    )


class Ground:
    """A running console whose contexts are named by their name alone. Every wait has a deadline and wakes by news."""

    def __init__(self, console: RunningConsole, file: Path) -> None:
        self.console = console
        self.file = file
        self._news = asyncio.Event()
        self._ends = [console.selection.subscribe(lambda _: self._news.set())]
        self._ends.append(console.subscribe(lambda _: self._news.set()))
        self.children = {p.pid for p in psutil.Process().children(recursive=True)}

    def end(self) -> None:
        for stop in self._ends:
            stop()

    # --- what is asked of it

    def id(self, name: str) -> ClusterId:
        return ClusterId(f"{self.file.name}:{name}")

    def key(self, name: str) -> Key:
        return key_of(self.id(name))

    def change(self, *, open: Sequence[str] = (), close: Sequence[str] = ()) -> Accepted:  # noqa: A002 - its word
        intent = ChangeSelection(tuple(map(self.id, open)), tuple(map(self.id, close)))
        return self.console.selection.submit(intent)

    def open(self, *names: str) -> Accepted:
        return self.change(open=names)

    def close(self, *names: str) -> Accepted:
        return self.change(close=names)

    def close_in_ms(self, *names: str) -> tuple[Accepted, float]:
        """How long until the snapshot, and with it every window and answer, is rid of them."""
        began = time.perf_counter()
        accepted = self.close(*names)
        took = (time.perf_counter() - began) * 1000
        assert not {self.id(n) for n in names} & self.console.selection.snapshot.clusters.keys()
        return accepted, took

    def rewrite(self, entries: Sequence[Entry]) -> None:
        kubeconfig.write(self.file, entries)

    # --- what is seen of it

    def state(self, name: str) -> ClusterState:
        return self.console.selection.status(self.id(name)).state

    def states(self) -> dict[str, str]:
        return {s.id.partition(":")[2]: state_name(s.state) for s in self.console.selection.statuses()}

    def part(self, name: str, resource: Resource = PODS) -> str:
        return self.console.knowledge.part_state(self.key(name), resource).status

    def runs(self, name: str) -> bool:
        """Whether a committed runtime of it is visible; rows of an earlier one may be, without."""
        visible = self.console.selection.snapshot.clusters.get(self.id(name))
        return visible is not None and visible.epoch != 0

    async def until(self, holds: Callable[[], bool], *, within: float = 10) -> float:
        """Seconds until it held. It is looked at with each piece of news."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(within):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            said = {s.id: s.state for s in self.console.selection.statuses()}
            raise AssertionError(f"not within {within} s; states: {said}") from None
        return time.perf_counter() - began

    async def until_state(self, name: str, *wanted: str, within: float = 10) -> float:
        return await self.until(lambda: state_name(self.state(name)) in wanted, within=within)

    async def settled(self, accepted: Accepted, *, within: float = 10) -> None:
        async with asyncio.timeout(within):
            await self.console.selection.settled(accepted.generation)

    async def nothing_left_of(self, *names: str, since: Accepted, within: float = TEARDOWN_S) -> None:
        """No runtime, task, straggler or child process of them, once their closing has settled, in time."""
        began = time.perf_counter()
        await self.settled(since, within=within)
        left = within - (time.perf_counter() - began)
        await self.until(lambda: not set(names) & self.states().keys(), within=left)
        ids = {self.id(name) for name in names}
        assert not [r.order.target.id for r in self.console.host.runtimes() if r.order.target.id in ids]
        assert not self.console.host.stragglers
        tasks = [t.get_name() for t in asyncio.all_tasks() if any(i in t.get_name() for i in ids)]
        assert not tasks, tasks
        assert {p.pid for p in psutil.Process().children(recursive=True)} <= self.children
        shown = {view.name for view in self.console.runtimes().runtimes}
        assert not shown & set(names)

    def window(self, *names: str, resource: Resource = PODS, **spec: Any) -> Watched:
        """A live window over these clusters."""
        watched = Watched(self._news)
        asked = WindowSpec([self.key(n) for n in names], resource.path, **spec)
        watched.window = self.console.windows.open(asked, watched)
        return watched


class Watched:
    """A window as a page would hold it. `rows` after each delta; `seen` is called with every row that arrives."""

    window: Any

    def __init__(self, news: asyncio.Event) -> None:
        self.rows: list[WindowRow] = []
        self.parts: dict[str, ClusterPart] = {}
        self.columns: list[Column] = []
        self.names: list[str] = []
        self.seen: Callable[[WindowRow], None] = lambda _: None
        self.total: int | None = None
        self._news = news

    def page(self, page: WindowPage) -> None:
        self.columns = list(page.columns)
        self.names = [c.name for c in page.columns]
        self.rows = list(page.rows)
        self._took(page.rows, page.parts, page.total)

    def delta(self, delta: WindowDelta) -> None:
        for index in delta.removed:
            del self.rows[index]
        for move in delta.inserted:
            self.rows.insert(move.index, move.row)
        for move in delta.updated:
            self.rows[move.index] = move.row
        self._took([m.row for m in (*delta.inserted, *delta.updated)], delta.parts, delta.total)

    def failed(self, message: str, position: int | None = None) -> None:
        raise AssertionError(f"the window failed at {position}: {message}")

    def _took(self, rows: Sequence[WindowRow], parts: Sequence[ClusterPart], total: int | None) -> None:
        self.parts = {p.key: p for p in parts}
        self.total = total
        for row in rows:
            self.seen(row)
        self._news.set()

    def named(self, prefix: str) -> list[str]:
        return sorted(name for name in map(str, self.values("name")) if name.startswith(prefix)) if self.names else []

    def values(self, column: str) -> list[object]:
        at = self.names.index(column)
        return [row.values[at] for row in self.rows]


@asynccontextmanager
async def console_on(
    folder: Path,
    entries: Sequence[Entry],
    *,
    deadlines: Deadlines = FAST,
    mode: SelectionMode = SelectionMode.PARALLEL,
    namespaces: Sequence[str] = (),
) -> AsyncGenerator[Ground]:
    file = kubeconfig.write(folder / "kubeconfig", entries)
    async with again(folder, file, deadlines=deadlines, mode=mode, namespaces=namespaces) as ground:
        yield ground


@asynccontextmanager
async def again(
    folder: Path,
    file: Path,
    *,
    deadlines: Deadlines = FAST,
    mode: SelectionMode = SelectionMode.PARALLEL,
    namespaces: Sequence[str] = (),
) -> AsyncGenerator[Ground]:
    """A start on what an earlier one left in the folder."""
    with ThreadPoolExecutor(thread_name_prefix="files") as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        async with running(settings_of(folder, file, deadlines, namespaces, mode=mode)) as console:
            ground = Ground(console, file)
            try:
                yield ground
            finally:
                ground.end()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a listing of names
