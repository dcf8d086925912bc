"""Storage of the open clusters."""

from __future__ import annotations

import asyncio
from typing import get_args

from quarterdeck.app.domains.places import Places
from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.domains.view import View, added
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
        sections = [StorageSection(*one) for one in places.sections(SECTIONS, [one.sections for one in found])]
        return StorageAnswer(
            version=self.view.numbered(version, keys, self._found, question),
            claims=added(one.phases for one in claims),
            claims_in=len(claims),
            volumes=added(one.phases for one in volumes),
            volumes_in=len(volumes),
            classes=summed(found),
            sections=sections,
            namespaces=sorted({name for one in claims for name in one.namespaces}),
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    async def _read(self, key: Key, question: SectionQuestion) -> tuple[FoundStorage | None, DomainPart]:
        return await self.view.rested(key, self._found, question, lambda store: read(store, key, question))
