"""Workloads of the open clusters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from heapq import nsmallest

import msgspec

from quarterdeck.app.domains.view import View, old_kinds
from quarterdeck.catalog.domains.workloads import RESOURCES, FoundKind, badness, kinds_of, read
from quarterdeck.model.domains import DomainPart
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import Workload, WorkloadsAnswer, WorkloadsQuestion

Place = tuple[int, str, int, int, str]
_KIND = {resource.path: place for place, resource in enumerate(RESOURCES)}


class Workloads:
    """Satisfies api.domain_ports.Workloads. Reads rows that are kept; asks no cluster."""

    def __init__(self, view: View) -> None:
        self.view = view

    async def answer(self, question: WorkloadsQuestion) -> WorkloadsAnswer:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await asyncio.gather(*(self._read(key, question) for key in keys))
        found = [kinds or {} for kinds, _ in answers]
        parts = [part for _, part in answers]
        every = [one for kinds in found for one in kinds.values()]
        order: dict[str, int] = {key: place for place, key in enumerate(keys)}
        old = old_kinds(parts)

        def shown(workloads: Iterable[Workload]) -> list[Workload]:
            """The worst, as many as may be, in their places."""
            worst = nsmallest(question.limit, workloads, key=lambda one: (badness(one), *_place(one, order)))
            return [
                msgspec.structs.replace(one, stale=True) if (one.cluster, one.resource) in old else one
                for one in sorted(worst, key=lambda one: _place(one, order))
            ]

        return WorkloadsAnswer(
            version=version,
            kinds=kinds_of(found),
            unwell=shown(workload for one in every for workload in one.unwell),
            total=sum(one.total for one in every),
            rollouts=shown(workload for one in every for workload in one.rollouts),
            rolling=sum(one.rolling for one in every),
            namespaces=sorted({name for one in every for name in one.namespaces}),
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    async def _read(self, key: Key, question: WorkloadsQuestion) -> tuple[Mapping[str, FoundKind] | None, DomainPart]:
        return await self.view.read(key, lambda store: read(store, key, question))


def _place(one: Workload, order: Mapping[str, int]) -> Place:
    """By cluster and namespace, the worst first."""
    return order[one.cluster], one.namespace, badness(one), _KIND[one.resource], one.name
