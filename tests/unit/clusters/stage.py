"""Runtimes over the simulator's client and store, in a world whose every answer the test sets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from quarterdeck.aio.slots import Slots
from quarterdeck.clusters.host import LocalHost
from quarterdeck.clusters.parts import Parts
from quarterdeck.clusters.protocol import (
    Authenticated,
    OpenOrder,
    OpenResult,
    PhasesChanged,
    RuntimeEvent,
)
from quarterdeck.model.credentials import Credential, CredentialState
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import ClusterError
from quarterdeck.model.states import Phase, PhaseName
from quarterdeck.model.target import ClusterId, Target
from tests.simulation.fakes import KINDS, SimClient, SimSource, SimStore
from tests.simulation.world import SimCluster, World

A = ClusterId("config:a")
B = ClusterId("config:b")
HANG = "hang"


@dataclass
class Stage(World):
    """Stages: resolve, connect, credential, list, stream, ask, ping. `plays` maps one to HANG, an error, or the seconds
    it takes. `person` is what the source says it waits for; `queued` that its plugin waits for its turn."""

    plays: dict[str, str | ClusterError | float] = field(default_factory=dict[str, "str | ClusterError | float"])
    person: str = ""
    queued: bool = False
    pings: int = 0

    async def step(self, cluster: SimCluster, stage: str) -> None:
        self.pings += stage == "ping"
        await self.play(stage)
        await super().step(cluster, stage)

    async def play(self, stage: str) -> None:
        match self.plays.get(stage):
            case None:
                return
            case float(seconds):
                await asyncio.sleep(seconds)
            case ClusterError() as error:
                raise error
            case _:
                await asyncio.Event().wait()


class StageSource(SimSource):
    """Answers when `play("credential")` has; recovers only when the test says so."""

    def __init__(self, stage: Stage, cluster: SimCluster, name: str) -> None:
        super().__init__(stage, cluster, name)
        self._stage = stage

    async def get(self) -> Credential:
        await self._stage.play("credential")
        return await super().get()

    @property
    def waiting_for_person(self) -> str:
        return self._stage.person

    @property
    def queued(self) -> bool:
        return self._stage.queued

    def become(self, state: CredentialState) -> None:
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)


class Bench:
    """A host, what it said, and a permit for whoever asks to be committed."""

    def __init__(self, deadlines: Deadlines = Deadlines()) -> None:  # noqa: B008 - frozen
        self.world = Stage(random.Random(1), {c: SimCluster(c, healthy=True) for c in (A, B)})
        self.events: list[RuntimeEvent] = []
        self.stores: list[SimStore] = []
        self.sources: list[StageSource] = []
        self.permits = True
        self.parts = Parts(
            connect=lambda target, source: SimClient(self.world, target, source),  # type: ignore[arg-type]
            credentials=self._source,
            open_store=self._open_store,
            kinds=KINDS,
            deadlines=deadlines,
            slots=Slots(2),
            now=asyncio.get_running_loop().time,
            rng=random.Random(1),
        )
        self.host = LocalHost(self.parts, lambda target: None)
        self.host.attach(self._take)
        self._epoch = 0

    def _take(self, event: RuntimeEvent) -> None:
        self.events.append(event)
        if isinstance(event, Authenticated) and self.permits:
            self.host.permit(event.epoch)

    def _source(self, target: Target) -> StageSource:
        source = StageSource(self.world, self.world.clusters[target.id], target.id)
        self.sources.append(source)
        return source

    async def _open_store(self, target: Target) -> SimStore:
        await asyncio.sleep(0)
        self.stores.append(SimStore(target))
        return self.stores[-1]

    def order(self, cluster: ClusterId = A, **changed: object) -> OpenOrder:
        self._epoch += 1
        target = msgspec.structs.replace(self.world.clusters[cluster].target(), **changed)
        return OpenOrder(self._epoch, target)

    async def open(self, cluster: ClusterId = A) -> OpenResult:
        return await self.host.open(self.order(cluster))

    def phase(self, name: PhaseName) -> Phase:
        """As it was told last."""
        told = [event.phases for event in self.events if isinstance(event, PhasesChanged)]
        return next(phase for phase in told[-1] if phase.name is name)

    def said(self, kind: type[RuntimeEvent]) -> int:
        return sum(isinstance(event, kind) for event in self.events)


@asynccontextmanager
async def bench(deadlines: Deadlines = Deadlines()) -> AsyncGenerator[Bench]:  # noqa: B008 - frozen
    made = Bench(deadlines)
    try:
        yield made
    finally:
        left = await made.host.close()
        assert not left, f"left behind: {left}"
        assert not made.world.open_clients
