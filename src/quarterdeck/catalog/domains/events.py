"""Events that are alike, of one cluster's rows: what is asked of its store, and the groups that come of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from quarterdeck.catalog.domains.asked import among, both
from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.filter import compile_filter
from quarterdeck.model.events import EventGroup, EventOrder, EventReason, EventsQuestion
from quarterdeck.model.kinds import EVENTS
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store, Value

MOST_REASONS, MOST_NAMESPACES = 200, 1000
HOUR = 3600
_NEEDS = frozenset({"alike", "object_kind", "last_seen", "first_seen", "count"})
# What the newest says: with both min() and max() in it a query may not leave that to SQLite's bare columns.
_NEWEST = "substr(max(printf('%012d', last_seen) || message), 13)"
_VALUES = (
    "alike", "type", "reason", _NEWEST, "object_api", "object_kind", "object_namespace", "object_name", "object_uid",
    "max(source)", "max(subobject)", "sum(count)", "count(*)", "min(first_seen)", "max(last_seen)",
    "count(*) OVER ()",
)  # fmt: skip
_OBJECTS = "count(DISTINCT object_kind || ' ' || object_namespace || '/' || object_name)"
_ORDERS: dict[EventOrder, str] = {
    "warnings": "type = 'Warning' DESC, max(last_seen) DESC, alike",
    "newest": "max(last_seen) DESC, alike",
    "most": "sum(count) DESC, max(last_seen) DESC, alike",
}
ResourceOf = Callable[[str, str], str]
"""Of an API version and a kind, as `apps/v1` and `Deployment`: the path by which the cluster serves it, or none."""


class FoundEvents(msgspec.Struct, frozen=True):
    """Of one cluster."""

    groups: list[EventGroup] = []
    total: int = 0
    types: dict[str, int] = {}
    reasons: list[EventReason] = []
    namespaces: list[str] = []


class Asked(msgspec.Struct, frozen=True):
    """A question, as SQL. `rest`: all of it but types and reasons."""

    rest: Condition
    types: Condition
    reasons: Condition
    order: EventOrder
    limit: int

    def where(self, *, types: bool = True, reasons: bool = True) -> Condition:
        chosen = (self.rest, self.types if types else ("", ()), self.reasons if reasons else ("", ()))
        return both(*chosen)


def compiled(question: EventsQuestion) -> Asked:
    """Raises InvalidRequestError, with the position of the character that is to blame."""
    found = compile_filter(question.filter, EVENT_KIND)
    return Asked(
        both(among("namespace", question.namespaces), (found.where, found.params)),
        among("type", question.types),
        among("reason", question.reasons),
        question.order,
        question.limit,
    )


async def read(store: Store, key: Key, asked: Asked, resource_of: ResourceOf) -> FoundEvents:
    """Raises what reading a store raises. Rows of an older version of ours are not there until they are listed anew."""
    if not {column.name for column in store.columns(EVENTS)} >= _NEEDS:
        return FoundEvents()
    where, params = asked.where()
    by_type, type_params = asked.where(types=False)
    by_reason, reason_params = asked.where(reasons=False)
    rows, types, reasons, namespaces = await store.select(
        EVENTS,
        [
            SelectQuery(_VALUES, where, params, "alike", _ORDERS[asked.order], asked.limit),
            SelectQuery(("type", "count(DISTINCT alike)"), by_type, type_params, "type"),
            SelectQuery(
                ("reason", "type", "count(DISTINCT alike)", "sum(count)", _OBJECTS, "max(last_seen)"),
                by_reason, reason_params, "reason, type",
                "count(DISTINCT alike) DESC, reason", MOST_REASONS,
            ),
            SelectQuery(("namespace",), "", (), "namespace", "namespace", MOST_NAMESPACES),
        ],
    )  # fmt: skip
    return FoundEvents(
        [_group(key, row, resource_of) for row in rows],
        int(rows[0][-1] or 0) if rows else 0,
        {str(row[0]): int(row[1] or 0) for row in types},
        [EventReason(str(row[0]), str(row[1]), *(int(value or 0) for value in row[2:])) for row in reasons],
        [str(row[0]) for row in namespaces],
    )


def rank(order: EventOrder) -> Callable[[EventGroup], tuple[int, ...]]:
    """As _ORDERS has it, over clusters."""
    if order == "most":
        return lambda group: (-group.count, -group.last_seen)
    if order == "newest":
        return lambda group: (-group.last_seen,)
    return lambda group: (group.type != "Warning", -group.last_seen)


def _group(key: Key, row: tuple[Value, ...], resource_of: ResourceOf) -> EventGroup:
    alike, kind, reason, message, api, object_kind, namespace, name, uid, source, subobject = map(str, row[:11])
    count, objects, first, last = (int(value or 0) for value in row[11:15])
    return EventGroup(
        id=f"{key}/{alike}",
        cluster=key,
        type=kind,
        reason=reason,
        message=message,
        kind=object_kind,
        resource=resource_of(api, object_kind),
        namespace=namespace,
        name=name,
        uid=uid,
        source=source,
        subobject=subobject,
        count=count,
        objects=objects,
        first_seen=first,
        last_seen=last,
        per_hour=round((count - 1) * HOUR / (last - first), 2) if count > 1 and last > first else None,
    )
