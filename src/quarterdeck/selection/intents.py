"""Intents: every wish to change the selection, and every fact that demands a change. All pass `Coordinator.submit`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from quarterdeck.model.states import Failure
from quarterdeck.model.target import ClusterId, Target


class SetSelection(msgspec.Struct, frozen=True, tag="set"):
    """Replaces the whole set. `based_on` is the generation it was derived from (If-Match); None only for ourselves."""

    selected: tuple[ClusterId, ...]
    based_on: int | None = None


class ChangeSelection(msgspec.Struct, frozen=True, tag="change"):
    """Opens some and closes others; naming one in both is refused."""

    open: tuple[ClusterId, ...] = ()
    close: tuple[ClusterId, ...] = ()


class ClearSelection(msgspec.Struct, frozen=True, tag="clear"):
    pass


class Retry(msgspec.Struct, frozen=True, tag="retry"):
    """A person wants it tried again now: a failed open alone, or a rebuild of what runs."""

    cluster: ClusterId


class CancelWork(msgspec.Struct, frozen=True, tag="cancel"):
    """Ends a running job. Of an open: closes the cluster. Of a rebuild: the old runtime stays."""

    cluster: ClusterId


class KubeconfigChanged(msgspec.Struct, frozen=True, tag="kubeconfig"):
    """What the files say now. `targets` of contexts that can be opened; `failures` of those that cannot."""

    targets: Mapping[ClusterId, Target]
    failures: Mapping[ClusterId, Failure]


class ContextMissing(msgspec.Struct, frozen=True, tag="missing"):
    """The grace of a vanished context has passed; `absence` tells this absence from an earlier one."""

    cluster: ClusterId
    absence: int


class CredentialsLost(msgspec.Struct, frozen=True, tag="credentials_lost"):
    cluster: ClusterId
    epoch: int
    failure: Failure


class CredentialsRecovered(msgspec.Struct, frozen=True, tag="credentials_recovered"):
    cluster: ClusterId
    epoch: int


class TransportLost(msgspec.Struct, frozen=True, tag="transport_lost"):
    """The heartbeat was lost: the runtime is rebuilt, its rows stay, stale."""

    cluster: ClusterId
    epoch: int
    failure: Failure


class TransportRebuild(msgspec.Struct, frozen=True, tag="transport_rebuild"):
    """The transport lives, but should be made anew (sleep was noticed, the address changed)."""

    cluster: ClusterId
    epoch: int
    reason: str


class Shutdown(msgspec.Struct, frozen=True, tag="shutdown"):
    """Everything is torn down; the selection on disk is kept for the next start."""


Intent = (
    SetSelection
    | ChangeSelection
    | ClearSelection
    | Retry
    | CancelWork
    | KubeconfigChanged
    | ContextMissing
    | CredentialsLost
    | CredentialsRecovered
    | TransportLost
    | TransportRebuild
    | Shutdown
)


class Origin(msgspec.Struct, frozen=True):
    """How an intent came to us: what the page says it waited, and how many of its requests it folds together."""

    client_wait_ms: float = 0
    coalesced: int = 0
