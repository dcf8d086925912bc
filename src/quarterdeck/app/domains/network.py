"""The network of the open clusters."""

from __future__ import annotations

import asyncio
from typing import get_args

from quarterdeck.app.domains.places import Places
from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.domains.view import View
from quarterdeck.catalog.domains.network import policies
from quarterdeck.catalog.domains.network.found import FoundNetwork
from quarterdeck.catalog.domains.network.reading import read, summed
from quarterdeck.model.domains import DomainPart, SectionQuestion
from quarterdeck.model.network import NetworkAnswer, NetworkRow, NetworkSection, NetworkSectionName
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

SECTIONS: tuple[NetworkSectionName, ...] = get_args(NetworkSectionName)


class Network:
    """Reads rows that are kept; asks no cluster."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._found: Rested[FoundNetwork] = Rested()
        self._idle: Rested[list[NetworkRow] | None] = Rested()

    async def answer(self, question: SectionQuestion) -> NetworkAnswer:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await asyncio.gather(*(self._read(key, question) for key in keys))
        found = [one for one, _ in answers if one is not None]
        parts = [part for _, part in answers]
        places = Places(keys, parts, question.limit)
        sections = [NetworkSection(*one) for one in places.sections(SECTIONS, [one.sections for one in found])]
        return NetworkAnswer(
            version=self.view.numbered(version, keys, self._found, question),
            services=summed(one.services for one in found),
            sections=sections,
            namespaces=sorted({name for one in found for name in one.namespaces}),
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    async def _read(self, key: Key, question: SectionQuestion) -> tuple[FoundNetwork | None, DomainPart]:
        every = SectionQuestion()

        async def found(store: Store) -> FoundNetwork:
            idle, _ = await self.view.rested(key, self._idle, every, lambda of: policies.idle(of, key))
            return await read(store, key, question, idle)

        return await self.view.rested(key, self._found, question, found)
