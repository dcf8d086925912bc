"""The invariants of DESIGN, asked at every step and at the end."""

from __future__ import annotations

from quarterdeck.clusters.host import LocalHost
from quarterdeck.model.states import Closed, Ready, state_name
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.selection.commit import Prepared, Refused, Visible
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.records import Outcome
from tests.simulation.world import Violation, World


class Share:
    def __init__(self, viewer: Viewer, cluster: ClusterId, visible: Visible) -> None:
        self._viewer = viewer
        self._cluster = cluster
        self._visible = visible

    def commit(self) -> None:
        self._viewer.shown[self._cluster] = self._visible
        if self._viewer.breaks():
            raise RuntimeError("a participant that breaks its word")

    def abort(self) -> None:
        self._viewer.aborted += 1


class Viewer:
    """A participant that shows clusters, sometimes refuses one, and now and then breaks its word."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.shown: dict[ClusterId, Visible] = {}
        self.aborted = 0
        self.quiet = False

    def breaks(self) -> bool:
        return not self.quiet and self._world.rng.random() < 0.01

    def prepare(self, cluster: ClusterId, key: Key, visible: Visible) -> Prepared | Refused:
        if not self.quiet and not self._world.clusters[cluster].healthy and self._world.rng.random() < 0.04:
            return Refused("The participant would not.")
        return Share(self, cluster, visible)

    def removed(self, cluster: ClusterId, key: Key) -> None:
        self.shown.pop(cluster, None)


class Revocations:
    """Every epoch that was revoked, from the host's mouth."""

    def __init__(self, host: LocalHost) -> None:
        self.epochs: set[int] = set()
        revoke = host.revoke

        def noting(epoch: int) -> None:
            self.epochs.add(epoch)
            revoke(epoch)

        host.revoke = noting  # type: ignore[method-assign] - a spy, in a test


def check_now(coordinator: Coordinator, viewer: Viewer, revoked: Revocations, expected: tuple[ClusterId, ...]) -> None:
    """Invariants 1, 2 and 6, after any turn of the loop."""
    if set(coordinator.selected) != set(expected):
        raise Violation(f"1: selected {coordinator.selected}, newest intent {expected}")
    visible = coordinator.snapshot.clusters
    if not set(visible) <= set(coordinator.selected):
        raise Violation(f"1: visible {set(visible)} beyond {coordinator.selected}")
    if {c: v.epoch for c, v in viewer.shown.items()} != {c: v.epoch for c, v in visible.items()}:
        raise Violation(f"6: a participant shows {viewer.shown}, the snapshot {visible}")
    for cluster, entry in visible.items():
        if entry.epoch in revoked.epochs:
            raise Violation(f"2: {cluster} shows revoked epoch {entry.epoch}")
        lane = coordinator.lanes[cluster]
        if entry.epoch and entry.epoch != lane.visible_epoch:
            raise Violation(f"2: {cluster} shows epoch {entry.epoch}, its lane has {lane.visible_epoch}")
        if entry.target.id != cluster:
            raise Violation(f"3: {cluster} shows {entry.target.id}")


def check_settled(coordinator: Coordinator, world: World, limit_s: float, healthy_s: float) -> None:
    """Invariant 5: every change settled within its deadlines; what concerns a healthy cluster at once."""
    for record in coordinator.records():
        if record.settled_ms is None:
            if coordinator.now() - record.enqueued_at < limit_s:
                continue  # A fact of just now, such as a lost transport: its time is not up.
            raise Violation(f"5: change {record.generation} never settled: {record}")
        if record.settled_ms > limit_s * 1000:
            raise Violation(f"5: change {record.generation} took {record.settled_ms:.0f} ms: {record}")
        for part in record.clusters:
            cluster = next(c for c in world.clusters.values() if c.target().key == part.key)
            took = part.settled_ms or 0
            if cluster.healthy and took > healthy_s * 1000 and part.outcome is not Outcome.CARRIED:
                raise Violation(f"5: healthy {part.name} waited {took:.0f} ms in change {record.generation}")


def check_recovered(coordinator: Coordinator) -> None:
    """Level-triggered: with every fault gone, what is selected is ready."""
    for cluster in coordinator.selected:
        state = coordinator.status(cluster).state
        if not isinstance(state, Ready):
            raise Violation(f"{cluster} is {state_name(state)} with nothing wrong any more: {state}")


def check_gone(coordinator: Coordinator, world: World, host: LocalHost) -> None:
    """Invariant 4: after the end nothing is left, but what the reaper names."""
    for lane in coordinator.lanes.values():
        if not isinstance(lane.state, Closed):
            raise Violation(f"4: {lane.cluster} is {state_name(lane.state)} after shutdown")
    named = {name.split("#")[0] for names in host.stragglers.values() for name in names}
    for cluster, serial in world.open_clients:
        if cluster not in named:
            raise Violation(f"4: client {serial} of {cluster} is still open")
    for (cluster, serial), count in world.requests.items():
        if count and cluster not in named:
            raise Violation(f"4: {count} requests of client {serial} of {cluster} still run")
    if coordinator.slots.used:
        raise Violation(f"4: {coordinator.slots.used} slots are still held")


def check_closed(coordinator: Coordinator, world: World, host: LocalHost) -> None:
    """Invariant 2: what a settled closing left behind, while the others go on."""
    named = {name.split("#")[0] for names in host.stragglers.values() for name in names}
    closed = {
        c.id
        for c in world.clusters.values()
        if c.id not in coordinator.selected and isinstance(coordinator.status(c.id).state, Closed)
    }
    for cluster, serial in world.open_clients:
        if cluster in closed and cluster not in named:
            raise Violation(f"2: client {serial} of closed {cluster} is still open")
