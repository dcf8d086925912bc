"""What a server serves, as its runtime knows it: asked once while it opens, and again when that may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from quarterdeck.model.kinds import ApiResource, Discovery, Resource


class ServerFacts(msgspec.Struct, frozen=True):
    """What the server said of itself, as far as it has."""

    version: str = ""
    platform: str = ""
    uid: str = ""


class Served:
    """`changed` is called when another answer came. `asked` is set once it is known, or known that it will not be."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._by_resource: dict[Resource, ApiResource] = {}
        self.discovery: Discovery | None = None
        self.asked = asyncio.Event()

    def put(self, discovery: Discovery) -> None:
        news = discovery != self.discovery
        self.discovery = discovery
        self._by_resource = {found.resource: found for found in discovery.resources}
        self.asked.set()
        if news:
            self._changed()

    def find(self, resource: Resource) -> ApiResource | None:
        """None: not served, or not known."""
        return self._by_resource.get(resource)
