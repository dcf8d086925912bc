"""Ways on from a half typed filter, with values from the rows of all clusters that are asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import structlog

from quarterdeck.catalog.completion import Lookup, Plan, plan, written
from quarterdeck.catalog.deriving import expressions
from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.filter_terms import MOST_CHARACTERS, cut, require_fit
from quarterdeck.catalog.members import Member, Members
from quarterdeck.catalog.query import Query, resource_of
from quarterdeck.catalog.shapes import Shapes, compile_by_now
from quarterdeck.model.completion import Completion, CompletionAnswer, TermPlace
from quarterdeck.model.errors import ClusterError, InvalidRequestError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.protocol import Tally, TallyQuery

log = structlog.get_logger(__name__)

LOOKING_SECONDS = 0.03
"""How long rows are looked at for one answer; what a store says later than WAIT_SECONDS is left out."""
WAIT_SECONDS = 0.25
MOST = 30
_MOST_VALUES = 200
NamesOf = Callable[[Key, Resource], Sequence[str]]


class Completing:
    """`names_of` a cluster, the context's own first."""

    def __init__(self, members: Members, shapes: Shapes, names_of: NamesOf) -> None:
        self._members = members
        self._shapes = shapes
        self._names_of = names_of

    async def complete(self, spec: WindowSpec, cursor: int) -> CompletionAnswer:
        """For the cursor in `spec.filter`, which may be half typed. Raises InvalidRequestError for a spec that no
        filter would make sense of."""
        require_fit(spec.filter)
        keys = tuple(dict.fromkeys(Key(key) for key in spec.clusters))
        kind = self._shapes.of(resource_of(spec), keys)
        found = plan(spec.filter, cursor, kind)
        query = self._around(spec, found.place.rest)
        asked = [key for key in keys if not query.clusters or query.admits((key, *self._names_of(key, query.resource)))]
        completions = list(found.offers)
        whole = True
        if found.clusters:
            completions += self._clusters(keys, found, query.resource)
        for lookup in found.lookups:
            more, all_ = await self._look_up(lookup, found, query, asked, len(found.lookups))
            completions += more
            whole = whole and all_
        room = MOST_CHARACTERS - len(spec.filter) + found.place.end - found.place.start
        fitting = [one for one in completions if len(one.text) <= room]
        wrong = [TermPlace(term.start, term.end, wrong is not None) for term, wrong in cut(spec.filter)]
        return CompletionAnswer(found.place.start, found.place.end, fitting[:MOST], whole, self._judged(spec, wrong))

    def _around(self, spec: WindowSpec, rest: str) -> Query:
        """Which rows the rest of the filter leaves; all of them while that makes no sense."""
        plain = msgspec.structs.replace(spec, filter="", sort=[], offset=0, limit=1)
        try:
            return compile_by_now(msgspec.structs.replace(plain, filter=rest), self._shapes)
        except InvalidRequestError:
            return compile_by_now(plain, self._shapes)

    def _judged(self, spec: WindowSpec, terms: list[TermPlace]) -> list[TermPlace]:
        keys = [Key(key) for key in spec.clusters]
        kind = self._shapes.of(resource_of(spec), keys)
        if not self._shapes.known(kind.resource, keys):
            return terms
        judged: list[TermPlace] = []
        for term in terms:
            try:
                compile_filter(spec.filter[term.start : term.end], kind)
                judged.append(term)
            except InvalidRequestError:
                judged.append(TermPlace(term.start, term.end, True))
        return judged

    def _clusters(self, keys: Sequence[Key], found: Plan, resource: Resource) -> list[Completion]:
        typed = found.place.typed.casefold().strip("*")
        names = [next(iter(self._names_of(key, resource)), str(key)) for key in keys]
        fitting = [n for n in dict.fromkeys(names) if typed in n.casefold() and n.casefold() not in found.place.others]
        fitting.sort(key=lambda name: (not name.casefold().startswith(typed), name))
        return [Completion("value", text, name) for name in fitting if (text := written(name)) is not None]

    async def _look_up(
        self, lookup: Lookup, found: Plan, query: Query, keys: Sequence[Key], of: int
    ) -> tuple[list[Completion], bool]:
        pattern = "".join("%" if c == "*" else f"\\{c}" if c in "\\%_" else c for c in lookup.typed)
        asked = TallyQuery(
            lookup.value,
            f"%{pattern}%",
            lookup.value_params,
            lookup.joined,
            query.where,
            query.params,
            _MOST_VALUES,
            LOOKING_SECONDS / of,
            query.names,
            seek=lookup.seek,
            begins=lookup.typed,
        )
        sources = [m for key in keys if (m := self._members.get(key)) is not None and m.store is not None]
        told = await asyncio.gather(*(self._tally(member, query, asked) for member in sources))
        counted: Counter[str | int | float] = Counter()
        for member, share in zip(sources, told, strict=True):
            if share is not None and self._members.get(member.key) is member:  # else it was closed meanwhile
                counted.update(dict(share.values))
        whole = all(share is not None and share.whole for share in told)
        return _ranked(lookup, counted, found.place.others), whole

    async def _tally(self, member: Member, query: Query, asked: TallyQuery) -> Tally | None:
        """None where its rows cannot be read, or not in time."""
        assert member.store is not None, "asked of stores alone"
        resource = query.resource
        if not member.store.columns(resource):
            return Tally((), True)
        asked = msgspec.structs.replace(asked, derived=expressions(member.store, resource, query.derived))
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await member.store.tally(resource, asked)
        except TimeoutError:
            return None
        except (ClusterError, RequestError) as error:
            log.info("values cannot be looked up", cluster=member.key, reason=error.message)
            return None


def _ranked(lookup: Lookup, counted: Counter[str | int | float], others: frozenset[str]) -> list[Completion]:
    typed = lookup.typed.casefold().strip("*")

    def rank(one: tuple[str | int | float, int]) -> tuple[bool, int, str]:
        return not str(one[0]).casefold().startswith(typed), -one[1], str(one[0])

    found: list[Completion] = []
    for value, rows in sorted(counted.items(), key=rank):
        text = lookup.write(value)
        if text is not None and text.casefold() not in others and str(value).casefold() not in others:
            label = text if isinstance(value, int | float) else str(value)
            found.append(Completion(lookup.kind, text, label, lookup.detail, rows or None))
    return found
