"""Workloads of one cluster's rows: how many of each kind do well, which do not and why, which are being rolled out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from quarterdeck.catalog.domains.asked import among, both, has_words
from quarterdeck.catalog.domains.rows import RANK, cut, known
from quarterdeck.catalog.kinds import DONE, ERROR, OK, PROGRESSING, UNKNOWN, WARN, KindSpec
from quarterdeck.catalog.owners import OTHER_PODS, OTHER_REPLICASETS, Others
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.workloads.cronjobs import CRONJOB_KIND
from quarterdeck.catalog.workloads.daemonsets import DAEMONSET_KIND
from quarterdeck.catalog.workloads.deployments import DEPLOYMENT_KIND
from quarterdeck.catalog.workloads.jobs import JOB_KIND
from quarterdeck.catalog.workloads.replicasets import REPLICASET_KIND
from quarterdeck.catalog.workloads.replicationcontrollers import REPLICATIONCONTROLLER_KIND
from quarterdeck.catalog.workloads.statefulsets import STATEFULSET_KIND
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import Workload, WorkloadKind, WorkloadsQuestion
from quarterdeck.stores.protocol import Condition, SelectQuery, Store, Value

Cells = Mapping[str, Value]
UNWELL = (ERROR, WARN, UNKNOWN)
"""What is listed where nothing else is asked for."""
_NAMED = "namespace || '/' || name || ' ' || status"
MOST_NAMESPACES = 1000


@dataclass(frozen=True)
class Part:
    """One kind of workload. `only` those that count here. SQL over its columns: `since` they are as they are;
    `numbers`: pods wanted, updated, ready and available; `failed` pods. `rolls`: progressing is a rollout."""

    spec: KindSpec[Any]
    only: Others | None = None
    since: str = "since"
    reason: str = "reason"
    numbers: tuple[str, str, str, str] = ("NULL", "NULL", "NULL", "NULL")
    failed: str = "NULL"
    rolls: bool = False


# The ready column of some reads 3/5.
_REPLICAS = ("desired", "up_to_date", "CAST(ready AS INTEGER)", "available")
_SET = ("desired", "NULL", "ready", "available")
PARTS = (
    Part(DEPLOYMENT_KIND, numbers=_REPLICAS, rolls=True),
    Part(STATEFULSET_KIND, numbers=_REPLICAS, rolls=True),
    Part(DAEMONSET_KIND, numbers=_REPLICAS, rolls=True),
    Part(JOB_KIND, since="coalesce(since, nullif(started, 0))", failed="failed"),
    Part(CRONJOB_KIND, since="CASE WHEN status = 'LastRunFailed' THEN last_schedule ELSE since END"),
    Part(REPLICATIONCONTROLLER_KIND, numbers=_SET),
    Part(REPLICASET_KIND, OTHER_REPLICASETS, numbers=_SET),
    Part(POD_KIND, OTHER_PODS, since="unready_since", reason="''"),
)
RESOURCES = tuple(part.spec.resource for part in PARTS)
_CELLS: tuple[str, ...] = (
    "uid", "namespace", "name", "health", "status", "reason", "message", "since", "wanted", "updated", "ready",
    "available", "failed",
)  # fmt: skip


class FoundKind(msgspec.Struct, frozen=True):
    """Of one kind of one cluster. `health`: rows by its word."""

    health: dict[str, int] = {}
    unwell: list[Workload] = []
    total: int = 0
    rollouts: list[Workload] = []
    rolling: int = 0
    namespaces: list[str] = []


async def read(store: Store, key: Key, asked: WorkloadsQuestion) -> dict[str, FoundKind]:
    """By the kind's path, those that were ever listed. Raises what reading a store raises."""
    there = [part for part in PARTS if known(store, part.spec)]
    found = await asyncio.gather(*(_read(store, key, part, asked) for part in there))
    return {part.spec.resource.path: one for part, one in zip(there, found, strict=True)}


async def _read(store: Store, key: Key, part: Part, asked: WorkloadsQuestion) -> FoundKind:
    resource = part.spec.resource
    own: Condition = (part.only.sql if part.only is not None else "", ())
    scope = both(own, among("namespace", asked.namespaces), has_words(_NAMED, asked.text))
    wanted = asked.health or UNWELL
    listed = not asked.kinds or resource.path in asked.kinds
    counts, unwell, rollouts, namespaces = await store.select(
        resource,
        [
            SelectQuery(("health", "count(*)"), *scope, "health"),
            _rows(part, both(scope, among("health", wanted)), asked.limit if listed else 0),
            _rows(part, both(scope, among("health", (PROGRESSING,))), asked.limit if listed and part.rolls else 0),
            SelectQuery(("namespace",), *own, "namespace", "namespace", MOST_NAMESPACES),
        ],
    )
    health = {str(row[0]): int(row[1] or 0) for row in counts}
    return FoundKind(
        health,
        [_workload(part, key, row) for row in unwell],
        sum(health.get(word, 0) for word in wanted) if listed else 0,
        [_workload(part, key, row) for row in rollouts],
        health.get(PROGRESSING, 0) if listed and part.rolls else 0,
        [str(row[0]) for row in namespaces],
    )


def _rows(part: Part, where: Condition, limit: int) -> SelectQuery:
    values = ("uid", "namespace", "name", "health", "status", part.reason, "message", part.since, *part.numbers)
    return SelectQuery((*values, part.failed), *where, order=f"{RANK}, namespace, name", limit=limit)


def _workload(part: Part, key: Key, row: tuple[Value, ...]) -> Workload:
    cells: Cells = dict(zip(_CELLS, row, strict=True))
    path, uid = part.spec.resource.path, str(cells["uid"])
    return Workload(
        id=f"{key}/{path}/{uid}",
        cluster=key,
        resource=path,
        kind=part.spec.kind,
        namespace=str(cells["namespace"]),
        name=str(cells["name"]),
        uid=uid,
        health=str(cells["health"]),
        status=str(cells["status"]),
        why=why(cells),
        since=_number(cells["since"]) or None,
        wanted=_number(cells["wanted"]),
        updated=_number(cells["updated"]),
        ready=_number(cells["ready"]),
        available=_number(cells["available"]),
    )


def why(cells: Cells) -> str:
    """As the cluster puts it; where it says nothing, what its numbers say."""
    said = ": ".join(str(cells[name]) for name in ("reason", "message") if cells.get(name))
    if said:
        return cut(said)
    match str(cells["status"]), _number(cells.get("wanted")), _number(cells.get("failed")):
        case "LastRunFailed", _, _:
            return "Its last run did not succeed."
        case "Suspended", _, _:
            return "Nothing is started until somebody resumes it."
        case "Outdated", int(wanted), _:
            return f"{cells['updated']} of {wanted} pods are of the newest template; others wait to be deleted."
        case _, int(wanted), _ if cells.get("available") is not None:
            return f"{cells['available']} of {wanted} pods are available."
        case _, _, int(failed) if failed:
            return f"{failed} of its pods failed; it goes on trying."
        case _:
            return ""


def _number(value: Value) -> int | None:
    return int(value) if value is not None else None


def kinds_of(found: Iterable[Mapping[str, FoundKind]]) -> list[WorkloadKind]:
    """The sums over clusters, of every kind."""
    every = list(found)
    kinds: list[WorkloadKind] = []
    for part in PARTS:
        path = part.spec.resource.path
        of_kind = [one[path].health for one in every if path in one]
        sums = {word: sum(health.get(word, 0) for health in of_kind) for word in {w for h in of_kind for w in h}}
        kinds.append(
            WorkloadKind(
                path,
                part.spec.kind,
                part.only.title if part.only is not None else part.spec.title,
                len(of_kind),
                sum(sums.values()),
                sums.get(OK, 0),
                sums.get(DONE, 0),
                sums.get(PROGRESSING, 0),
                sums.get(WARN, 0),
                sums.get(ERROR, 0),
                sums.get(UNKNOWN, 0),
                part.only.filter if part.only is not None else "",
            )
        )
    return kinds
