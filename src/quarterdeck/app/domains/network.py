"""The network of the open clusters."""

from __future__ import annotations

import asyncio
from typing import get_args

import msgspec

from quarterdeck.app.domains.places import Places
from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.domains.view import View
from quarterdeck.catalog.domains.network import policies
from quarterdeck.catalog.domains.network.found import FoundNetwork
from quarterdeck.catalog.domains.network.reading import read, summed
from quarterdeck.model.domains import DomainPart
from quarterdeck.model.network import (
    NetworkAnswer,
    NetworkQuestion,
    NetworkRow,
    NetworkSection,
    NetworkSectionName,
)
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

SECTIONS: tuple[NetworkSectionName, ...] = get_args(NetworkSectionName)


class Network:
    """Reads rows that are kept; asks no cluster."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._found: Rested[FoundNetwork] = Rested()
        self._idle: Rested[list[NetworkRow] | None] = Rested()

    async def answer(self, question: NetworkQuestion) -> NetworkAnswer:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await asyncio.gather(*(self._read(key, question) for key in keys))
        found = [one for one, _ in answers if one is not None]
        parts = [part for _, part in answers]
        places = Places(keys, parts, question.limit)
        sections = [
            NetworkSection(
                name,
                len(of := [one.sections[name] for one in found if name in one.sections]),
                sum(one.total for one in of),
                places.shown(row for one in of for row in one.rows),
            )
            for name in SECTIONS
        ]
        return NetworkAnswer(
            version=".".join([version, *(str(self._number(key, question)) for key in keys)]),
            services=summed(one.services for one in found),
            sections=sections,
            namespaces=sorted({name for one in found for name in one.namespaces}),
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    def _number(self, key: Key, question: NetworkQuestion) -> int:
        member = self.view.member(key)
        return self._found.number(member.store, _alike(question)) if member is not None and member.store else 0

    async def _read(self, key: Key, question: NetworkQuestion) -> tuple[FoundNetwork | None, DomainPart]:
        async def found(store: Store) -> FoundNetwork:
            idle = await self._idle.of(store, None, lambda: policies.idle(store, key))
            return await read(store, key, question, idle)

        return await self.view.read(key, lambda store: self._found.of(store, _alike(question), lambda: found(store)))


def _alike(question: NetworkQuestion) -> NetworkQuestion:
    """Which other clusters are asked for changes nothing for one."""
    return msgspec.structs.replace(question, clusters=())
