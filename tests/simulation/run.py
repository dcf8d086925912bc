"""One seed: a script of intents and faults against the real coordinator, checked at every step."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from unittest import mock

from quarterdeck.aio.slots import Slots
from quarterdeck.clusters.host import LocalHost
from quarterdeck.clusters.parts import Parts
from quarterdeck.clusters.protocol import Emit, RuntimeEvent
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import ConfigError, RequestError
from quarterdeck.model.states import Failure
from quarterdeck.model.target import ClusterId, Target
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.intents import (
    CancelWork,
    ChangeSelection,
    ClearSelection,
    Intent,
    KubeconfigChanged,
    Retry,
    SetSelection,
    TransportRebuild,
)
from quarterdeck.selection.plan import Running
from tests.simulation.checks import (
    Revocations,
    Viewer,
    check_closed,
    check_gone,
    check_now,
    check_recovered,
    check_settled,
)
from tests.simulation.fakes import KINDS, SimClient, SimSource, SimStore
from tests.simulation.loop import VirtualLoop
from tests.simulation.world import FAULTS, SimCluster, Violation, World, make_world

DEADLINES = Deadlines()
SETTLE_S = DEADLINES.open + 2 * DEADLINES.close + 5
"""An opening, what it had to wait for in its lane, and the slack of late news."""
HEALTHY_S = 8.0
"""A healthy cluster answers in milliseconds; it may have to wait for its own lane's teardown, never for others."""


class LateHost(LocalHost):
    """A host whose news arrive late, in order for each epoch, as those of another machine would.

    `meanwhile` is called after some of them, in the same turn: a click may come before what the news led to.
    """

    rng: random.Random
    meanwhile: Callable[[], None] | None = None

    def attach(self, emit: Emit) -> None:
        due: dict[int, float] = {}

        def late(event: RuntimeEvent) -> None:
            loop = asyncio.get_running_loop()
            at = max(due.get(event.epoch, 0), loop.time() + self.rng.choice((0, 0, 0, 0.01, 0.4)))
            due[event.epoch] = at
            loop.call_at(at, deliver, event)

        def deliver(event: RuntimeEvent) -> None:
            emit(event)
            if self.meanwhile is not None and self.rng.random() < 0.1:
                self.meanwhile()

        super().attach(late)


@dataclass
class Summary:
    seed: int
    intents: int
    commits: int
    virtual_s: float


class Simulation:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.world = make_world(self.rng)
        self.disk: dict[str, SimStore] = {}
        self.expected: tuple[ClusterId, ...] = ()
        self.intents = 0

    async def run(self) -> Summary:
        loop = asyncio.get_running_loop()
        problems: list[BaseException] = []
        loop.set_exception_handler(lambda _, context: problems.append(_error_in(context)))
        slots = Slots(2)
        parts = Parts(
            connect=self._connect,
            credentials=lambda target: SimSource(self.world, self.world.clusters[target.id], target.id),
            open_store=self._open_store,
            kinds=KINDS,
            deadlines=DEADLINES,
            slots=slots,
            now=loop.time,
            rng=self.rng,
        )
        host = LateHost(parts, lambda target: None)
        host.rng = self.rng
        revoked = Revocations(host)
        viewer = Viewer(self.world)
        coordinator = Coordinator(
            host,
            deadlines=DEADLINES,
            now=loop.time,
            slots=slots,
            slot_cap=2,
            rng=self.rng,
            participants=(viewer,),
        )
        self._kubeconfig(coordinator)

        def check() -> None:
            check_now(coordinator, viewer, revoked, self.expected)

        coordinator.subscribe(lambda _: check())
        host.meanwhile = lambda: self._act(coordinator)
        for _ in range(self.rng.randrange(5, 30)):
            self._act(coordinator)
            check()
            await asyncio.sleep(self.rng.choice((0, 0, 0.001, 0.02, 0.5, 2, 10)))
            check()
        host.meanwhile = None
        await asyncio.sleep(SETTLE_S + 5)
        check()
        check_settled(coordinator, self.world, SETTLE_S, HEALTHY_S)
        check_closed(coordinator, self.world, host)
        viewer.quiet = True
        await self._heal(coordinator)
        check()
        check_recovered(coordinator)
        await coordinator.close()
        check_gone(coordinator, self.world, host)
        await host.close()
        await asyncio.sleep(10)
        if problems:
            raise problems[0]
        left = [t for t in asyncio.all_tasks() if t is not asyncio.current_task() and not t.done()]
        if left:
            raise Violation(f"4: tasks left: {left}")
        return Summary(self.seed, self.intents, coordinator.snapshot.number, loop.time())

    def _connect(self, target: Target, source: object) -> SimClient:
        assert isinstance(source, SimSource)
        return SimClient(self.world, target, source)

    async def _open_store(self, target: Target) -> SimStore:
        await asyncio.sleep(self.rng.choice((0, 0.001, 0.1)))
        old = self.disk.get(target.store_fingerprint())
        store = SimStore(target)
        if old is not None:
            if not old.closed:
                raise Violation(f"3: the store of {target.id} is open twice")
            store.rows, store.newest = old.rows, old.newest
        self.disk[target.store_fingerprint()] = store
        return store

    # --- the script ---------------------------------------------------------------------------------------------------

    def _act(self, coordinator: Coordinator) -> None:
        roll = self.rng.random()
        if roll < 0.25:
            self._disturb(coordinator)
            return
        intent = self._intent(coordinator)
        expected = _expected(coordinator, intent)
        try:
            accepted = coordinator.submit(intent)
        except RequestError:
            return
        self.intents += 1
        self.expected = expected
        if set(accepted.selected) != set(expected):
            raise Violation(f"1: {intent} selected {accepted.selected}, not {expected}")

    def _intent(self, coordinator: Coordinator) -> Intent:
        ids = list(self.world.clusters)
        some = tuple(self.rng.sample(ids, self.rng.randrange(1, len(ids) + 1)))
        roll = self.rng.random()
        if roll < 0.45:
            return ChangeSelection(open=some)
        if roll < 0.65:
            return ChangeSelection(close=some)
        if roll < 0.75:
            half = len(some) // 2
            return ChangeSelection(open=some[:half], close=some[half:])
        if roll < 0.8:
            return SetSelection(some, based_on=coordinator.generation)
        if roll < 0.83:
            return ClearSelection()
        if roll < 0.92:
            return Retry(some[0])
        if roll < 0.96:
            return CancelWork(some[0])
        return TransportRebuild(some[0], coordinator.status(some[0]).epoch, "the address changed")

    def _disturb(self, coordinator: Coordinator) -> None:
        """A fact of the world changes: a fault, a login, a kubeconfig."""
        cluster = self.rng.choice(list(self.world.clusters.values()))
        roll = self.rng.random()
        if not cluster.healthy and roll < 0.5:
            cluster.fault = self.rng.choice(("", *FAULTS))
        elif not cluster.healthy and roll < 0.65:
            cluster.logged_in = not cluster.logged_in
        elif roll < 0.75:
            cluster.identity += 1
            self._kubeconfig(coordinator)
        elif roll < 0.82:
            cluster.route += 1
            self._kubeconfig(coordinator)
        elif not cluster.healthy and roll < 0.92:
            cluster.present = not cluster.present
            self._kubeconfig(coordinator)
        elif not cluster.healthy:
            cluster.broken_entry = not cluster.broken_entry
            self._kubeconfig(coordinator)

    def _kubeconfig(self, coordinator: Coordinator) -> None:
        present = [c for c in self.world.clusters.values() if c.present]
        broken = ConfigError("user", "The user is not defined.", file="config", line=3)
        coordinator.submit(
            KubeconfigChanged(
                {c.id: c.target() for c in present if not c.broken_entry},
                {c.id: Failure.of(broken) for c in present if c.broken_entry},
            )
        )

    async def _heal(self, coordinator: Coordinator) -> None:
        """Every fault goes, and rights no longer come and go; what waits for a person is opened again, as a person
        would; then time passes."""
        for cluster in self.world.clusters.values():
            _heal(cluster)
            if cluster.refusing:
                cluster.refusing = self.rng.choice((0.0, 1.0))
        self._kubeconfig(coordinator)
        if coordinator.selected:
            coordinator.submit(ChangeSelection(open=coordinator.selected))
            self.expected = coordinator.selected
        await asyncio.sleep(400)


def _heal(cluster: SimCluster) -> None:
    cluster.fault = ""
    cluster.logged_in = True
    cluster.present = True
    cluster.broken_entry = False


def _expected(coordinator: Coordinator, intent: Intent) -> tuple[ClusterId, ...]:
    """The model: what must be selected after this intent, if it is accepted."""
    now = coordinator.selected
    match intent:
        case SetSelection(selected):
            return selected
        case ChangeSelection(opened, closed):
            return (*(c for c in now if c not in closed), *(c for c in opened if c not in now))
        case ClearSelection():
            return ()
        case CancelWork(cluster):
            runs = coordinator.lane(cluster).running() if cluster in coordinator.lanes else Running()
            keeps = runs.visible_epoch != 0 and runs.job_epoch != runs.visible_epoch
            return now if keeps else tuple(c for c in now if c != cluster)
        case _:
            return now


def _error_in(context: dict[str, object]) -> BaseException:
    error = context.get("exception")
    return error if isinstance(error, BaseException) else Violation(str(context.get("message")))


def run_seed(seed: int, patch: Callable[[], None] = lambda: None) -> Summary:
    """Runs one seed on a loop of its own; raises Violation (or what broke). A failing seed replays exactly."""
    patch()
    SimClient.serial = 0
    Violation.raised.clear()
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner(loop_factory=VirtualLoop))
        # Work that shares the loop by what it took: on a busy machine the same seed would take other turns.
        stack.enter_context(mock.patch("time.perf_counter", runner.get_loop().time))
        summary = runner.run(Simulation(seed).run())
    if Violation.raised:
        raise Violation.raised[0]
    return summary


__all__ = ["DEADLINES", "Simulation", "Summary", "Violation", "World", "run_seed"]
