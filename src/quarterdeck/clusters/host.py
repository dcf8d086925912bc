"""The host of clusters in this process: makes runtimes, ends them, and keeps what would not stop for the reaper."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import structlog

from quarterdeck.aio.slots import Slots
from quarterdeck.aio.tasks import TaskBag
from quarterdeck.clusters.parts import Parts
from quarterdeck.clusters.protocol import Emit, KindsChanged, OpenFailed, OpenOrder, OpenResult, RuntimeEvent
from quarterdeck.clusters.runtime import Runtime
from quarterdeck.model.errors import ClusterError
from quarterdeck.model.states import Failure
from quarterdeck.model.target import Key, Target
from quarterdeck.stores.protocol import Store

log = structlog.get_logger(__name__)


class LocalHost:
    """Implements ClusterHost. Owns the runtimes by epoch, and one open store per cluster, which outlives them."""

    def __init__(self, parts: Parts, forget_wait: Callable[[Target], None]) -> None:
        self._parts = dataclasses.replace(parts, open_store=self._open_store, hurry_store=self._hurry_store)
        self._make_store = parts.open_store
        self._forget_wait = forget_wait
        self._emit: Emit = _nobody
        self.on_kinds: Callable[[Key], None] = lambda key: None
        """Called when what a cluster serves changed, or how one of its kinds is read: for the app."""
        self._runtimes: dict[int, Runtime] = {}
        self._stores: dict[Key, tuple[str, Store]] = {}
        self._opening: dict[Key, asyncio.Lock] = {}
        self._openings = Slots(1)
        self._reaper = TaskBag("reaper")
        self.stragglers: dict[int, list[str]] = {}

    def attach(self, emit: Emit) -> None:
        self._emit = emit

    async def open(self, order: OpenOrder) -> OpenResult:
        try:
            runtime = Runtime(order, self._parts, self._take)
        except ClusterError as error:
            return OpenFailed(Failure.of(error))
        self._runtimes[order.epoch] = runtime
        return await runtime.open()

    def permit(self, epoch: int) -> None:
        self._runtimes[epoch].permit()

    def revoke(self, epoch: int) -> None:
        if (runtime := self._runtimes.get(epoch)) is not None:
            runtime.revoke()

    async def teardown(self, epoch: int) -> list[str]:
        runtime = self._runtimes.pop(epoch, None)
        if runtime is None:
            return []
        left = await runtime.close()
        if left:
            self.stragglers[epoch] = left
            self._reaper.spawn(self._reap(epoch, runtime), f"epoch {epoch}")
        return left

    def rows(self, epoch: int) -> Store | None:
        runtime = self._runtimes.get(epoch)
        return None if runtime is None else runtime.store

    async def release(self, key: Key) -> None:
        _, store = self._stores.pop(key, ("", None))
        if store is not None:
            await store.close()

    def forget_wait(self, target: Target) -> None:
        self._forget_wait(target)

    # --- beyond the protocol: for the app -----------------------------------------------------------------------------

    def runtime(self, epoch: int) -> Runtime | None:
        return self._runtimes.get(epoch)

    def runtimes(self) -> list[Runtime]:
        return list(self._runtimes.values())

    def wake(self) -> None:
        """The machine woke from sleep: every transport is doubted at once."""
        for runtime in self._runtimes.values():
            runtime.wake()

    async def close(self) -> list[str]:
        """After the coordinator has closed: ends what is left. Returns the names of what would not stop."""
        for epoch in tuple(self._runtimes):
            await self.teardown(epoch)
        for key in tuple(self._stores):
            await self.release(key)
        return await self._reaper.close(self._parts.deadlines.close)

    def _take(self, event: RuntimeEvent | KindsChanged) -> None:
        if isinstance(event, KindsChanged):
            self.on_kinds(event.key)
        else:
            self._emit(event)

    async def _reap(self, epoch: int, runtime: Runtime) -> None:
        backoff = self._parts.backoff()
        while self.stragglers.get(epoch):
            await asyncio.sleep(backoff.next())
            self.stragglers[epoch] = await runtime.close()
        del self.stragglers[epoch]
        log.info("torn down at last", epoch=epoch, cluster=runtime.order.target.id)

    async def _open_store(self, target: Target) -> Store:
        """One store per cluster at a time; another server or identity has another file, and closes this one."""
        wanted = target.store_fingerprint()
        async with self._opening.setdefault(target.key, asyncio.Lock()):
            fingerprint, store = self._stores.get(target.key, ("", None))
            if store is not None and fingerprint == wanted:
                return store
            if store is not None:
                del self._stores[target.key]
                await store.close()
            async with self._openings.hold(target.key):
                store = await self._make_store(target)
            self._stores[target.key] = (wanted, store)
            return store

    def _hurry_store(self, target: Target) -> None:
        """Its cluster has answered: its rows go before those of hundreds that may never."""
        self._openings.hurry(target.key)


def _nobody(event: RuntimeEvent) -> None:
    log.warning("an event before anybody listens", event=type(event).__name__)
