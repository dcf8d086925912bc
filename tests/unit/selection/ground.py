"""A coordinator on a host that plays a script: the test says when an opening answers, asks to be shown, ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

import msgspec

from quarterdeck.aio.slots import Slots
from quarterdeck.clusters.protocol import (
    Authenticated,
    Emit,
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
    Unsynced,
)
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import AuthError, ConnectError, TlsError
from quarterdeck.model.states import Failure, Phase, PhaseName, PhaseStatus, state_name
from quarterdeck.model.target import Auth, ClusterId, Key, Source, Target, key_of
from quarterdeck.selection.commit import Participant, Prepared, Refused, Visible
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.intents import ChangeSelection, Intent, KubeconfigChanged
from quarterdeck.selection.records import ClusterRecord
from quarterdeck.stores.protocol import Store

DEADLINES = Deadlines()
REFUSED = Failure.of(ConnectError("refused", "The connection was refused."))
UNTRUSTED = Failure.of(TlsError("untrusted", "The certificate is not trusted."))
EXPIRED = Failure.of(AuthError("expired", "The login has expired."))


def cid(name: str) -> ClusterId:
    return ClusterId(f"config:{name}")


A, B, C = cid("a"), cid("b"), cid("c")


def target(cluster: ClusterId, *, server: str = "https://one", token: str = "mine", proxy: str = "") -> Target:
    auth = Auth(user="me", token=token)
    context = cluster.partition(":")[2]
    return Target(cluster, key_of(cluster), context, "k8s", server, Source("config"), proxy_url=proxy, auth=auth)


class ScriptedHost:
    """Implements ClusterHost. `log` holds what it was told, in order, as "revoke 1"; epochs are those of the orders.

    `hold_teardown`: teardowns wait for `let_go`. `answers`: openings end at once with it, authenticated first where it
    is Opened.
    """

    def __init__(self) -> None:
        self.orders: dict[int, OpenOrder] = {}
        self.log: list[str] = []
        self.revoked: set[int] = set()
        self.torn_down: list[int] = []
        self.released: list[Key] = []
        self.forgotten: list[ClusterId] = []
        self.answers: OpenResult | None = None
        self.stragglers: list[str] = []
        self.running = 0
        self.most_running = 0
        self._ends: dict[int, asyncio.Future[OpenResult]] = {}
        self._gate = asyncio.Event()
        self._gate.set()
        self._emit: Emit | None = None

    # --- what the coordinator calls -----------------------------------------------------------------------------------

    def attach(self, emit: Emit) -> None:
        self._emit = emit

    async def open(self, order: OpenOrder) -> OpenResult:
        self.orders[order.epoch] = order
        self.log.append(f"open {order.epoch}")
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self.answers is not None:
                if isinstance(self.answers, Opened):
                    self.authenticated(order.epoch)
                    await asyncio.sleep(0)
                return self.answers
            end = self._ends[order.epoch] = asyncio.get_running_loop().create_future()
            return await end
        finally:
            self.running -= 1

    def permit(self, epoch: int) -> None:
        self.log.append(f"permit {epoch}")

    def revoke(self, epoch: int) -> None:
        if epoch not in self.revoked:
            self.log.append(f"revoke {epoch}")
        self.revoked.add(epoch)

    async def teardown(self, epoch: int) -> list[str]:
        await self._gate.wait()
        self.torn_down.append(epoch)
        self.log.append(f"teardown {epoch}")
        return self.stragglers

    def rows(self, epoch: int) -> Store | None:
        return None

    async def release(self, key: Key) -> None:
        self.released.append(key)

    def forget_wait(self, target: Target) -> None:
        self.forgotten.append(target.id)

    # --- what the test says -------------------------------------------------------------------------------------------

    def hold_teardown(self) -> None:
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()

    def epoch_of(self, cluster: ClusterId) -> int:
        """The newest order's."""
        return max(epoch for epoch, order in self.orders.items() if order.target.id == cluster)

    def tell(self, event: RuntimeEvent) -> None:
        assert self._emit is not None
        self._emit(event)

    def _said(self, kind: Callable[..., RuntimeEvent], epoch: int, *more: Any) -> None:
        self.tell(kind(self.orders[epoch].key, epoch, *more))

    def authenticated(self, epoch: int) -> None:
        self._said(Authenticated, epoch)

    def rows_opened(self, epoch: int) -> None:
        self._said(RowsOpened, epoch)

    def lost_transport(self, epoch: int) -> None:
        self._said(LostTransport, epoch, REFUSED)

    def lost_credentials(self, epoch: int) -> None:
        self._said(LostCredentials, epoch, EXPIRED)

    def recovered_credentials(self, epoch: int) -> None:
        self._said(RecoveredCredentials, epoch)

    def unsynced(self, epoch: int, failure: Failure = REFUSED) -> None:
        self._said(Unsynced, epoch, failure)

    def connecting(self, epoch: int, started_at: float) -> None:
        phase = Phase(PhaseName.CONNECT, PhaseStatus.ACTIVE, started_at=started_at, deadline_s=10)
        self._said(PhasesChanged, epoch, (phase,))

    def end(self, epoch: int, result: OpenResult) -> None:
        self._ends[epoch].set_result(result)


class Note:
    def __init__(self, viewer: Viewer, cluster: ClusterId, visible: Visible) -> None:
        self._viewer, self._cluster, self._visible = viewer, cluster, visible

    def commit(self) -> None:
        if self._cluster in self._viewer.breaks_at:
            raise RuntimeError("a participant that breaks its word")
        self._viewer.shown[self._cluster] = self._visible.epoch
        self._viewer.log.append(f"commit {self._cluster}")
        if self._viewer.on_commit is not None:
            self._viewer.on_commit()

    def abort(self) -> None:
        self._viewer.log.append(f"abort {self._cluster}")


class Viewer:
    """A participant: `shown` is what it would show; `refuses` and `breaks_at` name clusters."""

    def __init__(self) -> None:
        self.shown: dict[ClusterId, int] = {}
        self.log: list[str] = []
        self.refuses: set[ClusterId] = set()
        self.breaks_at: set[ClusterId] = set()
        self.on_commit: Callable[[], None] | None = None

    def prepare(self, cluster: ClusterId, key: Key, visible: Visible) -> Prepared | Refused:
        if cluster in self.refuses:
            return Refused("There is no room for it.")
        return Note(self, cluster, visible)

    def removed(self, cluster: ClusterId, key: Key) -> None:
        self.shown.pop(cluster, None)
        self.log.append(f"removed {cluster}")


class Ground:
    """One coordinator with its host, and short ways to say and ask the usual."""

    def __init__(
        self,
        *,
        participants: Sequence[Participant] | None = None,
        mode: Literal["parallel", "serial"] = "parallel",
        slot_cap: int | None = None,
    ) -> None:
        self.host = ScriptedHost()
        self.viewer = Viewer()
        self.slots = Slots(1)
        self.coordinator = Coordinator(
            self.host,
            deadlines=DEADLINES,
            now=asyncio.get_running_loop().time,
            slots=self.slots,
            slot_cap=slot_cap,
            rng=random.Random(1),
            mode=mode,
            participants=(self.viewer,) if participants is None else participants,
        )
        self.targets = {c: target(c) for c in (A, B, C)}
        self.read()

    def read(self, failures: dict[ClusterId, Failure] | None = None) -> None:
        """The files were read: `targets` is what they hold."""
        self.coordinator.submit(KubeconfigChanged(dict(self.targets), failures or {}))

    def edit(self, cluster: ClusterId, **fields: Any) -> None:
        self.targets[cluster] = msgspec.structs.replace(self.targets[cluster], **fields)
        self.read()

    def submit(self, intent: Intent) -> int:
        return self.coordinator.submit(intent).generation

    def open(self, *clusters: ClusterId) -> int:
        return self.submit(ChangeSelection(open=clusters))

    def close(self, *clusters: ClusterId) -> int:
        return self.submit(ChangeSelection(close=clusters))

    async def make_ready(self, *clusters: ClusterId) -> list[int]:
        """Opens them and lets them succeed; their epochs."""
        self.open(*clusters)
        await turns()
        epochs = [self.host.epoch_of(c) for c in clusters]
        for epoch in epochs:
            self.host.authenticated(epoch)
        await turns()
        for epoch in epochs:
            self.host.end(epoch, Opened(5))
        await turns()
        assert [self.state(c) for c in clusters] == ["ready"] * len(clusters)
        return epochs

    async def make_failed(self, cluster: ClusterId, failure: Failure = UNTRUSTED) -> int:
        self.open(cluster)
        await turns()
        epoch = self.host.epoch_of(cluster)
        self.host.end(epoch, OpenFailed(failure))
        await turns()
        return epoch

    def state(self, cluster: ClusterId) -> str:
        return state_name(self.coordinator.status(cluster).state)

    @property
    def visible(self) -> dict[ClusterId, int]:
        """The snapshot: epochs by cluster, 0 where only old rows are shown."""
        return {c: v.epoch for c, v in self.coordinator.snapshot.clusters.items()}

    def part(self, generation: int, cluster: ClusterId) -> ClusterRecord:
        """One cluster's part in one change."""
        record = self.coordinator.record(generation)
        assert record is not None
        return next(part for part in record.clusters if part.key == key_of(cluster))


async def turns(count: int = 12) -> None:
    """Lets all that is ready now run; no time passes."""
    for _ in range(count):
        await asyncio.sleep(0)


async def passes(seconds: float) -> None:
    """Virtual time, with all that falls due in it."""
    await asyncio.sleep(seconds)
    await turns()


@asynccontextmanager
async def ground(
    *, mode: Literal["parallel", "serial"] = "parallel", slot_cap: int | None = None
) -> AsyncGenerator[Ground]:
    made = Ground(mode=mode, slot_cap=slot_cap)
    try:
        yield made
    finally:
        made.host.let_go()
        left = await made.coordinator.close()
        assert not left, f"left behind: {left}"
        assert set(made.host.orders) <= set(made.host.torn_down), "an epoch was never torn down"
