"""Objects by a few letters over all open clusters: their stores are looked into, and what they do not keep is said.
That somebody searches has the kinds that nobody looks at read again sooner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from quarterdeck.app.knowledge import Knowledge
from quarterdeck.catalog.heads import COLUMNS
from quarterdeck.catalog.members import Member, Members
from quarterdeck.catalog.search_terms import heads_query_of, query_of, words_of
from quarterdeck.clusters.cataloguing import NOT_BY_NAME
from quarterdeck.clusters.heads_lister import CUT
from quarterdeck.model.errors import ClusterError, RequestError
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.search import SearchAnswer, SearchHit, SearchPart
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import FoundObject, HeadStatus, KindStatus, SearchQuery, Store

log = structlog.get_logger(__name__)

WITHIN = 3.0
"""Seconds for each cluster, whose share is then said to be missing."""
_HEADS = tuple(column.name for column in COLUMNS)
_Ranked = tuple[tuple[int, int, int, str, str], SearchHit]


@dataclass(frozen=True)
class _Kind:
    resource: Resource
    kind: str
    title: str
    place: int
    names: frozenset[str]


@dataclass
class _Kept:
    """The kinds of one store by where their objects are looked for: in rows of their own, or in the catalog."""

    whole: list[tuple[_Kind, KindStatus]] = field(default_factory=list["tuple[_Kind, KindStatus]"])
    heads: list[tuple[_Kind, HeadStatus]] = field(default_factory=list["tuple[_Kind, HeadStatus]"])
    missing: list[_Kind] = field(default_factory=list[_Kind])


class Search:
    """Reads what the windows' members keep; no answer waits for a cluster."""

    def __init__(self, members: Members, knowledge: Knowledge) -> None:
        self._members = members
        self._knowledge = knowledge
        self._kinds: dict[Key, tuple[int, int | None, tuple[_Kind, ...]]] = {}

    async def find(self, text: str, limit: int) -> SearchAnswer:
        """At most `limit`, best first; nothing for no words. One cluster that fails or takes long hides no other's."""
        words = words_of(text)
        asked = [member.key for member in self._members]

        def there() -> list[Member]:
            return [member for key in asked if (member := self._members.get(key)) is not None]

        told: dict[Member, tuple[list[_Ranked], SearchPart]] = {}
        # One that is opened while others are asked is another member, and is asked anew: what was found is from before.
        while news := [member for member in there() if member not in told]:
            shares = await asyncio.gather(*(self._in_one(member, words, limit) for member in news))
            told |= zip(news, shares, strict=True)
        stayed = [told[member] for member in there()]
        hits = [hit for found, _ in stayed for hit in found]
        parts = [part for _, part in stayed]
        hits.sort(key=lambda hit: hit[0])
        whole = all(p.kinds == p.served and not (p.failure or p.reading or p.stale or p.partly or p.cut) for p in parts)
        return SearchAnswer([hit for _, hit in hits[:limit]], len(hits) > limit, whole, parts)

    async def _in_one(self, member: Member, words: tuple[str, ...], limit: int) -> tuple[list[_Ranked], SearchPart]:
        served, kinds = self._served(member.key)
        store = member.store
        if served is None and store is not None:
            kinds = (*kinds, *self._of_before(member.key, store, kinds))
        if store is None:
            return [], self._part(member, served, _Kept())
        kept = _kept(store, kinds, lambda resource: self._forbidden(member.key, resource))
        if not words:
            return [], self._part(member, served, kept)
        self._knowledge.sought(member.key)
        by_resource = {kind.resource: kind for kind in kinds}
        names = self._knowledge.part_state(member.key, kinds[0].resource if kinds else PODS).names
        try:
            async with asyncio.timeout(WITHIN):
                found = await _found(store, kept, words, names, limit + 1)
        except TimeoutError:
            return [], self._part(member, served, kept, "It took too long.")
        except (ClusterError, RequestError) as error:
            return [], self._part(member, served, kept, error.message)
        hits = [_hit(member.key, by_resource[resource], one) for resource, one in found]
        return hits, self._part(member, served, kept)

    def _part(self, member: Member, served: int | None, kept: _Kept, failure: str = "") -> SearchPart:
        said = [
            "refused"
            if self._forbidden(member.key, kind.resource)
            else self._knowledge.catalogued(member.key, kind.resource)
            for kind in kept.missing
        ]
        left_out = [status.left_out for _, status in (*kept.whole, *kept.heads)]
        unfinished = any(not status.complete for _, status in kept.whole)
        unread = "unread" in said or any(head.read_at is None for _, head in kept.heads)
        read = [head.read_at for _, head in kept.heads if head.read_at is not None]
        return SearchPart(
            member.key,
            kinds=len(kept.whole) + len(kept.heads),
            served=served,
            reading=unfinished or (unread and member.epoch != 0),
            stale=member.epoch == 0 or any(not status.live for _, status in kept.whole),
            failure=failure,
            refused=said.count("refused"),
            partly=sum(note not in ("", CUT) for note in left_out),
            cut=left_out.count(CUT) + said.count("cut"),
            read_at=min(read, default=None),
        )

    def _forbidden(self, key: Key, resource: Resource) -> bool:
        """Of a kind that is asked for to be kept current."""
        return self._knowledge.part_state(key, resource).status == "forbidden"

    def _of_before(self, key: Key, store: Store, known: Sequence[_Kind]) -> list[_Kind]:
        """Of a cluster that has not said what it serves: the other kinds of its catalog. How one is called in the
        singular is not kept of those that we do not know."""
        listed = {kind.resource for kind in known}
        more = [resource for resource in store.heads() if resource not in listed]
        return [
            _Kind(resource, name, title, len(known) + place, frozenset({resource.resource, name.lower()}))
            for place, resource in enumerate(more)
            for name, title in [self._knowledge.kind_names(key, resource)]
        ]

    def _served(self, key: Key) -> tuple[int | None, tuple[_Kind, ...]]:
        """Kinds in the order in which people use them; how many a cluster serves, if it said so."""
        version = self._knowledge.kinds_version(key)
        known = self._kinds.get(key)
        if known is None or known[0] != version:
            listed = self._knowledge.kinds(key)
            views = [view for group in listed.groups for view in group.kinds]
            kinds = tuple(
                _Kind(
                    resource,
                    view.kind,
                    view.title,
                    place,
                    frozenset({resource.resource, view.kind.lower(), *view.short_names}),
                )
                for place, view in enumerate(views)
                if (resource := Resource.parse(view.resource)) not in NOT_BY_NAME
            )
            known = self._kinds[key] = (version, len(kinds) if listed.complete else None, kinds)
        return known[1:]


def _kept(store: Store, kinds: Sequence[_Kind], forbidden: Callable[[Resource], bool]) -> _Kept:
    """Rows that are kept current go before the catalog; of rows and catalog from before, the younger."""
    found, catalog = _Kept(), store.heads()
    for kind in kinds:
        status, head = store.status(kind.resource), catalog.get(kind.resource)
        rows = bool(store.columns(kind.resource)) and bool(status.rows or status.complete or head is None)
        younger = head is not None and (head.read_at or 0) > (status.synced_at or 0)
        if rows and not status.rows and not status.complete and forbidden(kind.resource):
            found.missing.append(kind)
        elif rows and (status.live or not younger):
            found.whole.append((kind, status))
        elif head is not None:
            found.heads.append((kind, head))
        else:
            found.missing.append(kind)
    return found


async def _found(
    store: Store, kept: _Kept, words: tuple[str, ...], names: Sequence[str], limit: int
) -> list[tuple[Resource, FoundObject]]:
    whole: dict[Resource, SearchQuery] = {}
    for kind, _ in kept.whole:
        columns = [column.name for column in store.columns(kind.resource)]
        query = query_of(words, columns, kind.names, names)
        if query is not None:
            whole[kind.resource] = query
    alike: dict[SearchQuery, list[Resource]] = {}
    for kind, _ in kept.heads:
        query = query_of(words, _HEADS, kind.names, names)
        if query is not None:
            alike.setdefault(query, []).append(kind.resource)
    heads = [heads_query_of(tuple(resources), query) for query, resources in alike.items()]
    one, other = await asyncio.gather(store.search(whole, limit), store.search_heads(heads, limit))
    return [*one, *other]


def _hit(key: Key, kind: _Kind, one: FoundObject) -> _Ranked:
    """With what it is ranked by: how the name fits, the kind, the length of the name."""
    hit = SearchHit(
        key, kind.resource.path, kind.kind, kind.title, one.uid, one.namespace, one.name, one.created, one.rank
    )
    return (one.rank, kind.place, len(one.name), one.name, key), hit
