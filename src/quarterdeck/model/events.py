"""Events of many clusters, those that say the same of the same object as one. Times are seconds since the epoch."""

from __future__ import annotations

from typing import Literal

import msgspec

from quarterdeck.model.domains import DomainPart

EventOrder = Literal["warnings", "newest", "most"]
"""Warnings before all others, each the newest first; the newest; those that happened most often."""


class EventsQuestion(msgspec.Struct, frozen=True):
    """`clusters`: keys, none for all that are open. `namespaces`, `types` and `reasons`: none for all. `filter` is in
    the filter language, over the columns of events."""

    clusters: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    filter: str = ""
    order: EventOrder = "warnings"
    limit: int = 300


class EventGroup(msgspec.Struct, frozen=True):
    """Events with the same type and reason of one object, whose messages differ in numbers and generated names at most.
    `message` is that of the newest, `count` how often it happened, in `objects` event objects. `per_hour`: between the
    first and the last, None where it happened once. `resource` is a path as `core/v1/pods`, empty where the cluster
    serves no such kind (any more). `stale`: of rows from before."""

    id: str
    cluster: str
    type: str
    reason: str
    message: str
    kind: str
    resource: str
    namespace: str
    name: str
    uid: str
    source: str
    subobject: str
    count: int
    objects: int
    first_seen: int
    last_seen: int
    per_hour: float | None = None
    stale: bool = False


class EventReason(msgspec.Struct, frozen=True):
    """`groups` as the question without its reasons would find them, of so many `objects`; together they happened
    `count` times, last at `last_seen`."""

    reason: str
    type: str
    groups: int
    count: int = 0
    objects: int = 0
    last_seen: int = 0


class EventsAnswer(msgspec.Struct, frozen=True):
    """`total`: groups that the question fits. `types`: groups by type, of the question without its types. `reasons`:
    the most frequent first. `namespaces`: of all events of these clusters. `whole`: every event of every one of these
    clusters that is kept there now was looked at. `version`: another string, another answer."""

    version: str
    groups: list[EventGroup]
    total: int
    types: dict[str, int]
    reasons: list[EventReason]
    namespaces: list[str]
    whole: bool
    parts: list[DomainPart]
