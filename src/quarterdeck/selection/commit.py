"""The commit: results become visible together, each on its own merits. Synchronous; no await stands here.

Nothing but `commit` and `without` makes a Snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
import structlog

from quarterdeck.model.target import ClusterId, Key, Target
from quarterdeck.stores.protocol import Store

log = structlog.get_logger(__name__)


class Visible(msgspec.Struct, frozen=True):
    """One cluster as others see it. `epoch` is 0 where only rows from before are shown, stale."""

    target: Target
    epoch: int
    store: Store | None


class Snapshot(msgspec.Struct, frozen=True):
    """`number` grows with each swap."""

    number: int
    clusters: Mapping[ClusterId, Visible]


class Refused(msgspec.Struct, frozen=True):
    """A participant will not take this cluster; `reason` is for people."""

    reason: str


class Prepared(Protocol):
    """One participant's share of one cluster, ready: neither call may fail or wait."""

    def commit(self) -> None: ...

    def abort(self) -> None: ...


class Participant(Protocol):
    """Something that shows or uses clusters: windows, operations, the API."""

    def prepare(self, cluster: ClusterId, key: Key, visible: Visible) -> Prepared | Refused:
        """All that can fail happens here. Nothing of it may show before `commit`."""
        ...

    def removed(self, cluster: ClusterId, key: Key) -> None:
        """It is gone from the snapshot: drop it now. Cannot be refused."""
        ...


class Committed(msgspec.Struct, frozen=True):
    """What a commit did: the snapshot it made, who is in, who was refused and why."""

    snapshot: Snapshot
    accepted: Mapping[ClusterId, Visible]
    refused: Mapping[ClusterId, str]


def commit(
    snapshot: Snapshot, candidates: Mapping[ClusterId, Visible], participants: Sequence[Participant]
) -> Committed:
    """Every candidate that all participants take is in the next snapshot; the others are as they were."""
    ready: dict[ClusterId, list[Prepared]] = {}
    refused: dict[ClusterId, str] = {}
    for cluster, visible in candidates.items():
        prepared = _prepare(cluster, visible, participants)
        if isinstance(prepared, Refused):
            refused[cluster] = prepared.reason
        else:
            ready[cluster] = prepared
    accepted = {c: candidates[c] for c in ready}
    for cluster, parts in ready.items():
        try:
            for part in parts:
                part.commit()
        except Exception as error:
            # A participant broke its word. The others stand; this cluster is taken out whole.
            log.exception("commit failed", cluster=cluster)
            refused[cluster] = f"Internal error while it was shown: {error}"
            del accepted[cluster]
            for participant in participants:
                participant.removed(cluster, candidates[cluster].target.key)
    clusters = {**snapshot.clusters, **accepted}
    for cluster in refused:
        if cluster in ready:
            clusters.pop(cluster, None)
    return Committed(Snapshot(snapshot.number + 1, clusters), accepted, refused)


def without(snapshot: Snapshot, cluster: ClusterId, participants: Sequence[Participant]) -> Snapshot:
    """The commit of a close: at intent time, and it cannot be refused."""
    gone = snapshot.clusters.get(cluster)
    if gone is None:
        return snapshot
    for participant in participants:
        participant.removed(cluster, gone.target.key)
    return Snapshot(snapshot.number + 1, {c: v for c, v in snapshot.clusters.items() if c != cluster})


def _prepare(cluster: ClusterId, visible: Visible, participants: Sequence[Participant]) -> list[Prepared] | Refused:
    prepared: list[Prepared] = []
    for participant in participants:
        try:
            part = participant.prepare(cluster, visible.target.key, visible)
        except Exception as error:
            log.exception("prepare failed", cluster=cluster)
            part = Refused(f"Internal error while it was prepared: {error}")
        if isinstance(part, Refused):
            for done in reversed(prepared):
                done.abort()
            return part
        prepared.append(part)
    return prepared
