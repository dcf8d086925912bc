"""A runtime: all that exists because a cluster is open. One epoch, from its order to its teardown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec
import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.clusters.anonymous import admit, seems_anonymous
from quarterdeck.clusters.by_namespace import ByNamespace, columns_of
from quarterdeck.clusters.cataloguing import RELIST_SECONDS, CatalogGround, Cataloguing
from quarterdeck.clusters.crowd import FEW, NEAR_S
from quarterdeck.clusters.definitions import Definitions
from quarterdeck.clusters.demand import Demand, Ground
from quarterdeck.clusters.heads_lister import HeadsLister
from quarterdeck.clusters.heartbeat import Heartbeat
from quarterdeck.clusters.lists import Lists
from quarterdeck.clusters.login import wait_for_login, wait_until_taken
from quarterdeck.clusters.namespaces import Namespaces
from quarterdeck.clusters.opening import FailedStepError, Opening
from quarterdeck.clusters.parts import Parts
from quarterdeck.clusters.phases import PhaseTrack, phase_timed_out
from quarterdeck.clusters.protocol import (
    Authenticated,
    KindsChanged,
    LostCredentials,
    LostTransport,
    Opened,
    OpenFailed,
    OpenOrder,
    OpenResult,
    PhasesChanged,
    RecoveredCredentials,
    RowsOpened,
    RuntimeEvent,
    Synced,
    Unsynced,
)
from quarterdeck.clusters.reflector import Reflector
from quarterdeck.clusters.reflector_state import Listing, Live, ReflectorState, Starting
from quarterdeck.clusters.served import Served, ServerFacts
from quarterdeck.clusters.watching import Streaming
from quarterdeck.kubeclient.handle import Handle
from quarterdeck.kubeclient.protocol import Definition
from quarterdeck.model.errors import ClusterError, ErrorClass, ForbiddenError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.states import Failure, Phase, PhaseName
from quarterdeck.stores.protocol import RowWriter, Store

log = structlog.get_logger(__name__)

_FIRST_ROWS_SECONDS = 0.5
"""How long the other lists, and their handshakes, let the first rows of the first list pass."""


class Runtime:
    """`open` runs once; `revoke` is synchronous and final; `close` ends what is left. Implements opening.Steps."""

    def __init__(self, order: OpenOrder, parts: Parts, emit: Callable[[RuntimeEvent | KindsChanged], None]) -> None:
        self.order = order
        self.bag = TaskBag(f"{order.target.id}#{order.epoch}")
        self._logins = TaskBag(f"{order.target.id}#{order.epoch}/login")
        self.facts = ServerFacts()
        self.served = Served(self._served_changed)
        self.store: Store | None = None
        self._parts = parts
        self._emit = emit
        self._revoked = False
        self._source = parts.credentials(order.target)
        self._client = parts.connect(order.target, self._source)
        self._namespaces = Namespaces(self._client, parts.namespaces(order.target))
        self.handle = Handle(order.epoch, self._client)
        self.heartbeat = Heartbeat(self._client, parts.deadlines, self._transport_lost, self._judged)
        self._permit: asyncio.Future[RowWriter] = asyncio.get_running_loop().create_future()
        self._answered = asyncio.Event()
        # With the head of the answer: a page that hangs in its middle is no server that does not know us.
        self._client.subscribe_wire(lambda news: self._answered.set() if news == "answered" else None)
        self._stream_turn, self._others_turn = asyncio.Event(), asyncio.Event()
        """The stream comes before the others: the connection of the first page is its own."""
        self._leave_crowd: Callable[[], None] = lambda: None
        self.reflectors: dict[Resource, Reflector[Any]] = {}
        self.lists = Lists(tuple(k.resource for k in parts.kinds), self._lists_changed)
        self._track = PhaseTrack(parts.deadlines, parts.now, self._phases_changed)
        self._discovery_failure: Failure | None = None
        self._told: tuple[Failure, float | None] | None = None
        self._streaming = Streaming()
        self.demand = Demand(
            Ground(
                columns=self._columns,
                served=self.served,
                own=parts.own,
                make=self._reflector,
                permit=self._await_turn,
                backoff=parts.backoff,
                now=parts.now,
                linger=parts.linger,
                told=lambda _: self._kinds_changed(),
            ),
            self.bag,
        )
        self.catalog = Cataloguing(
            CatalogGround(
                client=self._client,
                namespaces=self._namespaces,
                served=self.served,
                own=parts.own,
                store=lambda: self.store,
                make=self._heads_reflector,
                permit=self._await_turn,
                live=lambda resource: self.state_of(resource) is not None,
                reads=lambda: any(isinstance(state, Live) for state in self.lists.states.values()),
                calm=parts.calm,
                budget=parts.catalog,
                now=parts.now,
                jitter=parts.rng.random,
            ),
            self.bag,
        )
        self._settled = False
        self._synced = False
        self._logging_in = False
        self._unauthorized = False
        self._refused = False

    # --- from its host ------------------------------------------------------------------------------------------------

    async def open(self) -> OpenResult:
        """Never raises a ClusterError. Cancelled or ended, what it began is there until `close`."""
        opening = Opening(self._parts, self._client, self._source, self, self._track)
        try:
            with self._parts.calm.opening():
                await opening.run()
        except FailedStepError as error:
            return self._fail(opening, msgspec.structs.replace(error.failure, phase=opening.phase))
        except ClusterError as error:
            return self._fail(opening, Failure.of(error, opening.phase))
        except asyncio.CancelledError:
            if opening.committed:
                self._settle()
            raise
        finally:
            self._leave_crowd()
        self._settle()
        return Opened(self.objects())

    def permit(self) -> None:
        """It was committed: takes the writer lease."""
        assert self.store is not None
        if not self._permit.done() and not self._revoked:
            self._permit.set_result(self.store.lease(self.order.epoch))

    def revoke(self) -> None:
        if not self._revoked:
            self._revoked = True
            self.handle.revoke()
            self._permit.cancel()
            self.bag.cancel()
            self._logins.cancel()

    async def close(self) -> list[str]:
        """Ends all within the close deadline; the credentials before the client (SEED.md). Returns stragglers."""
        self.revoke()
        limit = self._parts.deadlines.close
        left = [*await self._logins.close(limit / 4), *await self.bag.close(limit / 4)]
        for name, closing in (("credentials", self._source.close), ("client", self._client.close)):
            try:
                async with asyncio.timeout(limit / 4):
                    await closing()
            except TimeoutError:
                left.append(f"{self.order.target.id}#{self.order.epoch}/{name}")
        return left

    def wake(self) -> None:
        """The machine slept, or rights changed: look at everything now."""
        self.heartbeat.check()
        self._wake_lists()

    def want(self, resource: Resource) -> Callable[[], None]:
        """Keeps rows of any kind current, on demand; returns how to release it. Core kinds are always wanted."""
        if self._revoked or resource in self.lists.expected:
            return lambda: None
        return self.demand.want(resource)

    def state_of(self, resource: Resource) -> ReflectorState | None:
        """How it stands with a kind; None where nobody wants it."""
        if resource in self.lists.expected:
            return self.lists.states.get(resource) or Starting(self._parts.now())
        return self.demand.state(resource)

    @property
    def all_reflectors(self) -> list[Reflector[Any]]:
        return [*self.reflectors.values(), *self.demand.reflectors]

    def objects(self) -> int:
        if self.store is None:
            return 0
        return sum(self.store.status(r).rows for r in self.reflectors)

    @property
    def client_stats(self) -> Any:
        return self._client.stats()

    # --- the steps of its opening -------------------------------------------------------------------------------------

    async def open_rows(self) -> None:
        self.store = await self._parts.open_store(self.order.target)
        self._tell(RowsOpened(self.order.key, self.order.epoch))

    async def first_answer(self) -> None:
        first = self._parts.kinds[0].resource
        self._start(first)
        failing = self.bag.spawn(self.lists.first(first), "first failure")
        answered = self.bag.spawn(self._answered.wait(), "first answer")
        try:
            await asyncio.wait({failing, answered}, return_when=asyncio.FIRST_COMPLETED)
            if not self._answered.is_set() and (failure := failing.result()) is not None:
                raise FailedStepError(failure)
            if seems_anonymous(self.lists.states.get(first)):
                await self._admit()
            self._leave_crowd = self._parts.crowd.enter()
            self._parts.hurry_store(self.order.target)
        finally:
            failing.cancel()
            answered.cancel()

    async def permitted(self) -> None:
        self._tell(Authenticated(self.order.key, self.order.epoch))
        await asyncio.shield(self._permit)

    async def start_rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_ROWS_SECONDS):
                await self.lists.shows(self._parts.kinds[0].resource)
        self._leave_crowd()
        await self._parts.crowd.passed()
        self._stream_turn.set()
        self._others_turn.set()
        for kind in self._parts.kinds[1:]:
            self._start(kind.resource)
        self.bag.spawn(self.heartbeat.run(), "heartbeat")
        signs = Definitions(self._client, self.served, self._discover, self._parts.backoff)
        self.bag.spawn(signs.run(), "definitions")
        self.bag.spawn(self.catalog.run(), "catalog")

    async def discovered(self) -> None:
        """Version, discovery and UID together; the refused among them are left out, the others must answer."""
        learning = [self._quietly(step) for step in (self._learn_version, self._learn_uid, self._learn_kinds)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(step) for step in learning]
        for task in tasks:
            if (error := task.result()) is not None:
                raise error

    async def listed(self) -> None:
        if (failure := await self.lists.all_synced()) is not None:
            raise FailedStepError(failure)

    # --- what it does while it lives ----------------------------------------------------------------------------------

    def _start(self, resource: Resource) -> None:
        kind = next(k for k in self._parts.kinds if k.resource == resource)
        after_page = self._stream_turn.wait if kind is self._parts.kinds[0] and self._page_first() else None
        reflector = self._reflector(kind, told=lambda state: self.lists.put(resource, state), after_page=after_page)
        self.reflectors[resource] = reflector
        self.bag.spawn(reflector.run(), f"reflector {resource.resource}")

    def _page_first(self) -> bool:
        connecting = next(phase for phase in self._track.phases if phase.name is PhaseName.CONNECT)
        return self._parts.calm.openings > FEW or (connecting.duration_ms or 0.0) <= NEAR_S * 1000

    def _reflector(
        self,
        kind: KindSpec[Any],
        *,
        told: Callable[[ReflectorState], None],
        optional: bool = False,
        polled: float | None = None,
        after_page: Callable[[], Awaitable[object]] | None = None,
    ) -> Reflector[Any]:
        return Reflector(
            kind,
            ByNamespace(self._client, self._namespaces if kind.namespaced else None),
            permit=self._await_permit,
            slot=self._parts.slots.hold,
            told=told,
            answered=self._answered.set,
            backoff=self._parts.backoff(),
            streaming=self._streaming,
            silence=self._parts.deadlines.list_silence,
            now=self._parts.now,
            optional=optional,
            polled=polled,
            after_page=after_page,
        )

    def _heads_reflector(
        self,
        kind: KindSpec[Any],
        *,
        lister: HeadsLister,
        permit: Callable[[], Awaitable[RowWriter]],
        told: Callable[[ReflectorState], None],
    ) -> Reflector[Any]:
        """It lists once: who told it ends it."""
        return Reflector(
            kind,
            lister,
            permit=permit,
            slot=self._parts.slots.hold,
            told=told,
            answered=lambda: None,
            backoff=self._parts.backoff(),
            silence=self._parts.deadlines.list_silence,
            now=self._parts.now,
            optional=True,
            polled=RELIST_SECONDS,
        )

    async def _columns(self, resource: Resource, namespaced: bool) -> tuple[Definition, ...]:
        return await columns_of(self._client, self._namespaces if namespaced else None, resource)

    async def _await_permit(self) -> RowWriter:
        return await asyncio.shield(self._permit)

    async def _await_turn(self) -> RowWriter:
        """For what was wanted early: the first rows go before every other request, and their connection is theirs."""
        writer = await self._await_permit()
        await self._others_turn.wait()
        return writer

    async def _quietly(self, step: Callable[[], Coroutine[Any, Any, None]]) -> ClusterError | None:
        """Its error as a value, so that one refused question does not cut the others short."""
        try:
            await step()
        except ForbiddenError:
            return None
        except ClusterError as error:
            return error
        return None

    async def _learn_version(self) -> None:
        found = await self._client.version()
        self.facts = msgspec.structs.replace(self.facts, version=found.git_version, platform=found.platform)

    async def _discover(self) -> None:
        async with asyncio.timeout(self._parts.deadlines.discover):
            await self._learn_kinds()

    async def _learn_kinds(self) -> None:
        self.served.put(await self._client.discover())

    async def _learn_uid(self) -> None:
        uid = await self._client.uid()
        if not uid:
            return
        self.facts = msgspec.structs.replace(self.facts, uid=uid)
        if self.store is not None and not await self.store.verify(uid):
            log.warning("another server answers here; the rows kept of the old one were discarded", uid=uid)

    def _lists_changed(self) -> None:
        """Tells health at its edges, and where the lists are while it opens."""
        self._tell_progress()
        waiting = self.lists.unauthorized
        if waiting is not None and self._permit.done():
            self._credentials_lost(waiting.failure)
        elif self._unauthorized and self.lists.synced and not self._refused:
            self._unauthorized = False
            self._tell(RecoveredCredentials(self.order.key, self.order.epoch))
        lost = self.lists.lost
        failure = lost.failure if lost is not None else self._discovery_failure
        if lost is not None:
            self.heartbeat.check()
        if failure is not None and self._settled:
            retry_at = lost.retry_at if lost is not None else None
            if (failure, retry_at) != self._told:
                self._told = (failure, retry_at)
                self._tell(Unsynced(self.order.key, self.order.epoch, failure, retry_at))
        elif self.lists.synced and self._settled and (self._told is not None or not self._synced):
            self._told = None
            self._synced = True
            self._tell(Synced(self.order.key, self.order.epoch))

    def _settle(self) -> None:  # from now on it speaks for itself
        self._settled = True
        self._lists_changed()

    def _tell_progress(self) -> None:
        listing = [s for s in self.lists.states.values() if isinstance(s, Listing)]
        if listing and not self._settled:
            objects = self.objects()
            self._track.tell(PhaseName.LIST, f"Listing, {objects:,} objects so far")

    def _served_changed(self) -> None:
        self.demand.wake()
        self.catalog.served_changed()
        self._kinds_changed()

    def _kinds_changed(self) -> None:
        self._tell(KindsChanged(self.order.key, self.order.epoch))

    def _phases_changed(self, phases: tuple[Phase, ...]) -> None:
        self._tell(PhasesChanged(self.order.key, self.order.epoch, phases))

    def _transport_lost(self, failure: Failure) -> None:
        self._tell(LostTransport(self.order.key, self.order.epoch, failure))

    def _judged(self, failure: Failure | None) -> None:
        """What the heartbeat was told of our credentials."""
        was, self._refused = self._refused, failure is not None
        if failure is not None:
            self._credentials_lost(failure)
        elif was:
            self._lists_changed()

    def _credentials_lost(self, failure: Failure) -> None:
        """Told once, however often a login turns out to be worth nothing, until the lists live again."""
        if self._revoked:
            return
        if not self._unauthorized:
            self._unauthorized = True
            self._tell(LostCredentials(self.order.key, self.order.epoch, failure))
        if not self._logging_in:
            self._logging_in = True
            self._logins.spawn(self._log_in(), "login")

    async def _log_in(self) -> None:
        await wait_for_login(self._source, self._parts.deadlines.person)
        self._logging_in = False
        self.heartbeat.check()
        self._wake_lists()

    def _wake_lists(self) -> None:
        for reflector in self.reflectors.values():
            reflector.wake()
        self.demand.wake()
        self.catalog.wake()

    async def _admit(self) -> None:
        target = self.order.target
        await admit(self._client, target, self._parts.kinds, self._parts.namespaces(target))

    async def _sleep_until_login(self) -> None:
        """Nothing of it stays open meanwhile: fifty of these wait behind one expired login."""
        await self.bag.close(self._parts.deadlines.close)
        await self._client.close()
        await wait_until_taken(self._source, self._ask_once, self._parts.backoff(), self._parts.deadlines.person)
        self._tell(RecoveredCredentials(self.order.key, self.order.epoch))

    async def _ask_once(self) -> None:
        """What an opening asks first, on a client of its own: `close` ends it should this be cancelled."""
        deadlines = self._parts.deadlines
        self._client = self._parts.connect(self.order.target, self._source)
        try:
            async with asyncio.timeout(deadlines.connect + deadlines.authenticate):
                await self._admit()
        except TimeoutError as error:
            raise phase_timed_out(PhaseName.AUTHENTICATE, deadlines.authenticate) from error
        finally:
            await self._client.close()

    def _fail(self, opening: Opening, failure: Failure) -> OpenResult:
        """Where it was committed it goes on by itself; where only a login lacks it waits for that, without sockets."""
        self._settled = True
        if opening.committed:
            self._told = (failure, None)
            if failure.phase is PhaseName.DISCOVER:
                self._discovery_failure = failure
                self.bag.spawn(self._discover_again(), "discovery")
            return OpenFailed(failure, alive=True)
        if failure.error_class is ErrorClass.AUTH:
            self._logins.spawn(self._sleep_until_login(), "login")
            return OpenFailed(failure, alive=True)
        return OpenFailed(failure)

    async def _discover_again(self) -> None:
        backoff = self._parts.backoff()
        while True:
            await asyncio.sleep(backoff.next())
            limit = self._parts.deadlines.discover
            try:
                async with asyncio.timeout(limit):
                    await self.discovered()
            except (TimeoutError, ClusterError):
                continue
            self._discovery_failure = None
            self._lists_changed()
            return

    def _tell(self, event: Any) -> None:
        if not self._revoked:
            self._emit(event)
