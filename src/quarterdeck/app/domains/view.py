"""What every named view does alike: which clusters it is of, how whole it is, and when it may have changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.app.looking import Looking, Want
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Member, Members
from quarterdeck.catalog.parts import kind_status, part
from quarterdeck.model.access import NamesQuestion, RequestQuestion, SubjectQuestion
from quarterdeck.model.attention import AttentionKind
from quarterdeck.model.domains import DomainPart, SectionQuestion
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import WorkloadsQuestion
from quarterdeck.stores.protocol import Store

T = TypeVar("T")
Question = SectionQuestion | WorkloadsQuestion | SubjectQuestion | RequestQuestion | NamesQuestion
SHOWS_OLD = ("stale", "failed", "connecting")
"""What is there of a part that stands so is of rows from before."""
_WORST = ("failed", "missing", "closed", "connecting", "forbidden", "stale", "partial", "ready")
_FINE = ("ready", "not_served")


def added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """By name, over clusters."""
    sums: dict[str, int] = {}
    for of_one in counts:
        for name, amount in of_one.items():
            sums[name] = sums.get(name, 0) + amount
    return sums


class View:
    """One named view: `resources` are the kinds it is made of, kept current where somebody looks. `touch(name, key)`
    tells who looks that another answer may be had."""

    def __init__(
        self,
        name: str,
        resources: Iterable[Resource],
        members: Members,
        knowledge: Knowledge,
        own: Mapping[Resource, KindSpec[Any]],
        want: Want,
        versions: Callable[[Key], Mapping[str, int]],
        touch: Callable[[str, Key], None],
    ) -> None:
        self.name = name
        self._looking = Looking(want, resources)
        self._members = members
        self._knowledge = knowledge
        self._own = own
        self._versions = versions
        self._touch = touch

    @property
    def resources(self) -> tuple[Resource, ...]:
        return self._looking.resources

    def close(self) -> None:
        self._looking.close()

    def looked_at(self, key: Key) -> bool:
        return key in self._looking.looked_at

    def look(self, clusters: Sequence[Key]) -> list[Key]:
        """These clusters, or all that are open where none is named. From now on their rows are kept current."""
        keys = list(dict.fromkeys(clusters)) or [member.key for member in self._members]
        self._looking.look(keys)
        return keys

    def member(self, key: Key) -> Member | None:
        return self._members.get(key)

    async def read(self, key: Key, read: Callable[[Store], Awaitable[T]]) -> tuple[T | None, DomainPart]:
        """What `read` makes of a cluster's rows; None where there are none to be had, or not any more."""
        member, before = self._members.get(key), self.part(key)
        if member is None or member.store is None:
            return None, before
        try:
            found = await read(member.store)
        except (RequestError, InternalError) as error:
            return None, self.part(key, error.message)
        if self._members.get(key) is not member:
            return None, self.part(key)  # closed meanwhile: what was read of it is nobody's any more
        # Read while one of its kinds came in, it is not whole, though all of them are here by now.
        return found, min(before, self.part(key), key=lambda part: _badness(part.status))

    async def rested(
        self, key: Key, rested: Rested[T], question: Question, find: Callable[[Store], Awaitable[T]]
    ) -> tuple[T | None, DomainPart]:
        """As `read`, of what is dear to find out: who looks is told when another answer may be had."""
        # Found of a part of its kinds, it is no answer of all of them.
        asked, mark = self._asked(key, question), self._standing(key)
        return await self.read(
            key,
            lambda store: rested.of(store, asked, mark, lambda: find(store), lambda: self._touch(self.name, key)),
        )

    def numbered(self, version: str, keys: Iterable[Key], rested: Rested[Any], question: Question) -> str:
        """`version`, with which of each cluster's answers is told."""
        return ".".join([version, *(str(self._number(key, rested, question)) for key in keys)])

    def _number(self, key: Key, rested: Rested[Any], question: Question) -> int:
        member = self._members.get(key)
        return rested.number(member.store, self._asked(key, question)) if member and member.store else 0

    def _asked(self, key: Key, question: Question) -> object:
        """Which other clusters are asked for changes nothing for one."""
        member = self._members.get(key)
        whole = tuple(kind_status(member, resource).complete for resource in self.resources)
        return msgspec.structs.replace(question, clusters=()), whole

    def version(self, keys: Iterable[Key]) -> str:
        """Another string, another answer."""
        return "-".join(f"{key[:6]}.{self._standing(key)}" for key in keys)

    def _standing(self, key: Key) -> str:
        member, told = self._members.get(key), self._versions(key).get(self.name, 0)
        return f"{member.epoch if member is not None else 'n'}.{told}.{self._knowledge.kinds_version(key)}"

    def part(self, key: Key, failure: str = "") -> DomainPart:
        """`failure`: why its rows could not be read."""
        member = self._members.get(key)
        if failure:
            return DomainPart(key, "failed", failure)
        gaps: list[AttentionKind] = []
        kinds = 0
        for resource in self.resources:
            told = self._knowledge.part_state(key, resource)
            if told.status == "not_served":
                continue
            kinds += 1
            found = part(key, told, member, kind_status(member, resource), None)
            if found.status not in _FINE:
                title = self._title(resource)
                gaps.append(AttentionKind(resource.path, title, found.status, found.message, told.advice))
            elif found.message:
                # Those of some namespaces alone (clusters.by_namespace): fresh, and not all there are.
                gaps.append(AttentionKind(resource.path, self._title(resource), "limited", found.message))
        worst = min((gap.status for gap in gaps), key=_badness, default="ready")
        message = next((gap.message for gap in gaps if gap.status == worst), "")
        return DomainPart(key, worst, message, gaps, kinds)

    def _title(self, resource: Resource) -> str:
        spec = self._own.get(resource)
        return spec.title if spec is not None else resource.resource


def _badness(status: str) -> int:
    return _WORST.index(status) if status in _WORST else len(_WORST)
