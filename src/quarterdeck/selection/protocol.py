"""What the API asks of selection. `selection.coordinator.Coordinator` is the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from quarterdeck.model.states import ClusterState
from quarterdeck.model.target import ClusterId, Key
from quarterdeck.selection.intents import Intent, Origin
from quarterdeck.selection.records import Action, ChangeRecord


class Accepted(msgspec.Struct, frozen=True):
    """The answer to an accepted intent, given before any work."""

    generation: int
    selected: tuple[ClusterId, ...]
    plan: Mapping[ClusterId, Action]


class ClusterStatus(msgspec.Struct, frozen=True):
    """Where one cluster stands. `epoch` is of the visible runtime, 0 where there is none."""

    id: ClusterId
    key: Key
    state: ClusterState
    selected: bool
    generation: int
    epoch: int


class News(msgspec.Struct, frozen=True):
    """What changed in one turn of the loop: statuses by key and records by generation, to be read afresh."""

    clusters: frozenset[Key] = frozenset()
    changes: frozenset[int] = frozenset()


class Selection(Protocol):
    @property
    def generation(self) -> int: ...

    @property
    def selected(self) -> tuple[ClusterId, ...]: ...

    def submit(self, intent: Intent, origin: Origin = ...) -> Accepted:
        """Synchronous. Raises UnknownClusterError, StaleGenerationError, RefusedError, InvalidRequestError with nothing
        applied."""
        ...

    def status(self, cluster: ClusterId) -> ClusterStatus: ...

    def statuses(self) -> Sequence[ClusterStatus]: ...

    def record(self, generation: int) -> ChangeRecord | None: ...

    def records(self) -> Sequence[ChangeRecord]:
        """The ring buffer, oldest first."""
        ...

    async def settled(self, generation: int) -> ChangeRecord:
        """Waits until all of that change's clusters have settled; the caller brings the deadline."""
        ...

    def subscribe(self, listener: Callable[[News], None]) -> Callable[[], None]:
        """At most once a turn of the loop, synchronously. Returns how to stop it."""
        ...
