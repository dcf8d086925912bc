"""The reflectors of one runtime, and whether all of them are live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quarterdeck.clusters.reflector_state import (
    AuthWait,
    Forbidden,
    Listing,
    Live,
    Lost,
    ReflectorState,
    Starting,
)
from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.kinds import Resource
from quarterdeck.model.states import Failure


class Lists:
    """Keeps each reflector's newest state; `changed` is called after each change."""

    def __init__(self, resources: tuple[Resource, ...], changed: Callable[[], None]) -> None:
        self.expected = resources
        self._states: dict[Resource, ReflectorState] = {}
        self._changed = changed
        self._news = asyncio.Event()

    @property
    def states(self) -> dict[Resource, ReflectorState]:
        return dict(self._states)

    @property
    def synced(self) -> bool:
        return all(isinstance(self._states.get(r), Live | Forbidden) for r in self.expected)

    @property
    def lost(self) -> Lost | None:
        return next((s for s in self._states.values() if isinstance(s, Lost)), None)

    @property
    def unauthorized(self) -> AuthWait | None:
        return next((s for s in self._states.values() if isinstance(s, AuthWait)), None)

    def put(self, resource: Resource, state: ReflectorState) -> None:
        self._states[resource] = state
        news, self._news = self._news, asyncio.Event()
        news.set()
        self._changed()

    async def first(self, resource: Resource) -> Failure | None:
        """Waits until the first list of `resource` fails or is refused credentials; the caller races it."""
        while True:
            match self._states.get(resource):
                case Lost(failure=failure) | AuthWait(failure=failure):
                    return failure
                case _:
                    await self._news.wait()

    async def shows(self, resource: Resource) -> None:
        """Waits until rows of `resource` are written, or none are to be expected for now."""
        while True:
            match self._states.get(resource):
                case None | Starting() | Listing(objects=0):
                    await self._news.wait()
                case _:
                    return

    async def all_synced(self) -> Failure | None:
        """None once all are live or forbidden; the failure of one that fell silent or lost its credentials."""
        while not self.synced:
            lost, unauthorized = self.lost, self.unauthorized
            if unauthorized is not None:
                return unauthorized.failure
            if lost is not None and lost.failure.error_class is ErrorClass.TIMEOUT:
                return lost.failure
            await self._news.wait()
        return None
