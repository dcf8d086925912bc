"""A server that plays a script, a writer that keeps rows in memory, and a reflector between them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NoReturn, Protocol

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.slots import Slots
from quarterdeck.catalog.kinds import BASE, Decoded, KindSpec, Meta
from quarterdeck.clusters.reflector import Reflector
from quarterdeck.clusters.reflector_state import ReflectorState
from quarterdeck.kubeclient.protocol import EventType, Lister, ListPage, WatchEvent
from quarterdeck.model.errors import ClusterError
from quarterdeck.model.kinds import NAMESPACES, Column, Resource
from quarterdeck.stores.protocol import Row

HANG = "hang"
END = "end"
Event = WatchEvent[Decoded]
Step = list[Event] | ClusterError | str | float
"""What a stream does next: yields a batch, fails, hangs for ever, ends, or waits so many seconds."""


def thing(name: str, uid: str = "") -> Decoded:
    return Decoded(metadata=Meta(name=name, uid=uid or f"uid-{name}"))


def added(*names: str, version: str = "") -> list[Event]:
    return [WatchEvent(EventType.ADDED, thing(n), version) for n in names]


def deleted(name: str, version: str = "") -> Event:
    return WatchEvent(EventType.DELETED, thing(name), version)


def bookmark(version: str, *, end: bool = False) -> Event:
    return WatchEvent(EventType.BOOKMARK, None, version, end)


def project(item: Decoded) -> Row:
    if item.metadata.name == "unreadable":
        raise ValueError("no row")
    return {"uid": item.metadata.uid, "namespace": "", "name": item.metadata.name, "created": 0}


KIND: KindSpec[Decoded] = KindSpec(NAMESPACES, "Namespace", "Namespaces", False, BASE, Decoded, project, ("name",))


class Writer:
    """Rows by uid, as a store keeps them. `fail` is raised by the next upsert; `revoked` answers False."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.log: list[str] = []
        self.fail: ClusterError | None = None
        self.revoked = False
        self._brought: set[str] = set()

    def _note(self, what: str) -> bool:
        if self.revoked:
            return False
        self.log.append(what)
        return True

    async def keep(self, resource: Resource, columns: Sequence[Column]) -> bool:
        raise NotImplementedError  # a reflector is given kinds that are kept

    async def begin(self, resource: Resource) -> bool:
        self._brought = set()
        return self._note("begin")

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool:
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error
        if self.revoked:
            return False
        for row in rows:
            self.rows[str(row["uid"])] = str(row["name"])
            self._brought.add(str(row["uid"]))
        return self._note(f"upsert {len(rows)}")

    async def delete(self, resource: Resource, uids: Sequence[str]) -> bool:
        for uid in uids:
            self.rows.pop(uid, None)
        return self._note("delete")

    async def finish(self, resource: Resource, resource_version: str, left_out: str = "") -> bool:
        self.rows = {u: n for u, n in self.rows.items() if u in self._brought}
        return self._note(f"finish {resource_version}")

    async def touch(self, resource: Resource, resource_version: str) -> bool:
        return self._note(f"touch {resource_version}")

    async def stale(self, resource: Resource) -> bool:
        return self._note("stale")

    def heads(self) -> Writer:
        return self


async def _never() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError("never")


class Stream:
    def __init__(self, steps: list[Step]) -> None:
        self._steps = iter(steps)

    def __aiter__(self) -> AsyncIterator[list[Event]]:
        return self

    async def __anext__(self) -> list[Event]:
        for step in self._steps:
            if isinstance(step, ClusterError):
                raise step
            if isinstance(step, float):
                await asyncio.sleep(step)
            elif isinstance(step, list):
                return step
            elif step == END:
                raise StopAsyncIteration
            else:
                await _never()
        return await _never()


Script = list[Step] | ClusterError | str


class Server:
    """`streams` and `pages` are used up in order; a stream with no script left hangs. `asked` is what was asked."""

    def __init__(
        self, streams: list[Script], pages: list[ListPage[Decoded] | ClusterError | str] | None = None
    ) -> None:
        self._streams = list(streams)
        self._pages = list(pages or [])
        self.asked: list[str] = []
        self.limits: list[int] = []
        self.open = 0
        self.latency = 0.0
        self.note = ""

    @asynccontextmanager
    async def watch(
        self,
        resource: Resource,
        decoder: type[Any],
        *,
        resource_version: str = "",
        initial_events: bool = False,
    ) -> AsyncGenerator[Any]:
        self.asked.append("stream" if initial_events else f"watch {resource_version}")
        script = self._streams.pop(0) if self._streams else HANG
        if isinstance(script, ClusterError):
            raise script
        if isinstance(script, str):
            await _never()
        self.open += 1
        try:
            yield Stream(script)
        finally:
            self.open -= 1

    async def list_page(
        self,
        resource: Resource,
        decoder: type[Any],
        *,
        limit: int = 500,
        continue_token: str = "",
    ) -> ListPage[Any]:
        self.asked.append(f"page {continue_token}".strip())
        self.limits.append(limit)
        await asyncio.sleep(self.latency)
        page = self._pages.pop(0)
        if isinstance(page, ClusterError):
            raise page
        if isinstance(page, str):
            return await _never()
        return page


class Counted(Lister, Protocol):
    """`open`: its watches."""

    @property
    def open(self) -> int: ...


class Bench:
    """A running reflector and what it said. `until` waits for a state by its tag."""

    def __init__(
        self,
        server: Counted,
        *,
        lister: Lister | None = None,
        kind: KindSpec[Decoded] = KIND,
        gate: asyncio.Event | None = None,
        slots: Slots | None = None,
        after_page: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.server = server
        self.writer = Writer()
        self.states: list[ReflectorState] = []
        self.answered = 0
        self.slots = slots or Slots(1)
        self._gate = gate
        self._news = asyncio.Condition()
        started, loop = time.time(), asyncio.get_running_loop()
        begun = loop.time()
        self.now: Callable[[], float] = lambda: started + loop.time() - begun
        self.reflector: Reflector[Decoded] = Reflector(
            kind,
            lister or server,
            permit=self._permit,
            slot=self.slots.hold,
            told=self.states.append,
            answered=self._note_answer,
            backoff=Backoff(1, 60, random.Random(1)),
            now=self.now,
            after_page=after_page,
        )

    def _note_answer(self) -> None:
        self.answered += 1

    async def _permit(self) -> Writer:
        if self._gate is not None:
            await self._gate.wait()
        return self.writer

    @property
    def tags(self) -> list[str]:
        """The states in order, repeated ones once."""
        tags = [str(s.__struct_config__.tag) for s in self.states]
        return [t for i, t in enumerate(tags) if i == 0 or tags[i - 1] != t]


@asynccontextmanager
async def running(bench: Bench) -> AsyncGenerator[asyncio.Task[None]]:
    task = asyncio.create_task(bench.reflector.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
        assert bench.server.open == 0, "a watch was left open"
        assert bench.slots.used == 0, "a slot was left held"


async def passes(seconds: float) -> None:
    """Virtual time; everything due meanwhile has run."""
    await asyncio.sleep(seconds)
