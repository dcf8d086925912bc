"""One cluster's share of an answer: never silently missing, never fresher than it is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from quarterdeck.catalog.members import Member
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import ClusterPart
from quarterdeck.stores.protocol import KindStatus


class PartState(msgspec.Struct, frozen=True):
    """How a cluster stands with one kind, as the app sees it: `status` as in ClusterPart, `message` and `advice` for
    people, `names` for `cluster:`."""

    status: str
    message: str = ""
    names: tuple[str, ...] = ()
    advice: str = ""


PartStateOf = Callable[[Key, Resource], PartState]
"""Answers from memory, synchronously."""
_SHOWS_ROWS = ("ready", "partial", "stale")


def kind_status(member: Member | None, resource: Resource) -> KindStatus:
    if member is None or member.store is None:
        return KindStatus(resource)
    return member.store.status(resource)


def part(
    key: Key, told: PartState, member: Member | None, kept: KindStatus, rows: int | None, failure: str = ""
) -> ClusterPart:
    """`rows` that match, None while they are counted; `failure`: why they cannot be read."""
    status, message = told.status, told.message
    if failure:
        status, message = "failed", failure
    elif member is None or member.store is None:
        # Its state runs a moment ahead of, or behind, the snapshot.
        status = "connecting" if member is not None and status in _SHOWS_ROWS else status
        status = "closed" if status in (*_SHOWS_ROWS, "closing") else status
    elif status in ("connecting", "ready", "partial"):
        status = _by_rows(status, member, kept)
    if (kept.rows or kept.complete) and kept.left_out not in message:
        # Those of before too: what is seen of them is not all there was.
        message = f"{message} {kept.left_out}".lstrip()
    complete = status == "ready" and kept.complete
    return ClusterPart(key, status, kept.rows if rows is None else rows, complete, kept.synced_at, message)


def same(one: ClusterPart, other: ClusterPart) -> bool:
    """Whether nothing changed that is shown: rows that are kept current are always as of now."""
    return one == other or (
        one.status == other.status == "ready"
        and (one.key, one.rows, one.complete, one.message) == (other.key, other.rows, other.complete, other.message)
    )


def _by_rows(status: str, member: Member, kept: KindStatus) -> str:
    if member.epoch == 0:
        return "stale" if kept.rows or kept.complete or status != "connecting" else status
    if not kept.complete:
        return "partial"
    return "ready" if kept.live else "stale"
