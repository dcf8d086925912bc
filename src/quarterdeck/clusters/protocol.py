"""What selection and a host of clusters say to each other.

Orders, results and events are plain Structs, so that a cluster can later live in another process. Every event carries
the epoch of the runtime that speaks; one with an old epoch is ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from quarterdeck.model.states import Failure, Phase
from quarterdeck.model.target import Key, Target
from quarterdeck.stores.protocol import Store


class OpenOrder(msgspec.Struct, frozen=True):
    """Make one runtime. `attempt` counts from 1 since a person last asked."""

    epoch: int
    target: Target
    attempt: int = 1

    @property
    def key(self) -> Key:
        return self.target.key


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """Authenticated, committed, and its first lists are complete."""

    objects: int = 0


class OpenFailed(msgspec.Struct, frozen=True, tag="failed"):
    """`alive`: its runtime goes on by itself, either committed (its lists hang) or waiting for credentials; else it is
    of no more use."""

    failure: Failure
    alive: bool = False


OpenResult = Opened | OpenFailed


class PhasesChanged(msgspec.Struct, frozen=True, tag="phases"):
    key: Key
    epoch: int
    phases: tuple[Phase, ...]


class RowsOpened(msgspec.Struct, frozen=True, tag="rows"):
    """The store is open: rows of last time can be shown, stale, before anything has been connected."""

    key: Key
    epoch: int


class Authenticated(msgspec.Struct, frozen=True, tag="authenticated"):
    """The server took our credentials: this runtime asks to be committed. It writes no row before `permit`."""

    key: Key
    epoch: int


class Synced(msgspec.Struct, frozen=True, tag="synced"):
    """All its lists are live (or forbidden)."""

    key: Key
    epoch: int


class Unsynced(msgspec.Struct, frozen=True, tag="unsynced"):
    """A list, a watch or the heartbeat fails; the runtime tries on by itself."""

    key: Key
    epoch: int
    failure: Failure
    retry_at: float | None = None


class LostCredentials(msgspec.Struct, frozen=True, tag="lost_credentials"):
    key: Key
    epoch: int
    failure: Failure


class RecoveredCredentials(msgspec.Struct, frozen=True, tag="recovered_credentials"):
    key: Key
    epoch: int


class LostTransport(msgspec.Struct, frozen=True, tag="lost_transport"):
    """So many heartbeats went unanswered that this runtime is given up."""

    key: Key
    epoch: int
    failure: Failure


RuntimeEvent = (
    PhasesChanged
    | RowsOpened
    | Authenticated
    | Synced
    | Unsynced
    | LostCredentials
    | RecoveredCredentials
    | LostTransport
)
Emit = Callable[[RuntimeEvent], None]


class KindsChanged(msgspec.Struct, frozen=True, tag="kinds"):
    """What the server serves changed, or how the runtime stands with a kind that is read on demand. Nothing that
    the selection has to know: the host keeps it for whoever shows rows."""

    key: Key
    epoch: int


class ClusterHost(Protocol):
    """Makes and ends runtimes. All but `open` and `teardown` are synchronous."""

    def attach(self, emit: Emit) -> None:
        """Where events go; called once, before anything else."""
        ...

    async def open(self, order: OpenOrder) -> OpenResult:
        """Runs until the first lists are complete or it failed; never raises a ClusterError. Cancelled, or ended, its
        runtime still exists until `teardown`."""
        ...

    def permit(self, epoch: int) -> None:
        """It was committed: it takes the store's writer lease and may write rows."""
        ...

    def revoke(self, epoch: int) -> None:
        """Every handle of it refuses further use from now on, and its tasks are asked to end. Idempotent."""
        ...

    async def teardown(self, epoch: int) -> list[str]:
        """Ends it within the close deadline. Returns the names of what would not stop (the reaper has those now)."""
        ...

    def rows(self, epoch: int) -> Store | None:
        """The store of its rows, once opened. It outlives the runtime: rows of a dead transport stay, stale."""
        ...

    async def release(self, key: Key) -> None:
        """The cluster is closed and torn down: its store is closed too."""
        ...

    def forget_wait(self, target: Target) -> None:
        """A person asks for a retry: back-offs that this target's credentials wait in end now."""
        ...
