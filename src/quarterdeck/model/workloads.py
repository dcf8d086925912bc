"""Workloads of many clusters: how many do well, which do not, and which are being rolled out."""

from __future__ import annotations

import msgspec

from quarterdeck.model.domains import DomainPart, DomainRow


class WorkloadsQuestion(msgspec.Struct, frozen=True):
    """`clusters`: keys, none for all that are open. `namespaces`: none for all. `kinds`: paths as
    `apps/v1/deployments`, none for all. `health`: words as in DomainRow, none for those that are not as they should be
    (error, warn, unknown). `text`: words, all of which a workload has in its name, namespace or status."""

    clusters: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    text: str = ""
    limit: int = 300


class WorkloadKind(msgspec.Struct, frozen=True):
    """One kind in all clusters that were asked for, as far as it is read: in `clusters` of them. `resting`: complete,
    or scaled to none. Of replica sets and pods only those that none of the other kinds made, static pods and those of
    operators too: `filter`, in words of the filter language, has their table show the same."""

    resource: str
    kind: str
    title: str
    clusters: int
    total: int = 0
    healthy: int = 0
    resting: int = 0
    progressing: int = 0
    warned: int = 0
    failing: int = 0
    unknown: int = 0
    filter: str = ""


class Workload(DomainRow, frozen=True):
    """`wanted`, `updated`, `ready`, `available`: pods, None for kinds that do not count them so."""

    wanted: int | None = None
    updated: int | None = None
    ready: int | None = None
    available: int | None = None


class WorkloadsAnswer(msgspec.Struct, frozen=True):
    """`kinds`: counts of the question without its kinds and health. `unwell`: by cluster and namespace, the worst of a
    namespace first; where there are more than the limit, the worst of all; `total` is how many there are. `rollouts`:
    those on their way, by cluster and namespace, of `rolling`. `namespaces`: of all workloads of these clusters.
    `whole`: all of it is as it is now. `version`: another string, another answer."""

    version: str
    kinds: list[WorkloadKind]
    unwell: list[Workload]
    total: int
    rollouts: list[Workload]
    rolling: int
    namespaces: list[str]
    whole: bool
    parts: list[DomainPart]
