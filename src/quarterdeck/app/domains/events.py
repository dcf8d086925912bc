"""Events of the open clusters, those that are alike as one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from heapq import merge
from itertools import islice

import msgspec

from quarterdeck.app.domains.view import SHOWS_OLD, View, added
from quarterdeck.app.object.reach import Reaching
from quarterdeck.catalog.domains.events import Asked, FoundEvents, ResourceOf, compiled, rank, read
from quarterdeck.model.domains import DomainPart
from quarterdeck.model.events import EventReason, EventsAnswer, EventsQuestion
from quarterdeck.model.target import Key


class Events:
    """Satisfies api.domain_ports.Events. Reads rows that are kept; asks no cluster."""

    def __init__(self, view: View, reaching: Reaching) -> None:
        self.view = view
        self._reaching = reaching

    async def answer(self, question: EventsQuestion) -> EventsAnswer:
        """Raises InvalidRequestError (with the position, if a character is to blame)."""
        asked = compiled(question)
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await asyncio.gather(*(self._read(key, asked) for key in keys))
        found = [events or FoundEvents() for events, _ in answers]
        parts = [told for _, told in answers]
        stale = {told.key for told in parts if told.status in SHOWS_OLD}
        ranked = merge(*(events.groups for events in found), key=rank(question.order))
        groups = [
            msgspec.structs.replace(group, stale=True) if group.cluster in stale else group
            for group in islice(ranked, question.limit)
        ]
        return EventsAnswer(
            version=version,
            groups=groups,
            total=sum(events.total for events in found),
            types=added(events.types for events in found),
            reasons=_reasons(found),
            namespaces=sorted({name for events in found for name in events.namespaces}),
            whole=all(told.status == "ready" for told in parts),
            parts=parts,
        )

    async def _read(self, key: Key, asked: Asked) -> tuple[FoundEvents | None, DomainPart]:
        return await self.view.read(key, lambda store: read(store, key, asked, self._resources(key)))

    def _resources(self, key: Key) -> ResourceOf:
        reach = self._reaching.reach(key)
        known: dict[tuple[str, str], str] = {}

        def resource_of(api: str, kind: str) -> str:
            path = known.get((api, kind))
            if path is None:
                group, _, version = api.rpartition("/")
                served = reach.served(group, kind=kind, version=version) if kind else None
                path = known[api, kind] = served.resource.path if served is not None else ""
            return path

        return resource_of


def _reasons(found: Iterable[FoundEvents]) -> list[EventReason]:
    sums: dict[tuple[str, str], EventReason] = {}
    for events in found:
        for one in events.reasons:
            before = sums.get((one.reason, one.type))
            sums[one.reason, one.type] = one if before is None else _both(before, one)
    return sorted(sums.values(), key=lambda one: (-one.groups, one.reason, one.type))


def _both(one: EventReason, other: EventReason) -> EventReason:
    """Of two clusters."""
    return EventReason(
        one.reason,
        one.type,
        one.groups + other.groups,
        one.count + other.count,
        one.objects + other.objects,
        max(one.last_seen, other.last_seen),
    )
