"""Long-lived operations end with the runtime they were started on: a dummy one shows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from quarterdeck.kubeclient.handle import Handle
from quarterdeck.model.errors import RefusedError
from quarterdeck.operations.registry import Operations
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.intents import ChangeSelection, KubeconfigChanged, TransportLost, TransportRebuild
from tests.unit.clusters.stage import A, B, Bench
from tests.unit.selection.ground import REFUSED

pytestmark = pytest.mark.anyio


class Dummy:
    """Runs until it is ended; counts the ticks that it could still do something."""

    name = "dummy"

    def __init__(self) -> None:
        self.ticks = 0
        self.ended = False
        self.handle: Handle | None = None

    async def run(self, handle: Handle) -> None:
        self.handle = handle
        try:
            while True:
                await asyncio.sleep(1)
                self.ticks += 1
        finally:
            self.ended = True


class Ground:
    def __init__(self) -> None:
        self.bench = Bench()
        self.operations = Operations(self._handle)
        self.coordinator = Coordinator(
            self.bench.host,
            deadlines=self.bench.parts.deadlines,
            now=self.bench.parts.now,
            slots=self.bench.parts.slots,
            rng=self.bench.parts.rng,
            participants=(self.operations,),
        )
        clusters = self.bench.world.clusters
        self.coordinator.submit(KubeconfigChanged({c: clusters[c].target() for c in (A, B)}, {}))

    def _handle(self, epoch: int) -> Handle | None:
        runtime = self.bench.host.runtime(epoch)
        return None if runtime is None else runtime.handle

    async def open(self) -> None:
        await self.coordinator.settled(self.coordinator.submit(ChangeSelection(open=(A, B))).generation)


@pytest.fixture
async def ground(anyio_backend: object) -> AsyncGenerator[Ground]:
    made = Ground()
    yield made
    assert await made.coordinator.close() == []
    assert await made.operations.close() == []
    assert await made.bench.host.close() == []


async def test_an_operation_runs_on_an_open_cluster(ground: Ground) -> None:
    await ground.open()
    dummy = Dummy()
    ground.operations.start(A, dummy)
    await asyncio.sleep(10.5)
    assert (dummy.ticks, dummy.ended) == (10, False)
    assert (ground.operations.running(A), ground.operations.running(B)) == (1, 0)


async def test_closing_the_cluster_ends_its_operations_and_no_others(ground: Ground) -> None:
    await ground.open()
    here, there = Dummy(), Dummy()
    ground.operations.start(A, here)
    ground.operations.start(B, there)
    await asyncio.sleep(1.5)
    ground.coordinator.submit(ChangeSelection(close=(A,)))
    assert here.handle is not None
    assert here.handle.revoked  # At once: it can do nothing more, even before it has ended.
    assert ground.operations.running(A) == 0
    await asyncio.sleep(5)
    assert (here.ticks, here.ended) == (1, True)
    assert (there.ticks, there.ended) == (6, False)


async def test_a_new_epoch_ends_the_operations_of_the_old_one(ground: Ground) -> None:
    await ground.open()
    dummy = Dummy()
    ground.operations.start(A, dummy)
    epoch = ground.coordinator.status(A).epoch
    await asyncio.sleep(1)
    await ground.coordinator.settled(ground.coordinator.submit(TransportRebuild(A, epoch, "slept")).generation)
    assert ground.coordinator.status(A).epoch > epoch
    await asyncio.sleep(1)
    assert dummy.ended
    again = Dummy()
    ground.operations.start(A, again)
    await asyncio.sleep(1.5)
    assert again.ticks == 1


async def test_a_lost_transport_ends_them_too(ground: Ground) -> None:
    await ground.open()
    dummy = Dummy()
    ground.operations.start(A, dummy)
    await asyncio.sleep(1)
    ground.bench.world.plays["connect"] = "hang"
    ground.coordinator.submit(TransportLost(A, ground.coordinator.status(A).epoch, REFUSED))
    await asyncio.sleep(0.1)
    assert dummy.ended
    with pytest.raises(RefusedError, match="not connected"):
        ground.operations.start(A, Dummy())


async def test_none_starts_on_a_cluster_that_is_not_open(ground: Ground) -> None:
    with pytest.raises(RefusedError, match="not connected"):
        ground.operations.start(A, Dummy())
    await ground.open()
    ground.coordinator.submit(ChangeSelection(close=(A,)))
    with pytest.raises(RefusedError):
        ground.operations.start(A, Dummy())
