"""Leases: the columns of `kubectl get leases -o wide` (printers.go, printLease, v1.37), and until when they are held.

A lease runs out by the clock, with nothing written: so it has no health, and what ran out is counted when asked."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.kinds import BASE, Decoded, KindSpec, Whole, as_json, base, controller
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

_FURTHEST = 2**53


class Spec(msgspec.Struct, gc=False):
    holder: str | None = msgspec.field(default=None, name="holderIdentity")
    duration: Whole | None = msgspec.field(default=None, name="leaseDurationSeconds")
    acquired: str | None = msgspec.field(default=None, name="acquireTime")
    renewed: str | None = msgspec.field(default=None, name="renewTime")
    transitions: Whole | None = msgspec.field(default=None, name="leaseTransitions")
    strategy: str | None = None
    preferred: str | None = msgspec.field(default=None, name="preferredHolder")


class Lease(Decoded, gc=False):
    spec: Spec | None = None


# Neither renewed nor expires is indexed: every node writes its lease every ten seconds.
COLUMNS = (
    *BASE,
    Column("status", ColumnType.TEXT, "Status", indexed=True),
    Column("holder", ColumnType.TEXT, "Holder"),
    Column("renewed", ColumnType.TIME, "Renewed"),
    Column("expires", ColumnType.TIME, "Expires"),
    Column("transitions", ColumnType.INTEGER, "Transitions"),
    Column("acquired", ColumnType.TIME, "Acquired", detail=True),
    Column("duration", ColumnType.INTEGER, "Duration (s)", detail=True),
    Column("strategy", ColumnType.TEXT, "Strategy", detail=True),
    Column("preferred_holder", ColumnType.TEXT, "Preferred holder", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(lease: Lease) -> Row:
    spec = lease.spec or Spec()
    renewed = seconds(spec.renewed)
    return {
        **base(lease.metadata),
        "status": "Terminating" if lease.metadata.deleted is not None else "Held" if spec.holder else "Free",
        "holder": spec.holder or "",
        "renewed": renewed,
        "expires": _expires(renewed, spec.duration),
        "transitions": spec.transitions or 0,
        "acquired": seconds(spec.acquired),
        "duration": spec.duration,
        "strategy": spec.strategy or "",
        "preferred_holder": spec.preferred or "",
        "owner": controller(lease.metadata),
        "labels": as_json(lease.metadata.labels or {}),
    }


def _expires(renewed: int | None, duration: int | None) -> int | None:
    """None for one that is not said to end."""
    return min(renewed + duration, _FURTHEST) if renewed is not None and duration is not None else None


LEASE_KIND = KindSpec(
    Resource("coordination.k8s.io", "v1", "leases"),
    "Lease",
    "Leases",
    True,
    COLUMNS,
    Lease,
    project,
    searched=("name", "namespace", "holder"),
    aggregates={
        "held": "sum(holder != '')",
        "problems": "sum(holder != '' AND expires < unixepoch())",
    },
)
