"""How a cluster is doing, in figures; and the fleet. Sums of cpu are in cores, of memory in bytes."""

from __future__ import annotations

import msgspec

from quarterdeck.model.attention import AttentionKind, AttentionMark


class Amounts(msgspec.Struct, frozen=True):
    """`pods` None where it is no figure of this sum."""

    cpu: float = 0
    memory: int = 0
    pods: int | None = None


class NodeFigures(msgspec.Struct, frozen=True):
    """`pressed`: short of memory, disk or processes. `cordoned`: nothing new is scheduled there."""

    total: int = 0
    ready: int = 0
    pressed: int = 0
    cordoned: int = 0


class PodFigures(msgspec.Struct, frozen=True):
    """`scheduled`: on a node, and not ended: what `requests` and `limits` are the sums of."""

    total: int = 0
    running: int = 0
    pending: int = 0
    failing: int = 0
    scheduled: int = 0


class WorkloadFigures(msgspec.Struct, frozen=True):
    """Objects of one kind by the words of their `health` column. `status` as in ClusterPart. `filter`: those that are
    counted, where it is not all of the kind, in the filter language."""

    resource: str
    title: str
    status: str
    total: int
    health: dict[str, int]
    filter: str = ""


class KubeletVersion(msgspec.Struct, frozen=True):
    """`behind`: minor versions behind the API server, negative ahead, None where one of both is unknown. `supported`:
    as the Kubernetes version skew policy has it."""

    version: str
    nodes: int
    behind: int | None = None
    supported: bool = True


class DeprecatedUse(msgspec.Struct, frozen=True):
    """An API that somebody asked for since the API server started; `removed` is the release without it."""

    group: str
    version: str
    resource: str
    subresource: str = ""
    removed: str = ""


class ClusterOverview(msgspec.Struct, frozen=True):
    """None: not known, of which `gaps` (kinds that could not be read whole) or the note beside it says why. `usage` is
    what metrics.k8s.io says of all nodes, at `usage_at`; most test clusters have nobody who answers it."""

    key: str
    status: str
    nodes: NodeFigures | None = None
    pods: PodFigures | None = None
    capacity: Amounts | None = None
    allocatable: Amounts | None = None
    requests: Amounts | None = None
    limits: Amounts | None = None
    usage: Amounts | None = None
    usage_at: int | None = None
    usage_note: str = ""
    workloads: list[WorkloadFigures] = []
    server_version: str = ""
    kubelets: list[KubeletVersion] = []
    deprecated: list[DeprecatedUse] | None = None
    deprecated_note: str = ""
    attention: AttentionMark = AttentionMark()
    gaps: list[AttentionKind] = []
    version: int = 0


class FleetOverview(msgspec.Struct, frozen=True):
    """Of all open clusters, in the order of `clusters`. Sums are over those that say them: `known` counts these by the
    name of the sum. `health`: workloads by the words of their health. `version`: another string, another answer."""

    version: str
    clusters: list[ClusterOverview]
    nodes: NodeFigures
    pods: PodFigures
    capacity: Amounts
    allocatable: Amounts
    requests: Amounts
    limits: Amounts
    usage: Amounts
    health: dict[str, int]
    known: dict[str, int]
