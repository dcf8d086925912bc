"""One simulated cluster's content: a store for each kind, and what moves in it."""

from __future__ import annotations

import random

import msgspec

from simfleet import manifests
from simfleet.clock import Clock
from simfleet.kinds import JsonObject, Kind, all_kinds, kind_of
from simfleet.objects import RawObject, Stored
from simfleet.pods import Pod, PodGroup, PodState, uid_of
from simfleet.store import KindStore, Revision

SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names (apimachinery pkg/util/rand)."""


class Workload(msgspec.Struct):
    """What keeps `replicas` pods of one application running. `kind` is Deployment, StatefulSet or DaemonSet."""

    kind: str
    namespace: str
    name: str
    group: PodGroup
    replicas: int
    created: int
    revision: int = 1
    pods: set[str] = msgspec.field(default_factory=set[str])
    """Names of its pods."""
    past: list[str] = msgspec.field(default_factory=list[str])
    """Names of a Deployment's former ReplicaSets that are kept, oldest first."""


def workload_key(group: PodGroup) -> tuple[str, str, str]:
    """Under which what keeps these pods running is found in a world's workloads; that of a Job is not there."""
    kind = "Deployment" if group.owner_kind == "ReplicaSet" else group.owner_kind
    return kind, group.namespace, group.workload


class World:
    """`uid` is the kube-system namespace's: it tells clusters apart."""

    def __init__(self, cluster: str, seed: int, clock: Clock, history: int) -> None:
        self.cluster = cluster
        self.identity = f"{seed}/{cluster}"
        self.clock = clock
        self.random = random.Random(self.identity)
        self.revision = Revision(1000)
        self.stores: dict[Kind, KindStore] = {
            kind: KindStore(kind, self.revision, history) for kind in all_kinds() if "list" in kind.verbs
        }
        self.pods = self.stores[kind_of("pods")]
        self.events = self.stores[kind_of("events")]
        self.namespaces = self.stores[kind_of("namespaces")]
        self.workloads: dict[tuple[str, str, str], Workload] = {}
        """By (kind, namespace, name)."""
        self.nodes: list[str] = []
        self._event_names: list[tuple[str, str]] = []
        self._names_given = 0

    @property
    def now(self) -> float:
        return self.clock.now()

    def store(self, resource: str, group: str = "") -> KindStore:
        return self.stores[kind_of(resource, group)]

    def suffix(self, length: int = 5) -> str:
        return "".join(self.random.choices(SAFE, k=length))

    def put(self, store: KindStore, value: JsonObject) -> Stored:
        return store.put(RawObject.of(value, self.revision.current))

    def put_pod(self, pod: Pod) -> Pod:
        stored = self.pods.put(pod)
        assert isinstance(stored, Pod)
        return stored

    def new_pod(self, workload: Workload, name: str | None = None, node: str | None = None) -> Pod:
        """Puts it, scheduled and starting; names follow its owner's kind."""
        now = int(self.now)
        name = name or f"{workload.group.owner_name}-{self.suffix()}"
        node = node or self.random.choice(self.nodes)
        pod = Pod(workload.group, name, 0, node=node, state=PodState.STARTING, created=now, started=now)
        workload.pods.add(name)
        return self.put_pod(pod)

    def workload_of(self, pod: Pod) -> Workload | None:
        return self.workloads.get(workload_key(pod.group))

    def record(self, pod: Pod, reason: str, message: str, kind: str = "Normal", source: str = "kubelet") -> None:
        """An event about a pod."""
        about = {
            "kind": "Pod",
            "namespace": pod.namespace,
            "name": pod.name,
            "uid": pod.uid,
            "apiVersion": "v1",
            "resourceVersion": str(pod.version),
        }
        self.record_about(about, reason, message, kind, source)

    def record_about(self, about: JsonObject, reason: str, message: str, kind: str, source: str) -> None:
        """`about` is an ObjectReference. Old events are dropped, as their time to live drops them."""
        self._names_given += 1
        name = f"{about['name']}.{uid_of(self.identity, str(self._names_given))[-12:]}"
        value = manifests.event(
            self.identity, about, name, self.now, reason=reason, message=message, kind=kind, source=source
        )
        stored = self.put(self.events, value)
        self._event_names.append((stored.namespace, stored.name))
        if len(self._event_names) > 2000:
            for namespace, old in self._event_names[:1000]:
                self.events.remove(namespace, old)
            del self._event_names[:1000]
