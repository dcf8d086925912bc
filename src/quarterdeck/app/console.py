"""The composition root: puts the parts together, and takes them apart in the opposite order."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from quarterdeck.aio.lag import LagSampler
from quarterdeck.aio.names import Names
from quarterdeck.aio.sleep import SleepWatch
from quarterdeck.aio.slots import Slots
from quarterdeck.aio.tasks import TaskBag
from quarterdeck.api.ports import ConsoleNews, ContextsNow, Known, SelectionGauges
from quarterdeck.api.wire import ConsentView, KindList, RuntimesDiagnostics, Tabs, Vitals
from quarterdeck.app.asking import Asking
from quarterdeck.app.attention import Watching
from quarterdeck.app.consenting import Consenting
from quarterdeck.app.contexts import contexts_now, held_back, with_colours
from quarterdeck.app.demo import simulated_clusters
from quarterdeck.app.diagnostics import Diagnostics
from quarterdeck.app.domains.domains import Domains
from quarterdeck.app.following import Following
from quarterdeck.app.keeping import Keeping
from quarterdeck.app.kept import Kept, read_kept
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.app.object.reach import Reaching
from quarterdeck.app.object.reading import Objects
from quarterdeck.app.overview import Overviewing
from quarterdeck.app.restore import restore
from quarterdeck.app.saved_queries import QueryShelf
from quarterdeck.app.searching import Search
from quarterdeck.app.session import Session
from quarterdeck.app.spans import Spans
from quarterdeck.app.tabs import TabOrder
from quarterdeck.app.usage import Usage
from quarterdeck.app.wanted import Wanted
from quarterdeck.catalog.attention import RULES
from quarterdeck.catalog.attention.board import Attention
from quarterdeck.catalog.attention.connection import of_connection
from quarterdeck.catalog.completing import Completing
from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.own_kinds import own_kinds
from quarterdeck.catalog.windows import Windows
from quarterdeck.clusters.host import LocalHost
from quarterdeck.clusters.namespaces import preferred
from quarterdeck.clusters.parts import Parts
from quarterdeck.kubeclient.client import Client
from quarterdeck.kubeclient.handle import Handle
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.kubeclient.trust import Trust
from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.contexts import Contexts
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places
from quarterdeck.kubeconfig.watcher import Watcher
from quarterdeck.model.attention import Finding
from quarterdeck.model.credentials import CredentialSource
from quarterdeck.model.target import ClusterId, Key, Target, key_of
from quarterdeck.operations.registry import Operations
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.intents import KubeconfigChanged
from quarterdeck.selection.protocol import News
from quarterdeck.settings.model import Settings
from quarterdeck.stores.pool import StorePool
from quarterdeck.stores.sqlite import ClusterStore, open_store

log = structlog.get_logger(__name__)

VERSION = version("quarterdeck")
"""Read from disk as the program is loaded, not on its loop."""


class RunningConsole:
    """Implements api.ports.Console. Made and ended by `running`."""

    def __init__(self, settings: Settings, kept: Kept, *, transient: bool, demo: bool, places: Places) -> None:
        self.settings = settings
        self.version = VERSION
        self.demo = demo
        self.coalescing = settings.page.coalescing.value
        self.registry = CollectorRegistry()
        self.lag = LagSampler()
        self.names = Names(threads=settings.names.threads)
        self.broker = Broker(concurrency=settings.credentials.concurrency)
        self.pool = StorePool()
        self.session = Session(None if transient or demo else settings.folders.data / "session.json")
        self._trust = Trust()
        self._stores = settings.folders.cache / ("demo" if demo else "rows")
        self._transient = transient
        loader = Loader(places, names=kept.names, consents=kept.consents)
        self.watcher = Watcher(loader, self._contexts_changed)
        self._listeners: list[Callable[[ConsoleNews], None]] = []
        self._bag = TaskBag("console")
        self._contexts = ContextsNow()
        self._restoring = False
        self._untouched = True
        """Nothing was opened since the start: what was open before is what the next start shall open."""
        self._held_back: tuple[ClusterId, ...] = ()
        self._selected: frozenset[ClusterId] = frozenset()
        self.keeping = Keeping(self._stores, settings.stores, self.pool.writers, self._rows_wanted)
        self._core = core_kinds()
        own = own_kinds()
        slots = Slots(1)
        deadlines = settings.deadlines
        parts = Parts(
            connect=self._connect,
            credentials=self.broker.source,
            open_store=self._open_store,
            kinds=self._core,
            deadlines=deadlines,
            slots=slots,
            now=time.time,
            rng=random.Random(),  # noqa: S311 - jitter
            own=own,
            linger=settings.lists.linger,
            catalog=settings.search.budget,
            namespaces=lambda target: preferred(target, settings.lists.namespaces),
        )
        self.host = LocalHost(parts, self.broker.retry)
        self.operations = Operations(self._handle_of)
        self.host.on_kinds = self._kinds_changed
        self.wanted = Wanted(self.host.runtime)
        self.knowledge = Knowledge(self.host, self.session, self._core, own.values(), self._known_changed)
        self.windows = Windows(own.values(), self.knowledge.part_state, self.wanted.want)
        self.completing = Completing(
            self.windows.members,
            self.windows.shapes,
            lambda key, resource: self.knowledge.part_state(key, resource).names,
        )
        self.search = Search(self.windows.members, self.knowledge)
        reaching = Reaching(self.windows.members, self.host.runtime, own)
        self.objects = Objects(reaching)
        self._following = Following(self.wanted.want)
        self.asking = Asking(
            self._stores,
            self.windows.members,
            self.knowledge,
            self.contexts,
            own.values(),
            settings.query,
            self._following,
        )
        self.query_shelf = QueryShelf(
            None if transient or demo else settings.folders.data / "queries.json",
            told=lambda: self._tell(ConsoleNews(saved=True)),
        )
        board = Attention(
            RULES, self.knowledge.kind_names, lambda key: self._known_changed(frozenset({key})), self._connection
        )
        self.attention = Watching(board, self.windows.members, self.knowledge, own, self.wanted.want)
        self.overview = Overviewing(
            self.windows.members,
            self.knowledge,
            own,
            self.wanted.want,
            self._client_of,
            board.mark,
            lambda key: self._known_changed(frozenset({key})),
        )
        self.usage = Usage(self.knowledge, self.wanted.want)
        self.domains = Domains(
            self.windows.members,
            self.knowledge,
            own,
            self.wanted.want,
            reaching,
            lambda key: self._known_changed(frozenset({key})),
        )
        self.selection = Coordinator(
            self.host,
            deadlines=deadlines,
            now=time.time,
            slots=slots,
            slot_cap=settings.selection.slots or None,
            mode=settings.selection.mode.value,
            participants=(
                self.windows,
                self.operations,
                self.knowledge.counts,
                board,
                self.overview.board,
                self.usage.history,
                *self.domains.participants,
                self._following,
                self.wanted,
            ),
        )
        self.knowledge.attach(self.selection)
        self._consenting = Consenting(kept.consents, self.watcher)
        self._tabs = TabOrder(self.session, self.selection, lambda: self._tell(ConsoleNews(tabs=True)))
        self._diagnostics = Diagnostics(self.selection, self.host, self.names, self.lag)
        self._sleep = SleepWatch(self._woke)
        self._spans = Spans(self.selection)

    # --- what the API reads -------------------------------------------------------------------------------------------

    @property
    def tabs(self) -> Tabs:
        return self._tabs.now

    def set_tabs(self, order: Sequence[Key], active: Key | None, merged: Sequence[Sequence[Key]] | None = None) -> Tabs:
        return self._tabs.put(order, active, merged)

    def contexts(self) -> ContextsNow:
        return held_back(self._contexts, self._held_back)

    def known(self, key: Key) -> Known:
        return self.knowledge.known(key)

    def kinds(self, key: Key) -> KindList:
        return self.knowledge.kinds(key)

    def gauges(self) -> SelectionGauges:
        return SelectionGauges(
            mode=self.selection.mode,
            slots_used=self.selection.slots.used,
            slots_cap=self.selection.slots.cap,
            queue_depth=self.selection.queue_depth,
            commit_ms=tuple(self.selection.commit_ms),
            counters={**self.selection.ledger.counters, "leaked": len(self.host.stragglers)},
        )

    def runtimes(self) -> RuntimesDiagnostics:
        return self._diagnostics.runtimes()

    def vitals(self) -> Vitals:
        return self._diagnostics.vitals()

    def consent(self, key: Key) -> ConsentView:
        return self._consenting.view(key)

    async def give_consent(self, key: Key, digest: str | None) -> ConsentView:
        return await self._consenting.give(key, digest)

    def subscribe(self, listener: Callable[[ConsoleNews], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # --- its life -----------------------------------------------------------------------------------------------------

    async def start(self, *, opens: bool) -> None:
        self.lag.start()
        self._sleep.start()
        await self.session.start()
        self.selection.resume(self.session.saved.generation)
        self._tabs.hold([key_of(ClusterId(cluster)) for cluster in self.session.saved.selected])
        if not self._transient:
            await self.keeping.evict()
        self._contexts_changed(await self.watcher.start())
        self._spans.start()
        self.selection.subscribe(self._selection_changed)
        if opens:
            self._bag.spawn(self._restore(), "restore")

    async def _restore(self) -> None:
        """While it lasts the selection on disk stays: a crash in between must not forget those that wait their turn."""
        self._restoring = True
        self._held_back = await restore(self.selection, self.session, self._tabs)
        self._restoring = False
        self._save_selection()

    async def close(self) -> None:
        """Each part within its own bound; what would not stop is logged."""
        left = await self._bag.close(2)
        self._sleep.stop()
        await self.keeping.close()
        await self.watcher.close()
        await self.attention.close()
        await self.overview.close()
        await self.usage.close()
        await self.domains.close()
        await self.knowledge.close()
        left += await self.selection.close()
        self._spans.close()
        await self.operations.close()
        await self.asking.close()
        await self.windows.aclose()
        left += await self.host.close()
        await self.broker.close()
        await self.session.close()
        await asyncio.to_thread(self.pool.close)
        self.lag.stop()
        if left:
            log.warning("would not stop", stragglers=left)

    # --- what changes -------------------------------------------------------------------------------------------------

    def _contexts_changed(self, contexts: Contexts) -> None:
        saved = self.session.saved
        slots = with_colours(contexts, saved.slots)
        self.session.put(slots=slots)
        self._consenting.contexts = contexts
        self._contexts = contexts_now(contexts, slots, demo=self.demo, first_run=not saved.ever)
        self.selection.submit(KubeconfigChanged(contexts.targets(), contexts.failures()))
        self._tell(ConsoleNews(contexts=True))

    def _selection_changed(self, news: News) -> None:
        before, self._selected = self._selected, frozenset(self.selection.selected)
        if before - self._selected and not self._transient:
            self.keeping.closed()
        if not self._restoring:
            self._save_selection()
        self._tabs.follow(self.selection.selected)
        self.windows.changed(news.clusters)
        self.knowledge.twins.changed()
        self._following.wake()

    def _save_selection(self) -> None:
        selected = self.selection.selected
        if self._untouched and selected:
            self._untouched = False
            self._held_back = ()
            self._tabs.hold(())
        kept = self.session.saved.selected if self._untouched else selected
        ever = self.session.saved.ever or bool(selected)
        self.session.put(generation=self.selection.generation, selected=kept, ever=ever)

    def _known_changed(self, keys: frozenset[Key]) -> None:
        self._tell(ConsoleNews(known=keys))

    def _kinds_changed(self, key: Key) -> None:
        self.windows.changed((key,))
        self._following.wake()
        self.knowledge.kinds_changed(key)

    def _tell(self, news: ConsoleNews) -> None:
        for listener in tuple(self._listeners):
            listener(news)

    def _woke(self, seconds: float) -> None:
        log.info("the machine slept", seconds=round(seconds))
        self.host.wake()

    def _handle_of(self, epoch: int) -> Handle | None:
        runtime = self.host.runtime(epoch)
        return None if runtime is None else runtime.handle

    def _client_of(self, key: Key) -> tuple[int, ClusterClient] | None:
        member = self.windows.members.get(key)
        runtime = self.host.runtime(member.epoch) if member is not None and member.epoch else None
        return (runtime.order.epoch, runtime.handle.client) if runtime is not None else None

    def _connection(self, key: Key) -> tuple[Finding, ...]:
        here = self._client_of(key)
        if here is None:
            return ()
        entry = self._contexts.entries.get(key)
        found = here[1].lifetimes()
        return of_connection(key, entry.name if entry is not None else key, found.server, found.own, time.time())

    def _connect(self, target: Target, source: CredentialSource) -> Client:
        return Client(target, source, names=self.names, trust=self._trust)

    def _rows_wanted(self) -> set[Key]:
        """Of clusters that are open, or were and are about to be again."""
        named = (*self.session.saved.selected, *self.selection.selected)
        return {key_of(ClusterId(c)) for c in named} | {r.order.key for r in self.host.runtimes()}

    async def _open_store(self, target: Target) -> ClusterStore:
        return await open_store(self._stores, target, {k.resource: k.columns for k in self._core}, self.pool)


@asynccontextmanager
async def running(settings: Settings, *, transient: bool = False, demo: bool = False) -> AsyncGenerator[RunningConsole]:
    """A console that lives as long as the block. `transient`: writes nothing to the data folder and opens nothing by
    itself. `demo`, or no kubeconfig anywhere: on simulated clusters."""
    async with AsyncExitStack() as stack:
        places = await asyncio.to_thread(_places, settings)
        if demo or (not transient and not await asyncio.to_thread(_any, places)):
            places = Places((str(await stack.enter_async_context(simulated_clusters())),))
            demo = True
        kept = await asyncio.to_thread(read_kept, settings.folders.data, transient=transient, demo=demo)
        console = RunningConsole(settings, kept, transient=transient, demo=demo, places=places)
        stack.push_async_callback(console.close)
        await console.start(opens=settings.selection.restore and not transient and not demo)
        yield console


def _places(settings: Settings) -> Places:
    folders = [str(folder) for folder in settings.kubeconfig.directories]
    if settings.kubeconfig.files:
        found = Places.find(os.environ, folders)
        return Places(tuple(str(f) for f in settings.kubeconfig.files), found.folders, named=True)
    return Places.find(os.environ, folders)


def _any(places: Places) -> bool:
    """Whether there is something to look at, or a file was named: who mistypes its name wants no simulated clusters."""
    return places.named or any(Path(p).exists() for p in (*places.merged, *places.folders))
