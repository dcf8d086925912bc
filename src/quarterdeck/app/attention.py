"""What is wrong in all open clusters, ranked; and of each how much of it was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from quarterdeck.app.knowledge import Knowledge
from quarterdeck.app.looking import Looking, Want
from quarterdeck.catalog.attention import RULES, kinds_read
from quarterdeck.catalog.attention.board import Attention
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.parts import kind_status, part
from quarterdeck.model.attention import AttentionAnswer, AttentionKind, AttentionMark, AttentionPart, Finding, Severity
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key

_WORST = ("failed", "missing", "closed", "connecting", "forbidden", "stale", "idle", "partial", "ready")
_FINE = ("ready", "not_served")


class Watching:
    """Satisfies api.ports.Attention. Reads what the windows' members keep; asks no cluster, but has the kinds that the
    rules read kept current for as long as somebody looks."""

    def __init__(
        self,
        board: Attention,
        members: Members,
        knowledge: Knowledge,
        own: Mapping[Resource, KindSpec[Any]],
        want: Want,
    ) -> None:
        self.board = board
        self._members = members
        self._knowledge = knowledge
        self._own = own
        self._looking = Looking(want, kinds_read())

    def mark(self, key: Key) -> AttentionMark:
        return self.board.mark(key)

    async def close(self) -> None:
        self._looking.close()
        await self.board.close()

    def answer(
        self,
        clusters: Sequence[Key],
        severities: Sequence[Severity],
        resources: Sequence[str],
        limit: int,
        *,
        look: bool = True,
    ) -> AttentionAnswer:
        """Of these clusters, or of all that are open where none is named: those that are not open have their part."""
        keys = tuple(clusters) or tuple(member.key for member in self._members)
        if look:
            self._looking.look(keys)
        parts = {key: self._part(key) for key in keys}
        wanted = (f for f in self.board.ranked(keys) if _fits(f, severities, resources))
        found = list(islice(wanted, limit + 1))
        stale = {(key, gap.resource) for key, one in parts.items() for gap in one.gaps if gap.status != "partial"}
        findings = [
            msgspec.structs.replace(finding, stale=True) if (finding.cluster, finding.resource) in stale else finding
            for finding in found[:limit]
        ]
        marks = [self.board.mark(key) for key in keys]
        counts = {severity.value: sum(int(getattr(mark, severity.value)) for mark in marks) for severity in Severity}
        return AttentionAnswer(
            version="-".join(f"{part.key[:6]}.{self._version(part)}" for part in parts.values()),
            findings=findings,
            counts=counts,
            more=len(found) > limit or any(one.more for one in parts.values()),
            whole=all(one.status == "ready" for one in parts.values()),
            parts=list(parts.values()),
        )

    def _version(self, part: AttentionPart) -> str:
        """Of what was found, and of how the kinds stand."""
        key = Key(part.key)
        return f"{self.board.mark(key).version}.{self._knowledge.kinds_version(key)}.{part.status}.{part.read}"

    def _part(self, key: Key) -> AttentionPart:
        member = self._members.get(key)
        gaps: list[AttentionKind] = []
        served = 0
        for resource in self._looking.resources:
            told = self._knowledge.part_state(key, resource)
            kept = kind_status(member, resource)
            status = told.status if told.status == "not_served" else part(key, told, member, kept, None).status
            if status == "not_served":
                continue
            served += 1
            if status == "ready" and not self.board.was_asked(key, resource) and self._ruled(resource):
                status = "partial"
            if status not in _FINE:
                spec = self._own.get(resource)
                title = spec.title if spec is not None else resource.resource
                gaps.append(AttentionKind(resource.path, title, status, told.message, told.advice))
        mark = self.board.mark(key)
        worst = min((gap.status for gap in gaps), key=_badness, default="ready")
        return AttentionPart(
            key,
            worst,
            kinds=served,
            read=served - len(gaps),
            findings=mark.critical + mark.warning + mark.notice,
            more=self.board.more(key),
            gaps=gaps,
        )

    def _ruled(self, resource: Resource) -> bool:
        return any(rule.reads(resource) for rule in RULES)


def _badness(status: str) -> int:
    return _WORST.index(status) if status in _WORST else 0


def _fits(finding: Finding, severities: Sequence[Severity], resources: Sequence[str]) -> bool:
    return (not severities or finding.severity in severities) and (not resources or finding.resource in resources)
