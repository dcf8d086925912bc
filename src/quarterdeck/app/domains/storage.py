"""Storage of the open clusters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import get_args

from quarterdeck.app.domains.places import Places
from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.domains.view import View
from quarterdeck.catalog.domains.storage.classes import summed
from quarterdeck.catalog.domains.storage.found import FoundStorage
from quarterdeck.catalog.domains.storage.reading import read
from quarterdeck.model.domains import DomainPart, SectionQuestion
from quarterdeck.model.storage import StorageAnswer, StorageSection, StorageSectionName
from quarterdeck.model.target import Key

SECTIONS: tuple[StorageSectionName, ...] = get_args(StorageSectionName)


class Storage:
    """Reads rows that are kept; asks no cluster."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._found: Rested[FoundStorage] = Rested()

    async def answer(self, question: SectionQuestion) -> StorageAnswer:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await asyncio.gather(*(self._read(key, question) for key in keys))
        found = [one for one, _ in answers if one is not None]
        parts = [part for _, part in answers]
        places = Places(keys, parts, question.limit)
        claims = [one.claims for one in found if one.claims is not None]
        volumes = [one.volumes for one in found if one.volumes is not None]
        sections = [
            StorageSection(
                name,
                len(of := [one.sections[name] for one in found if name in one.sections]),
                sum(one.total for one in of),
                places.shown(row for one in of for row in one.rows),
            )
            for name in SECTIONS
        ]
        return StorageAnswer(
            version=".".join([version, *(self.view.number(key, self._found, question) for key in keys)]),
            claims=_added(one.phases for one in claims),
            claims_in=len(claims),
            volumes=_added(one.phases for one in volumes),
            volumes_in=len(volumes),
            classes=summed(found),
            sections=sections,
            namespaces=sorted({name for one in claims for name in one.namespaces}),
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    async def _read(self, key: Key, question: SectionQuestion) -> tuple[FoundStorage | None, DomainPart]:
        return await self.view.rested(key, self._found, question, lambda store: read(store, key, question))


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for of_one in counts:
        for name, amount in of_one.items():
            sums[name] = sums.get(name, 0) + amount
    return sums
