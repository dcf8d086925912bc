"""How each open cluster is doing, in figures, and the fleet as their sum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from quarterdeck.app.deprecated import ClientOf, Deprecated
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.app.looking import Looking, Want
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.overview.figures import KINDS, OTHERS, WORKLOADS, Figures, Overview
from quarterdeck.catalog.overview.skew import behind, supported
from quarterdeck.catalog.parts import kind_status, part
from quarterdeck.catalog.usage.metrics import NODE_METRICS
from quarterdeck.catalog.usage.words import why_none
from quarterdeck.model.attention import AttentionKind, AttentionMark
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.overview import (
    Amounts,
    ClusterOverview,
    FleetOverview,
    KubeletVersion,
    NodeFigures,
    PodFigures,
    WorkloadFigures,
)
from quarterdeck.model.target import Key

_WORST = ("failed", "missing", "closed", "connecting", "forbidden", "stale", "partial", "ready")
_SHOWN = ("nodes", "pods", "capacity", "allocatable", "requests", "limits", "usage")


class Overviewing:
    """Satisfies api.ports.Overview. Asks no cluster while it answers: what it needs is read because somebody looks."""

    def __init__(
        self,
        members: Members,
        knowledge: Knowledge,
        own: Mapping[Resource, KindSpec[Any]],
        want: Want,
        client_of: ClientOf,
        mark: Callable[[Key], AttentionMark],
        told: Callable[[Key], None],
    ) -> None:
        self._looking = Looking(want, KINDS)
        self.board = Overview(lambda key: key in self._looking.looked_at, told)
        self._members = members
        self._knowledge = knowledge
        self._own = own
        self._deprecated = Deprecated(client_of, self.board.touch)
        self._mark = mark

    async def close(self) -> None:
        self._looking.close()
        await self._deprecated.close()
        await self.board.close()

    def version(self, key: Key) -> int:
        """Grows with each change of the figures."""
        return self.board.version(key)

    def cluster(self, key: Key) -> ClusterOverview:
        self._looking.look((key,))
        self.board.look(key)
        return self._view(key)

    def fleet(self) -> FleetOverview:
        clusters = [self.cluster(member.key) for member in self._members]
        sums = {name: [found for one in clusters if (found := getattr(one, name)) is not None] for name in _SHOWN}
        health: dict[str, int] = {}
        for one in clusters:
            for workload in one.workloads:
                for word, amount in workload.health.items():
                    health[word] = health.get(word, 0) + amount
        return FleetOverview(
            version="-".join(self.tag(one) for one in clusters),
            clusters=clusters,
            nodes=_add_up(NodeFigures, sums["nodes"]),
            pods=_add_up(PodFigures, sums["pods"]),
            capacity=_amounts(sums["capacity"]),
            allocatable=_amounts(sums["allocatable"]),
            requests=_amounts(sums["requests"]),
            limits=_amounts(sums["limits"]),
            usage=_amounts(sums["usage"]),
            health=health,
            known={name: len(found) for name, found in sums.items()},
        )

    def tag(self, one: ClusterOverview) -> str:
        """Another string, another overview."""
        kinds = self._knowledge.kinds_version(Key(one.key))
        told = "n" if one.deprecated is None else len(one.deprecated)
        return f"{one.key[:6]}.{one.version}.{kinds}.{one.status}.{one.attention.version}.{told}.{len(one.gaps)}"

    def _view(self, key: Key) -> ClusterOverview:
        figures = self.board.of(key)
        nodes, pods, usage = figures.get(NODES), figures.get(PODS), figures.get(NODE_METRICS)
        told = self._deprecated.of(key)
        statuses = {resource: self._status(key, resource) for resource in KINDS}
        gaps = [
            AttentionKind(resource.path, self._title(resource), status, message)
            for resource, (status, message) in statuses.items()
            if status not in ("ready", "not_served") and resource != NODE_METRICS
        ]
        server = self._knowledge.known(key).facts.version
        # What nobody answers any more is no usage of now.
        fresh = statuses[NODE_METRICS][0] == "ready" and usage is not None and usage.sums.get("total", 0) > 0
        return ClusterOverview(
            key=key,
            status=min((gap.status for gap in gaps), key=_badness, default="ready"),
            nodes=_figures(NodeFigures, nodes) if nodes is not None else None,
            pods=_figures(PodFigures, pods) if pods is not None else None,
            capacity=_of(nodes, "cpu_capacity", "memory_capacity", "pods_capacity"),
            allocatable=_of(nodes, "cpu", "memory", "pods"),
            requests=_of(pods, "cpu_request", "memory_request", "scheduled"),
            limits=_of(pods, "cpu_limit", "memory_limit"),
            usage=_of(usage, "cpu", "memory") if fresh else None,
            usage_at=int(usage.sums["measured"]) or None if fresh and usage is not None else None,
            usage_note="" if fresh else why_none(*statuses[NODE_METRICS]),
            workloads=[
                self._workloads(resource, statuses[resource][0], found)
                for resource in (*WORKLOADS, *OTHERS)
                if (found := figures.get(resource)) is not None
            ],
            server_version=server,
            kubelets=_kubelets(server, nodes.by if nodes is not None else {}),
            deprecated=told.uses if told is not None else None,
            deprecated_note=told.note if told is not None else "Not asked yet.",
            attention=self._mark(key),
            gaps=gaps,
            version=self.board.version(key),
        )

    def _status(self, key: Key, resource: Resource) -> tuple[str, str]:
        told = self._knowledge.part_state(key, resource)
        if told.status == "not_served":
            return told.status, told.message
        member = self._members.get(key)
        found = part(key, told, member, kind_status(member, resource), None)
        return found.status, found.message

    def _workloads(self, resource: Resource, status: str, found: Figures) -> WorkloadFigures:
        others = OTHERS.get(resource)
        title = others.title if others is not None else self._title(resource)
        words = others.filter if others is not None else ""
        return WorkloadFigures(resource.path, title, status, sum(found.by.values()), dict(found.by), words)

    def _title(self, resource: Resource) -> str:
        spec = self._own.get(resource)
        return spec.title if spec is not None else resource.resource


def _badness(status: str) -> int:
    return _WORST.index(status) if status in _WORST else 0


def _of(found: Figures | None, cpu: str, memory: str, pods: str = "") -> Amounts | None:
    if found is None:
        return None
    sums = found.sums
    return Amounts(round(sums.get(cpu, 0), 3), int(sums.get(memory, 0)), int(sums.get(pods, 0)) if pods else None)


def _figures(kind: Any, found: Figures) -> Any:
    return kind(**{name: int(found.sums.get(name, 0)) for name in kind.__struct_fields__})


def _add_up(kind: Any, every: Iterable[Any]) -> Any:
    parts = list(every)
    return kind(**{name: sum(getattr(one, name) for one in parts) for name in kind.__struct_fields__})


def _amounts(every: Iterable[Amounts]) -> Amounts:
    parts = list(every)
    pods = [one.pods for one in parts if one.pods is not None]
    return Amounts(
        round(sum(one.cpu for one in parts), 3), sum(one.memory for one in parts), sum(pods) if pods else None
    )


def _kubelets(server: str, by: Mapping[str, int]) -> list[KubeletVersion]:
    """The most first."""
    found = sorted(((version, nodes) for version, nodes in by.items() if version), key=lambda one: (-one[1], one[0]))
    return [KubeletVersion(v, nodes, behind(server, v), supported(server, v)) for v, nodes in found]
