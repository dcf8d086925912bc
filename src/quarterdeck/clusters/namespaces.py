"""Which namespaces are looked into where a kind may not be listed across the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from quarterdeck.catalog.kinds import Decoded
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.errors import ForbiddenError
from quarterdeck.model.kinds import NAMESPACES
from quarterdeck.model.target import Target

MOST_NAMESPACES = 200
"""How many are asked about at most: whoever sees thousands of namespaces mostly sees all that is in them."""


class Namespaces:
    """`preferred` (the context's own, and those from the settings) come first, then those that the server lists to us,
    by name. Asked anew each time: rights are given and taken, and those who may not list across the cluster are few.
    """

    def __init__(self, client: ClusterClient, preferred: Sequence[str]) -> None:
        self._client = client
        self._preferred = preferred
        self.readable: set[str] = set()
        """Of those that were asked about: in which some kind may be read."""
        self.asked = 0
        """For so many kinds."""

    async def names(self) -> list[str]:
        """At most MOST_NAMESPACES. Raises ClusterError, but not that namespaces may not be listed."""
        try:
            page = await self._client.list_page(NAMESPACES, Decoded, limit=MOST_NAMESPACES)
        except ForbiddenError:
            listed: list[str] = []
        else:
            listed = sorted(item.metadata.name for item in page.items)
        return list(dict.fromkeys([*self._preferred, *listed]))[:MOST_NAMESPACES]

    def noted(self, readable: Iterable[str]) -> None:
        """Where a kind may be read that may not be across the cluster."""
        self.asked += 1
        self.readable |= set(readable)

    def forget(self) -> None:
        """Rights may have changed."""
        self.asked = 0
        self.readable.clear()


class Narrowed:
    """All of `every` for the first kinds; then those alone in which one of them may be read. Else who sees two hundred
    namespaces would ask two hundred times for each of a hundred kinds."""

    KINDS = 4

    def __init__(self, every: Namespaces) -> None:
        self._every = every

    async def names(self) -> list[str]:
        every = self._every
        names = await every.names()
        narrow = every.asked >= self.KINDS and every.readable
        return [name for name in names if name in every.readable] if narrow else names

    def noted(self, readable: Iterable[str]) -> None:
        self._every.noted(readable)


def preferred(target: Target, configured: Sequence[str] = ()) -> tuple[str, ...]:
    """The context's own namespace ("default" where it names none, as kubectl has it), then those of the setting
    lists.namespaces whose CONTEXT fits."""
    more: list[str] = []
    for entry in configured:
        context, _, namespace = entry.rpartition(":")
        if fnmatchcase(target.context, context):
            more.append(namespace)
    return (target.namespace or "default", *more)
