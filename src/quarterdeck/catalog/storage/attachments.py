"""Volume attachments: the columns of `kubectl get volumeattachments -o wide` (printers.go, printVolumeAttachment,
v1.37), and the driver's words where it fails: a pod waits in ContainerCreating for as long."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition
from quarterdeck.catalog.kinds import BASE, ERROR, OK, PROGRESSING, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.standing import Standing
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Source(msgspec.Struct, gc=False):
    volume: str | None = msgspec.field(default=None, name="persistentVolumeName")


class Spec(msgspec.Struct, gc=False):
    attacher: str | None = None
    node: str | None = msgspec.field(default=None, name="nodeName")
    source: Source | None = None


class Failure(msgspec.Struct, gc=False):
    message: str | None = None
    time: str | None = None


class Status(msgspec.Struct, gc=False):
    attached: bool | None = None
    attaching: Failure | None = msgspec.field(default=None, name="attachError")
    detaching: Failure | None = msgspec.field(default=None, name="detachError")


class Attachment(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("attacher", ColumnType.TEXT, "Attacher"),
    Column("volume", ColumnType.TEXT, "PV", indexed=True),
    Column("node", ColumnType.TEXT, "Node", indexed=True),
    Column("attached", ColumnType.TEXT, "Attached", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: Attachment) -> Row:
    spec, status = found.spec or Spec(), found.status or Status()
    return {
        **base(found.metadata),
        **standing.cells(_standing(status, leaving=found.metadata.deleted is not None)),
        "attacher": spec.attacher or "",
        "volume": (spec.source.volume or "") if spec.source is not None else "",
        "node": spec.node or "",
        "attached": "true" if status.attached else "false",
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _standing(status: Status, *, leaving: bool) -> Standing:
    if status.detaching is not None:
        return Standing(ERROR, "DetachFailed", _why("DetachFailed", status.detaching))
    if leaving:
        return Standing(PROGRESSING, "Detaching")
    if status.attaching is not None:
        return Standing(ERROR, "AttachFailed", _why("AttachFailed", status.attaching))
    return Standing(OK, "Attached") if status.attached else Standing(PROGRESSING, "Attaching")


def _why(reason: str, failure: Failure) -> Condition:
    return Condition(reason=reason, message=failure.message, since=failure.time)


VOLUMEATTACHMENT_KIND = KindSpec(
    Resource("storage.k8s.io", "v1", "volumeattachments"),
    "VolumeAttachment",
    "Volume attachments",
    False,
    COLUMNS,
    Attachment,
    project,
    searched=("name", "status", "volume", "node"),
    default_sort=("name",),
    aggregates={"problems": "sum(health = 'error')"},
)
