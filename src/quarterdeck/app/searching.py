"""Objects by a few letters over all open clusters: their stores are looked into, and what they do not keep is said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from quarterdeck.app.knowledge import Knowledge
from quarterdeck.catalog.members import Member, Members
from quarterdeck.catalog.search_terms import query_of, words_of
from quarterdeck.model.errors import ClusterError, RequestError
from quarterdeck.model.kinds import EVENTS, Resource
from quarterdeck.model.search import SearchAnswer, SearchHit, SearchPart
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import FoundObject, SearchQuery

log = structlog.get_logger(__name__)

WITHIN = 3.0
"""Seconds for each cluster, whose share is then said to be missing."""
_NOT_BY_NAME = frozenset({EVENTS, Resource("events.k8s.io", "v1", "events")})
"""Their names are those of what they are about, and a number."""


@dataclass(frozen=True)
class _Kind:
    resource: Resource
    kind: str
    place: int
    names: frozenset[str]


class Search:
    """Reads what the windows' members keep; asks no cluster."""

    def __init__(self, members: Members, knowledge: Knowledge) -> None:
        self._members = members
        self._knowledge = knowledge
        self._kinds: dict[Key, tuple[int, int | None, tuple[_Kind, ...]]] = {}

    async def find(self, text: str, limit: int) -> SearchAnswer:
        """At most `limit`, best first; nothing for no words. One cluster that fails or takes long hides no other's."""
        words = words_of(text)
        members = list(self._members)
        shares = await asyncio.gather(*(self._in_one(member, words, limit) for member in members))
        hits: list[tuple[tuple[int, int, int, str, str], SearchHit]] = []
        parts: list[SearchPart] = []
        for member, (found, part) in zip(members, shares, strict=True):
            if self._members.get(member.key) is member:  # else it was closed meanwhile
                hits += found
                parts.append(part)
        hits.sort(key=lambda hit: hit[0])
        whole = all(not p.failure and not p.reading and not p.stale and p.kinds == p.served for p in parts)
        return SearchAnswer([hit for _, hit in hits[:limit]], len(hits) > limit, whole, parts)

    async def _in_one(
        self, member: Member, words: tuple[str, ...], limit: int
    ) -> tuple[list[tuple[tuple[int, int, int, str, str], SearchHit]], SearchPart]:
        served, kinds = self._served(member.key)
        store = member.store
        kept = [kind for kind in kinds if store is not None and store.columns(kind.resource)]
        if store is None or not words:
            return [], self._part(member, served, kept)
        by_resource = {kind.resource: kind for kind in kept}
        names = self._knowledge.part_state(member.key, kept[0].resource).names if kept else ()
        queries: dict[Resource, SearchQuery] = {}
        for kind in kept:
            columns = [column.name for column in store.columns(kind.resource)]
            query = query_of(words, columns, kind.names, names)
            if query is not None:
                queries[kind.resource] = query
        try:
            async with asyncio.timeout(WITHIN):
                found = await store.search(queries, limit + 1)
        except TimeoutError:
            return [], self._part(member, served, kept, "It took too long.")
        except (ClusterError, RequestError) as error:
            return [], self._part(member, served, kept, error.message)
        return [_hit(member.key, by_resource[resource], one) for resource, one in found], self._part(
            member, served, kept
        )

    def _part(self, member: Member, served: int | None, kept: list[_Kind], failure: str = "") -> SearchPart:
        statuses = [member.store.status(kind.resource) for kind in kept] if member.store is not None else []
        read = [status for status in statuses if status.rows or status.complete]
        return SearchPart(
            member.key,
            kinds=len(read),
            served=served,
            reading=any(not status.complete for status in read),
            stale=member.epoch == 0 or any(not status.live for status in read),
            failure=failure,
        )

    def _served(self, key: Key) -> tuple[int | None, tuple[_Kind, ...]]:
        """Kinds in the order in which people use them; how many a cluster serves, if it said so."""
        version = self._knowledge.kinds_version(key)
        known = self._kinds.get(key)
        if known is None or known[0] != version:
            listed = self._knowledge.kinds(key)
            views = [view for group in listed.groups for view in group.kinds]
            kinds = tuple(
                _Kind(resource, view.kind, place, frozenset({resource.resource, view.kind.lower(), *view.short_names}))
                for place, view in enumerate(views)
                if (resource := Resource.parse(view.resource)) not in _NOT_BY_NAME
            )
            known = self._kinds[key] = (version, len(kinds) if listed.complete else None, kinds)
        return known[1:]


def _hit(key: Key, kind: _Kind, one: FoundObject) -> tuple[tuple[int, int, int, str, str], SearchHit]:
    """With what it is ranked by: how the name fits, the kind, the length of the name."""
    hit = SearchHit(key, kind.resource.path, kind.kind, one.uid, one.namespace, one.name, one.created, one.rank)
    return (one.rank, kind.place, len(one.name), one.name, key), hit
