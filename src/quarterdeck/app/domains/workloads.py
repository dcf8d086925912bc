"""Workloads of the open clusters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from quarterdeck.app.domains.places import Places
from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.domains.view import View
from quarterdeck.catalog.domains.workloads import FoundKind, kinds_of, read
from quarterdeck.model.domains import DomainPart
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import WorkloadsAnswer, WorkloadsQuestion


class Workloads:
    """Satisfies api.domain_ports.Workloads. Reads rows that are kept; asks no cluster."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._found: Rested[Mapping[str, FoundKind]] = Rested()

    async def answer(self, question: WorkloadsQuestion) -> WorkloadsAnswer:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await asyncio.gather(*(self._read(key, question) for key in keys))
        found = [kinds or {} for kinds, _ in answers]
        parts = [part for _, part in answers]
        every = [one for kinds in found for one in kinds.values()]
        places = Places(keys, parts, question.limit)
        return WorkloadsAnswer(
            version=self.view.numbered(version, keys, self._found, question),
            kinds=kinds_of(found),
            unwell=places.shown(workload for one in every for workload in one.unwell),
            total=sum(one.total for one in every),
            rollouts=places.shown(workload for one in every for workload in one.rollouts),
            rolling=sum(one.rolling for one in every),
            namespaces=sorted({name for one in every for name in one.namespaces}),
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    async def _read(self, key: Key, question: WorkloadsQuestion) -> tuple[Mapping[str, FoundKind] | None, DomainPart]:
        return await self.view.rested(key, self._found, question, lambda store: read(store, key, question))
