"""The lists of one runtime that run on demand: they start when first looked at and stop when long unused.

Whether the cluster is ready is not theirs to say: what fails here is the state of one kind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.printed import printed_kind
from quarterdeck.catalog.printed_rows import ColumnsChangedError
from quarterdeck.clusters.reflector import FORBIDDEN_RETRY, Reflector
from quarterdeck.clusters.reflector_state import (
    AuthWait,
    Forbidden,
    Listing,
    Live,
    Lost,
    ReflectorState,
    Starting,
    Unserved,
)
from quarterdeck.clusters.served import Served
from quarterdeck.clusters.watching import POLL_SECONDS
from quarterdeck.kubeclient.protocol import Definition
from quarterdeck.model.errors import AuthError, ClusterError, ForbiddenError, ServerError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.states import Failure
from quarterdeck.stores.protocol import RowWriter

log = structlog.get_logger(__name__)

DISCOVERY_SECONDS = 5.0
"""How long a kind without a projection of ours waits to be found in discovery before it is asked for all the same."""
MakeReflector = Callable[..., Reflector[Any]]
"""Of a kind and `told`, `optional` and `polled` (see Reflector): with all that a runtime gives each of its own."""


@dataclass(frozen=True)
class Ground:
    """What the lists of a runtime stand on. `columns(resource, namespaced)`: how the server prints it.
    `told(resource)` after each change of a state; `linger` in seconds."""

    columns: Callable[[Resource, bool], Awaitable[tuple[Definition, ...]]]
    served: Served
    own: Mapping[Resource, KindSpec[Any]]
    make: MakeReflector
    permit: Callable[[], Awaitable[RowWriter]]
    backoff: Callable[[], Backoff]
    now: Callable[[], float]
    linger: float
    told: Callable[[Resource], None]


class Demand:
    """`want` and what it returns are synchronous. The tasks are the bag's: whoever cancels that ends all lists."""

    def __init__(self, ground: Ground, bag: TaskBag) -> None:
        self._ground = ground
        self._bag = bag
        self._lists: dict[Resource, _OneList] = {}
        self._closed = False

    def want(self, resource: Resource) -> Callable[[], None]:
        """From now on rows of it are kept current, until all who want it have released it and the linger is over."""
        found = self._lists.get(resource)
        if found is None:
            found = self._lists[resource] = _OneList(resource, self._ground)
            self._bag.spawn(self._live(found), f"list {resource.path}")
        return found.hold()

    def state(self, resource: Resource) -> ReflectorState | None:
        found = self._lists.get(resource)
        return found.state if found is not None else None

    @property
    def reflectors(self) -> list[Reflector[Any]]:
        return [one.reflector for one in self._lists.values() if one.reflector is not None]

    @property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._lists)

    def wake(self) -> None:
        for one in self._lists.values():
            one.wake()

    async def _live(self, one: _OneList) -> None:
        """Until it was long unused; wanted in its last moment, it begins anew."""
        while True:
            await one.run()
            if not one.wanted:
                break
        del self._lists[one.resource]
        self._ground.told(one.resource)


class _OneList:
    def __init__(self, resource: Resource, ground: Ground) -> None:
        self.resource = resource
        self.reflector: Reflector[Any] | None = None
        self.state: ReflectorState = Starting(ground.now())
        self._ground = ground
        self._holds = 0
        self._limit: asyncio.Timeout | None = None
        self._wake = asyncio.Event()
        self._backoff = ground.backoff()

    @property
    def wanted(self) -> bool:
        return self._holds > 0

    def hold(self) -> Callable[[], None]:
        held = True
        self._holds += 1
        self._reschedule(None)

        def release() -> None:
            nonlocal held
            if held:
                held = False
                self._holds -= 1
                if not self._holds:
                    self._reschedule(asyncio.get_running_loop().time() + self._ground.linger)

        return release

    def wake(self) -> None:
        self._wake.set()
        if self.reflector is not None:
            self.reflector.wake()

    def _reschedule(self, when: float | None) -> None:
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(when)

    async def run(self) -> None:
        """Returns when the linger is over, its rows stale."""
        try:
            async with asyncio.timeout(None) as self._limit:
                if not self._holds:  # wanted for less than a turn of the loop
                    self._limit.reschedule(asyncio.get_running_loop().time() + self._ground.linger)
                await self._read()
        except TimeoutError:
            await self._stale()
        finally:
            self._limit = None
            self.reflector = None

    async def _read(self) -> None:
        while True:
            try:
                writer = await self._ground.permit()
                kind = await self._kind()
                if not await writer.keep(self.resource, kind.columns):
                    await _end()
            except ClusterError as error:
                await self._rest(self._after(error))
                continue
            found = self._ground.served.find(self.resource)
            polled = POLL_SECONDS if found is not None and "watch" not in found.verbs else None
            self.reflector = self._ground.make(kind, told=self._told, optional=True, polled=polled)
            try:
                await self.reflector.run()
                await _end()
            except ColumnsChangedError:
                log.info("the server prints a kind with other columns", kind=self.resource.path)
                await asyncio.sleep(self._backoff.next())  # API servers of two versions may take turns

    async def _kind(self) -> KindSpec[Any]:
        """Ours, or made from what the server prints. Raises ClusterError."""
        own = self._ground.own.get(self.resource)
        if own is not None:
            return own
        served = self._ground.served
        try:
            async with asyncio.timeout(DISCOVERY_SECONDS):
                await served.asked.wait()
        except TimeoutError:
            pass
        found = served.find(self.resource)
        kind, namespaced = (found.kind, found.namespaced) if found is not None else (self.resource.resource, True)
        definitions = await self._ground.columns(self.resource, namespaced)
        return printed_kind(self.resource, kind, namespaced, definitions)

    def _after(self, error: ClusterError) -> ReflectorState:
        """As a reflector has it: this one could not even begin."""
        now, failure = self._ground.now(), Failure.of(error)
        match error:
            case ForbiddenError():
                return Forbidden(now, failure, now + FORBIDDEN_RETRY)
            case AuthError():
                return AuthWait(now, failure)
            case ServerError(status=404):
                return Unserved(now, failure, now + FORBIDDEN_RETRY)
            case _:
                return Lost(now, failure, now + self._backoff.next())

    async def _rest(self, state: ReflectorState) -> None:
        self._wake.clear()
        self._told(state)
        until = state.retry_at if isinstance(state, Forbidden | Lost | Unserved) else None
        seconds = None if until is None else until - self._ground.now()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _stale(self) -> None:
        try:
            await (await self._ground.permit()).stale(self.resource)
        except ClusterError as error:
            log.warning("rows could not be marked stale", kind=self.resource.path, reason=error.reason)

    def _told(self, state: ReflectorState) -> None:
        if isinstance(state, Live):
            self._backoff.reset()
        news = type(state) is not type(self.state) or not isinstance(state, Listing)
        self.state = state
        if news:  # how far a list has come is seen in its rows
            self._ground.told(self.resource)


async def _end() -> NoReturn:
    """Another epoch writes: this runtime is about to be torn down, and its tasks with it."""
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")
