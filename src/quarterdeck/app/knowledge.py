"""What each open cluster told us, or told us when it was last open; and how it stands with each kind."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from quarterdeck.api.ports import Known
from quarterdeck.api.wire import Facts, KindCount, KindList
from quarterdeck.app.kinds import kind_list
from quarterdeck.app.session import Session
from quarterdeck.app.twins import Twins
from quarterdeck.catalog.counts import Counts
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.titles import title_of
from quarterdeck.catalog.windows import PartState
from quarterdeck.clusters.host import LocalHost
from quarterdeck.clusters.reflector_state import AuthWait, Forbidden, Live, Lost, Unserved
from quarterdeck.clusters.runtime import Runtime
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.states import AuthRequired, Degraded, Failed, state_name
from quarterdeck.model.target import Key
from quarterdeck.selection.commit import Visible
from quarterdeck.selection.coordinator import Coordinator


class Knowledge:
    """Reads runtimes and counts; `told(keys)` when something of a cluster is known anew. `kinds` are those that every
    open cluster keeps, `own` all with a projection of ours."""

    def __init__(
        self,
        host: LocalHost,
        session: Session,
        kinds: Iterable[KindSpec[Any]],
        own: Iterable[KindSpec[Any]],
        told: Callable[[frozenset[Key]], None],
    ) -> None:
        own = tuple(own)
        self.counts = Counts(own, self._counted)
        self._host = host
        self._session = session
        self._kinds = tuple(kinds)
        self._own = {kind.resource: kind for kind in own}
        self._versions: Counter[Key] = Counter()
        self._told = told
        self._coordinator: Coordinator | None = None
        self.twins = Twins(self._uids, told)

    def attach(self, coordinator: Coordinator) -> None:
        """Once, before anything is opened."""
        self._coordinator = coordinator

    def known(self, key: Key) -> Known:
        runtime = self._runtime(key)
        if runtime is None:
            return Known(self._session.saved.facts.get(key, Facts()), kinds_version=self._versions[key])
        facts = self._facts(key, runtime)
        counted = self.counts.of(key)
        kinds = tuple(
            KindCount(
                resource.path,
                counted.get(resource, {}).get("total", 0),
                self.part_state(key, resource).status,
                counted.get(resource, {}).get("problems", 0),
            )
            for resource in dict.fromkeys((*(kind.resource for kind in self._kinds), *counted))
        )
        return Known(facts, kinds, self.twins.of(key), self._versions[key])

    def kinds(self, key: Key) -> KindList:
        visible = self._visible(key)
        store = visible.store if visible is not None else None
        return kind_list(key, self._versions[key], self._own, self._runtime(key), store, self.counts.of(key))

    def sought(self, key: Key) -> None:
        """Somebody searches for objects of this cluster."""
        if (runtime := self._runtime(key)) is not None:
            runtime.catalog.sought()

    def catalogued(self, key: Key, resource: Resource) -> str:
        """How it stands with a kind that nobody looks at, as clusters.cataloguing.Told.state; "" where none is read."""
        runtime = self._runtime(key)
        return runtime.catalog.standing(resource) if runtime is not None else ""

    def kind_names(self, key: Key, resource: Resource) -> tuple[str, str]:
        """`Pod` and `Pods`; the plural of URLs where nobody has said how it is called."""
        own, runtime = self._own.get(resource), self._runtime(key)
        served = runtime.served.find(resource) if own is None and runtime is not None else None
        if own is not None:
            return own.kind, own.title
        kind = served.kind if served is not None else resource.resource
        return kind, title_of(kind, resource.resource)

    def kinds_version(self, key: Key) -> int:
        """Another number, other kinds."""
        return self._versions[key]

    def kinds_changed(self, key: Key) -> None:
        """What it serves, or how it stands with one of its kinds."""
        self._versions[key] += 1
        self.twins.changed()
        self._told(frozenset({key}))

    def part_state(self, key: Key, resource: Resource) -> PartState:
        """As ClusterPart.status has it."""
        coordinator = self._need()
        lane = coordinator.lane_of(key)
        if lane is None or not lane.wanted:
            return PartState("closed")
        name = lane.cluster.partition(":")[2]
        names = (lane.target.context if lane.target is not None else name, lane.cluster)
        runtime = self._runtime(key)
        if runtime is not None and isinstance(lane.state, AuthRequired):
            # Watches of before may still speak; nothing new can be asked, and the server may end them any time.
            return PartState("stale", lane.state.failure.message, names)
        if runtime is not None:
            return _of_reflector(runtime, resource, names)
        match lane.state:
            case Failed(failure=failure) | AuthRequired(failure=failure):
                return PartState("failed", failure.message, names)
            case Degraded(failure=failure):
                return PartState("stale", failure.message, names)
            case state:
                return PartState(state_name(state), "", names)

    def remember(self, key: Key) -> None:
        """Keeps what is known of a cluster that is about to be closed, or just changed."""
        runtime = self._runtime(key)
        if runtime is not None:
            facts = msgspec.structs.replace(self._facts(key, runtime), as_of=time.time(), latency_ms=None)
            self._session.put(facts={**self._session.saved.facts, key: facts})

    async def close(self) -> None:
        self.twins.close()
        await self.counts.close()

    def _counted(self, key: Key) -> None:
        self.remember(key)
        self._told(frozenset({key}))

    def _facts(self, key: Key, runtime: Runtime) -> Facts:
        nodes = self.counts.of(key).get(NODES, {})
        pods = self.counts.of(key).get(PODS, {})
        return Facts(
            version=runtime.facts.version,
            platform=runtime.facts.platform,
            uid=runtime.facts.uid,
            nodes_total=nodes.get("total"),
            nodes_ready=nodes.get("ready"),
            pods_total=pods.get("total"),
            pods_running=pods.get("running"),
            pods_failing=pods.get("failing"),
            pods_pending=pods.get("pending"),
            latency_ms=runtime.heartbeat.latency_ms,
        )

    def _uids(self) -> dict[Key, str]:
        found: dict[Key, str] = {}
        for visible in self._need().snapshot.clusters.values():
            runtime = self._host.runtime(visible.epoch) if visible.epoch else None
            if runtime is not None:
                found[visible.target.key] = runtime.facts.uid
        return found

    def _visible(self, key: Key) -> Visible | None:
        """What may be shown of it."""
        coordinator = self._need()
        lane = coordinator.lane_of(key)
        return coordinator.snapshot.clusters.get(lane.cluster) if lane is not None else None

    def _runtime(self, key: Key) -> Runtime | None:
        visible = self._visible(key)
        return self._host.runtime(visible.epoch) if visible is not None and visible.epoch else None

    def _need(self) -> Coordinator:
        assert self._coordinator is not None, "attach comes first"
        return self._coordinator


def _of_reflector(runtime: Runtime, resource: Resource, names: tuple[str, ...]) -> PartState:
    match runtime.state_of(resource):
        case Live(note=note):
            return PartState("ready", note, names)
        # Whoever may not list a kind is refused before it is told that there is none.
        case Unserved() | Forbidden() if _not_served(runtime, resource):
            return PartState("not_served", f"This cluster does not serve {_in_words(resource)}.", names)
        case Forbidden(failure=failure):
            return PartState("forbidden", failure.message, names, failure.advice)
        case Lost(failure=failure) | AuthWait(failure=failure):
            return PartState("stale", failure.message, names)
        case _:
            return PartState("partial", "", names)


def _not_served(runtime: Runtime, resource: Resource) -> bool:
    if isinstance(runtime.state_of(resource), Unserved):
        return True
    discovery = runtime.served.discovery
    return (
        discovery is not None and resource.group not in discovery.stale_groups and runtime.served.find(resource) is None
    )


def _in_words(resource: Resource) -> str:
    """`widgets.example.com/v1`, as kubectl takes it."""
    return f"{resource.resource}.{resource.group}/{resource.version}" if resource.group else resource.resource
