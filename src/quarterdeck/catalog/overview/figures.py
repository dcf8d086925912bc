"""The figures of each looked-at cluster, counted anew when rows change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import structlog

from quarterdeck.catalog.owners import OTHER_PODS, OTHER_REPLICASETS, Others
from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.stays import Stay, Stays
from quarterdeck.catalog.usage.metrics import NODE_METRICS
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import GroupsQuery, Store, Value

log = structlog.get_logger(__name__)

INTERVAL_S = 2.0
SHARE = 0.05
WORKLOADS = (
    Resource("apps", "v1", "deployments"),
    Resource("apps", "v1", "statefulsets"),
    Resource("apps", "v1", "daemonsets"),
    Resource("batch", "v1", "jobs"),
    Resource("batch", "v1", "cronjobs"),
    Resource("", "v1", "replicationcontrollers"),
)
"""Those that Workloads counts by themselves."""
OTHERS: Mapping[Resource, Others] = {
    Resource("apps", "v1", "replicasets"): OTHER_REPLICASETS,
    PODS: OTHER_PODS,
}
"""Those of them that nothing made which is counted above; Workloads counts these after it."""
_LIVES = "phase NOT IN ('Succeeded', 'Failed') AND node <> ''"
SUMS: Mapping[Resource, Mapping[str, str]] = {
    NODES: {
        "total": "count(*)",
        "ready": "sum(status LIKE 'Ready%')",
        "pressed": "sum(pressure <> '')",
        "cordoned": "sum(status LIKE '%SchedulingDisabled')",
        "cpu_capacity": "sum(cpu_capacity)",
        "memory_capacity": "sum(memory_capacity)",
        "pods_capacity": "sum(pods_capacity)",
        "cpu": "sum(cpu)",
        "memory": "sum(memory)",
        "pods": "sum(pods)",
    },
    PODS: {
        "total": "count(*)",
        "running": "sum(phase = 'Running' AND health <> 'error')",
        "pending": "sum(phase = 'Pending' AND health <> 'error')",
        "failing": "sum(health = 'error')",
        "scheduled": f"sum({_LIVES})",
        "cpu_request": f"sum(CASE WHEN {_LIVES} THEN cpu_request ELSE 0 END)",
        "memory_request": f"sum(CASE WHEN {_LIVES} THEN memory_request ELSE 0 END)",
        "cpu_limit": f"sum(CASE WHEN {_LIVES} THEN cpu_limit ELSE 0 END)",
        "memory_limit": f"sum(CASE WHEN {_LIVES} THEN memory_limit ELSE 0 END)",
    },
    NODE_METRICS: {"cpu": "sum(cpu)", "memory": "sum(memory)", "measured": "min(measured)", "total": "count(*)"},
}
_NEEDS: Mapping[Resource, frozenset[str]] = {
    NODES: frozenset({"cpu_capacity", "memory_capacity", "pods_capacity", "pressure", "version"}),
    NODE_METRICS: frozenset({"cpu", "memory", "measured"}),
    **{resource: frozenset({"health"}) for resource in WORKLOADS},
    **{resource: frozenset({"health", "owner"}) for resource in OTHERS},
    PODS: frozenset({"cpu_request", "memory_limit", "phase", "node", "health", "owner"}),
}
GROUPED: Mapping[Resource, str] = {NODES: "version", **dict.fromkeys((*WORKLOADS, *OTHERS), "health")}
"""The column by whose values rows are counted as well; of OTHERS, those alone that it speaks of."""
KINDS = tuple(dict.fromkeys((PODS, NODES, *WORKLOADS, *OTHERS, NODE_METRICS)))
_MOST_GROUPS = 50


class Figures(msgspec.Struct, frozen=True):
    """Of one kind: `sums` by name, and how many rows have each value of the column of GROUPED."""

    sums: Mapping[str, float] = {}
    by: Mapping[str, int] = {}


class _Figured(Stay):
    def __init__(self, overview: Overview, key: Key, store: Store) -> None:
        self.version = 1
        self.figures: dict[Resource, Figures] = {}
        self.dirty = set(KINDS)
        self._looked_at = overview.looked_at
        self._key = key
        super().__init__(
            store,
            Paced(overview.bag, f"overview {key}", lambda: overview.count(key), interval=INTERVAL_S, share=SHARE),
        )
        if self._looked_at(key):
            self.paced.poke()

    def changed(self, resource: Resource) -> None:
        if resource in KINDS:
            self.dirty.add(resource)
            if self._looked_at(self._key):
                self.paced.poke(urgent=resource not in self.figures)


class Overview(Stays[_Figured]):
    """Nothing is counted of a cluster that nobody looks at (`looked_at(key)`); `look` begins it. `told(key)` after each
    change of its figures."""

    def __init__(self, looked_at: Callable[[Key], bool], told: Callable[[Key], None]) -> None:
        super().__init__("overview")
        self.looked_at = looked_at
        self._told = told

    def begin(self, key: Key, store: Store) -> _Figured:
        return _Figured(self, key, store)

    def look(self, key: Key) -> None:
        figured = self.stay(key)
        if figured is not None and figured.dirty:
            figured.paced.poke()

    def of(self, key: Key) -> Mapping[Resource, Figures]:
        figured = self.stay(key)
        return figured.figures if figured is not None else {}

    def version(self, key: Key) -> int:
        figured = self.stay(key)
        return figured.version if figured is not None else 0

    def touch(self, key: Key) -> None:
        """Something else that is told with the figures changed."""
        figured = self.stay(key)
        if figured is not None:
            figured.version += 1
            self._told(key)

    async def count(self, key: Key) -> None:
        figured = self.stay(key)
        if figured is None:
            return
        dirty, figured.dirty = figured.dirty, set()
        news = False
        for resource in dirty:
            status = figured.store.status(resource)
            if status.rows == 0 and not status.complete:
                continue  # never listed: none is no figure of it
            if not _NEEDS[resource] <= {column.name for column in figured.store.columns(resource)}:
                continue
            try:
                figures = await _read(figured.store, resource)
            except (RequestError, InternalError) as error:
                log.debug("no figures", kind=resource.path, reason=error.message)
                continue
            news |= figured.figures.get(resource) != figures
            figured.figures[resource] = figures
        if news and self.stay(key) is figured:
            self.touch(key)


async def _read(store: Store, resource: Resource) -> Figures:
    sums: dict[str, float] = {}
    by: dict[str, int] = {}
    wanted = SUMS.get(resource)
    if wanted is not None:
        found = await store.aggregate(resource, tuple(wanted.values()))
        sums = {name: _number(value) for name, value in zip(wanted, found, strict=True)}
    column = GROUPED.get(resource)
    if column is not None:
        others = OTHERS.get(resource)
        query = GroupsQuery(
            (column,), others.sql if others is not None else "TRUE", "created", by=column, limit=_MOST_GROUPS
        )
        [groups] = await store.groups(resource, [query])
        by = {str(row[2] or ""): int(row[0] or 0) for row in groups.rows}
    return Figures(sums, by)


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0
