"""Persistent volumes: the columns of `kubectl get persistentvolumes -o wide` (printers.go, printPersistentVolume,
v1.37), and what is behind one."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition
from quarterdeck.catalog.kinds import (
    BASE,
    ERROR,
    OK,
    PROGRESSING,
    UNKNOWN,
    WARN,
    Decoded,
    KindSpec,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.catalog.storage.volume_parts import Amounts, StorageMeta, class_of, modes, size
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Reference(msgspec.Struct, gc=False):
    namespace: str | None = None
    name: str | None = None


class Driver(msgspec.Struct, gc=False):
    driver: str | None = None
    handle: str | None = msgspec.field(default=None, name="volumeHandle")


class Share(msgspec.Struct, gc=False):
    server: str | None = None
    path: str | None = None


class Spec(msgspec.Struct, gc=False):
    capacity: Amounts | None = None
    modes: list[str] | None = msgspec.field(default=None, name="accessModes")
    policy: str | None = msgspec.field(default=None, name="persistentVolumeReclaimPolicy")
    claim: Reference | None = msgspec.field(default=None, name="claimRef")
    storage_class: str | None = msgspec.field(default=None, name="storageClassName")
    attributes_class: str | None = msgspec.field(default=None, name="volumeAttributesClassName")
    mode: str | None = msgspec.field(default=None, name="volumeMode")
    csi: Driver | None = None
    nfs: Share | None = None
    local: Share | None = None
    host: Share | None = msgspec.field(default=None, name="hostPath")


class Status(msgspec.Struct, gc=False):
    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    since: str | None = msgspec.field(default=None, name="lastPhaseTransitionTime")


class Volume(Decoded, gc=False):
    metadata: StorageMeta  # pyright: ignore[reportIncompatibleVariableOverride] # only read
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("capacity", ColumnType.INTEGER, "Capacity", unit="bytes"),
    Column("capacity_text", ColumnType.TEXT, "Capacity as written", detail=True),
    Column("access_modes", ColumnType.TEXT, "Access modes"),
    Column("reclaim_policy", ColumnType.TEXT, "Reclaim policy"),
    Column("claim", ColumnType.TEXT, "Claim", indexed=True),
    Column("storage_class", ColumnType.TEXT, "Storage class", indexed=True),
    Column("source", ColumnType.TEXT, "Source"),
    Column("attributes_class", ColumnType.TEXT, "Attributes class", detail=True),
    Column("volume_mode", ColumnType.TEXT, "Volume mode", wide=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(volume: Volume) -> Row:
    spec, status = volume.spec or Spec(), volume.status or Status()
    return {
        **base(volume.metadata),
        **standing.cells(unless_deleted(volume.metadata, _standing(spec, status))),
        # As kubectl has it, also of one that is asked to go.
        "reason": status.reason or "",
        **size(spec.capacity),
        "access_modes": modes(spec.modes),
        "reclaim_policy": spec.policy or "",
        "claim": f"{spec.claim.namespace or ''}/{spec.claim.name or ''}" if spec.claim is not None else "",
        "storage_class": class_of(volume.metadata, spec.storage_class),
        "source": _source(spec),
        "attributes_class": spec.attributes_class,
        "volume_mode": spec.mode,
        "owner": controller(volume.metadata),
        "labels": as_json(volume.metadata.labels or {}),
    }


def _standing(spec: Spec, status: Status) -> Standing:
    why = Condition(reason=status.reason, message=status.message, since=status.since)
    match status.phase:
        case "Bound" | "Available":
            return Standing(OK, status.phase, why)
        case "Pending":
            return Standing(PROGRESSING, "Pending", why)
        case "Released":
            kept = "Its claim is gone. It is kept with what is on it until somebody deletes it."
            released = msgspec.structs.replace(why, message=status.message or kept)
            return Standing(WARN, "Released", released if spec.policy == "Retain" else why)
        case "Failed":
            return Standing(ERROR, "Failed", why)
        case _:
            return Standing(UNKNOWN, status.phase or "", why)


def _source(spec: Spec) -> str:
    """`ebs.csi.aws.com vol-0a1b`, `nfs nas:/export`; empty for what is not made any more."""
    if spec.csi is not None:
        return f"{spec.csi.driver or ''} {spec.csi.handle or ''}".strip()
    if spec.nfs is not None:
        return f"nfs {spec.nfs.server or ''}:{spec.nfs.path or ''}"
    if spec.local is not None:
        return f"local {spec.local.path or ''}"
    return f"hostPath {spec.host.path or ''}" if spec.host is not None else ""


VOLUME_KIND = KindSpec(
    Resource("", "v1", "persistentvolumes"),
    "PersistentVolume",
    "Persistent volumes",
    False,
    COLUMNS,
    Volume,
    project,
    searched=("name", "status", "claim", "storage_class", "source"),
    default_sort=("name",),
    aggregates={
        "released": "sum(status = 'Released')",
        "capacity": "sum(capacity)",
        "problems": "sum(health = 'error')",
    },
)
