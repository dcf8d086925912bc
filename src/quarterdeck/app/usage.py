"""What objects used lately, for whoever draws it."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.app.knowledge import Knowledge
from quarterdeck.app.looking import Looking, Want
from quarterdeck.catalog.usage.history import MEASURES, History
from quarterdeck.catalog.usage.words import why_none
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.usage import UsageHistory


class Usage:
    """Satisfies api.ports.Usage."""

    def __init__(self, knowledge: Knowledge, want: Want) -> None:
        self.history = History()
        self._knowledge = knowledge
        self._looking = {resource: Looking(want, (measured,)) for resource, measured in MEASURES.items()}

    async def close(self) -> None:
        for looking in self._looking.values():
            looking.close()
        await self.history.close()

    def lately(self, key: Key, resource: Resource, names: Sequence[str]) -> UsageHistory:
        """Raises InvalidRequestError for a kind whose usage nobody measures."""
        if resource not in MEASURES:
            raise InvalidRequestError("Only pods and nodes have their usage measured.")
        self._looking[resource].look((key,))
        told = self._knowledge.part_state(key, MEASURES[resource])
        note = "" if told.status == "ready" else why_none(told.status, told.message)
        ring = self.history.of(key, resource)
        if ring is None:
            return UsageHistory([], {}, note)
        found = {name: ring.series(_parts(name)) for name in names}
        return UsageHistory(ring.times, {name: series for name, series in found.items() if series is not None}, note)


def _parts(name: str) -> tuple[str, str]:
    namespace, _, own = name.rpartition("/")
    return namespace, own
