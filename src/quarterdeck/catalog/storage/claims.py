"""Persistent volume claims: the columns of `kubectl get persistentvolumeclaims -o wide` (printers.go,
printPersistentVolumeClaim, v1.37), what was asked for, and why one is not bound as far as it says so itself.

What is waited for is read from what the binder notes (pkg/controller/volume/persistentvolume/pv_controller.go): the
provisioner that it asked, and the node of the first pod."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition, having
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
from quarterdeck.catalog.quantity import quantity
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.catalog.storage.volume_parts import Amounts, StorageMeta, class_of, modes, size
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

_WRONG = ("ControllerResizeError", "NodeResizeError", "ModifyVolumeError")
_UNDER_WAY = ("Resizing", "FileSystemResizePending", "ModifyingVolume")
"""core/v1 types.go, PersistentVolumeClaimConditionType."""


class Resources(msgspec.Struct, gc=False):
    requests: Amounts | None = None


class Spec(msgspec.Struct, gc=False):
    volume: str | None = msgspec.field(default=None, name="volumeName")
    storage_class: str | None = msgspec.field(default=None, name="storageClassName")
    attributes_class: str | None = msgspec.field(default=None, name="volumeAttributesClassName")
    mode: str | None = msgspec.field(default=None, name="volumeMode")
    resources: Resources | None = None


class Status(msgspec.Struct, gc=False):
    phase: str | None = None
    modes: list[str] | None = msgspec.field(default=None, name="accessModes")
    capacity: Amounts | None = None
    conditions: list[Condition] | None = None


class Claim(Decoded, gc=False):
    metadata: StorageMeta  # pyright: ignore[reportIncompatibleVariableOverride] # only read
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("volume", ColumnType.TEXT, "Volume", indexed=True),
    Column("requested", ColumnType.INTEGER, "Asked for", unit="bytes"),
    Column("capacity", ColumnType.INTEGER, "Capacity", unit="bytes"),
    Column("capacity_text", ColumnType.TEXT, "Capacity as written", detail=True),
    Column("access_modes", ColumnType.TEXT, "Access modes"),
    Column("storage_class", ColumnType.TEXT, "Storage class", indexed=True),
    Column("attributes_class", ColumnType.TEXT, "Attributes class", detail=True),
    Column("volume_mode", ColumnType.TEXT, "Volume mode", wide=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(claim: Claim) -> Row:
    spec, status = claim.spec or Spec(), claim.status or Status()
    asked = spec.resources.requests if spec.resources is not None else None
    found = size(status.capacity) if spec.volume else {"capacity": None, "capacity_text": ""}
    named = class_of(claim.metadata, spec.storage_class)
    return {
        **base(claim.metadata),
        **standing.cells(unless_deleted(claim.metadata, _standing(claim.metadata, spec, status, named))),
        "volume": spec.volume or "",
        "requested": int(quantity((asked or {}).get("storage"))),
        **found,
        "access_modes": modes(status.modes) if spec.volume else "",
        "storage_class": named,
        "attributes_class": spec.attributes_class,
        "volume_mode": spec.mode,
        "owner": controller(claim.metadata),
        "labels": as_json(claim.metadata.labels or {}),
    }


def _standing(meta: StorageMeta, spec: Spec, status: Status, named: str) -> Standing:
    match status.phase:
        case "Bound":
            wrong = _first(status.conditions, _WRONG)
            return Standing(WARN if wrong is not None else OK, "Bound", wrong or _first(status.conditions, _UNDER_WAY))
        case "Lost":
            why = f"Its volume{f' {spec.volume}' if spec.volume else ''} is gone, and what was on it."
            return Standing(ERROR, "Lost", Condition(reason="Lost", message=why))
        case "Pending":
            reason, message = _waits(meta, spec, named)
            return Standing(PROGRESSING, "Pending", Condition(reason=reason, message=message))
        case _:
            return Standing(UNKNOWN, status.phase or "")


def _first(found: Sequence[Condition] | None, kinds: Sequence[str]) -> Condition | None:
    """The reason is the condition's type where it says none of its own."""
    one = next((c for kind in kinds if (c := having(found, kind)) is not None), None)
    return one if one is None or one.reason else msgspec.structs.replace(one, reason=one.type)


def _waits(meta: StorageMeta, spec: Spec, named: str) -> tuple[str, str]:
    """Reason and message of one that is not bound."""
    notes = meta.notes
    where = f" for node {notes.node}" if notes.node else ""
    if spec.volume:
        return "WaitsForVolume", f"The volume {spec.volume} is named, and is not bound to it yet."
    if notes.provisioner:
        return "WaitsForProvisioner", f"{notes.provisioner} was asked for a volume{where}, and has made none yet."
    if not named:
        return "WaitsForVolume", "It has no class, so that somebody must make a volume that fits."
    return "WaitsForPod", f"Nobody was asked for a volume of class {named}: it waits for its first pod, or the class."


CLAIM_KIND = KindSpec(
    Resource("", "v1", "persistentvolumeclaims"),
    "PersistentVolumeClaim",
    "Persistent volume claims",
    True,
    COLUMNS,
    Claim,
    project,
    searched=("name", "namespace", "status", "volume", "storage_class"),
    aggregates={
        "pending": "sum(status = 'Pending')",
        "capacity": "sum(capacity)",
        "problems": "sum(health IN ('error', 'warn'))",
    },
)
