"""What the controller manager says of workloads: their statuses follow their pods."""

from __future__ import annotations

from collections.abc import Callable

from simfleet.deployment_conditions import awaits_deadline
from simfleet.pods import Pod
from simfleet.reported import Reported
from simfleet.store import Change
from simfleet.workload_status import (
    Count,
    daemon_set_status,
    deployment_status,
    replica_set_status,
    stateful_set_status,
)
from simfleet.world import Workload, World, workload_key

GATHER = 0.5
"""Seconds in which changes of pods are gathered before statuses are written, as the controllers' queues gather them."""
_RESOURCES = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}


class Reports:
    """Of one cluster. `later` calls a function after so many seconds."""

    def __init__(self, world: World, later: Callable[[float, Callable[[], None]], None]) -> None:
        self._world = world
        self._later = later
        self._stores = {kind: world.store(resource, "apps") for kind, resource in _RESOURCES.items()}
        self._sets = world.store("replicasets", "apps")
        self._counts: dict[tuple[str, str, str], dict[str, Count]] = {}
        """By workload, then by the name of what owns the pods directly."""
        self._dirty: set[tuple[str, str, str]] = set()
        self._timed: set[tuple[str, str, str]] = set()
        """Deployments whose deadline is waited for."""
        for stored in world.pods.values():
            if isinstance(stored, Pod):
                self._count(stored, 1)
        world.pods.follow(self._pod_changed)
        for kind, store in self._stores.items():
            store.follow(self._follower(kind))

    def ready(self, key: tuple[str, str, str]) -> int:
        """How many pods of a workload are."""
        return sum(count.ready for count in self._counts.get(key, {}).values())

    def _count(self, pod: Pod, amount: int) -> None:
        if pod.group.owner_kind == "Job":
            return
        owners = self._counts.setdefault(workload_key(pod.group), {})
        count = owners.get(pod.group.owner_name)
        if count is None:
            count = owners[pod.group.owner_name] = Count()
        count.add(pod.state, amount)

    def _pod_changed(self, change: Change) -> None:
        old, new = change.old, change.new
        if isinstance(old, Pod) and isinstance(new, Pod) and old.state is new.state and old.group is new.group:
            return
        if isinstance(old, Pod):
            self._count(old, -1)
            self._mark(workload_key(old.group))
        if isinstance(new, Pod):
            self._count(new, 1)
            self._mark(workload_key(new.group))

    def _follower(self, kind: str) -> Callable[[Change], None]:
        def follow(change: Change) -> None:
            """What somebody else wrote is to be observed."""
            if change.new is not None and not isinstance(change.new, Reported):
                self._mark((kind, change.new.namespace, change.new.name))

        return follow

    def _mark(self, key: tuple[str, str, str]) -> None:
        if not self._dirty:
            self._later(GATHER, self._write)
        self._dirty.add(key)

    def _write(self) -> None:
        dirty, self._dirty = self._dirty, set()
        for key in sorted(dirty):
            counts = self._counts.get(key, {})
            workload = self._world.workloads.get(key)
            if workload is not None:
                self._write_for(key, workload, counts)
            for owner in [name for name, count in counts.items() if count == Count()]:
                del counts[owner]
            if not counts:
                self._counts.pop(key, None)

    def _write_for(self, key: tuple[str, str, str], workload: Workload, counts: dict[str, Count]) -> None:
        store = self._stores[workload.kind]
        stored = store.get(workload.namespace, workload.name)
        if stored is None:
            return
        found, owner = Reported.of(stored), workload.group.owner_name
        count = counts.get(owner, Count())
        match workload.kind:
            case "StatefulSet":
                status = stateful_set_status(found.wanted, count, f"{workload.name}-{workload.group.hash}")
            case "DaemonSet":
                status = daemon_set_status(found.wanted, count, workload.replicas)
            case _:
                others = {name: other for name, other in counts.items() if name != owner}
                left = sum(other.active for other in others.values())
                self._write_set(workload.namespace, owner, count, max(count.active, found.wanted.replicas - left))
                for name, other in others.items():
                    self._write_set(workload.namespace, name, other, other.active)
                now = self._world.now
                status = deployment_status(found.wanted, found.status, owner, count, others.values(), now)
                if awaits_deadline(status) and key not in self._timed:
                    self._timed.add(key)
                    self._later(found.wanted.deadline + 1, lambda: self._due(key))
        if status != found.status:
            store.put(found.reporting(status))

    def _write_set(self, namespace: str, name: str, count: Count, wanted: int) -> None:
        stored = self._sets.get(namespace, name)
        if stored is None:
            return
        before = Reported.of(stored)
        found = before.scaled(wanted)
        status = replica_set_status(found.wanted, count)
        if found is not before or status != before.status:
            self._sets.put(found.reporting(status))

    def _due(self, key: tuple[str, str, str]) -> None:
        self._timed.discard(key)
        self._mark(key)
