"""Storage classes: the columns of `kubectl get storageclasses -o wide` (printers.go, printStorageClass, v1.37)."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, Decoded, Derived, KindSpec, Meta, as_json, base, controller
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

STORAGECLASSES = Resource("storage.k8s.io", "v1", "storageclasses")
DEFAULT = Column("default", ColumnType.TEXT, "Default")
_DEFAULT = (
    "CASE WHEN t.marked_default <> '' AND NOT EXISTS ("
    "SELECT 1 FROM {of} AS o WHERE o.marked_default <> '' AND (o.created > t.created "
    "OR (o.created = t.created AND o.name < t.name))) THEN 'true' ELSE '' END"
)
"""Of the marked ones the newest is the default, and of those as new the first by name: which one that is depends on all
of them (printers.go, getEffectiveDefaultStorageClass)."""


class Annotations(msgspec.Struct, gc=False):
    """storage/util/helpers.go, IsDefaultAnnotation."""

    default: str | None = msgspec.field(default=None, name="storageclass.kubernetes.io/is-default-class")
    default_of_old: str | None = msgspec.field(default=None, name="storageclass.beta.kubernetes.io/is-default-class")


class ClassMeta(Meta, gc=False):
    annotations: Annotations | None = None


class StorageClass(Decoded, gc=False):
    metadata: ClassMeta  # pyright: ignore[reportIncompatibleVariableOverride] # only read
    provisioner: str | None = None
    policy: str | None = msgspec.field(default=None, name="reclaimPolicy")
    binding: str | None = msgspec.field(default=None, name="volumeBindingMode")
    expansion: bool | None = msgspec.field(default=None, name="allowVolumeExpansion")
    parameters: dict[str, str] | None = None
    options: list[str] | None = msgspec.field(default=None, name="mountOptions")


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("marked_default", ColumnType.TEXT, "Marked as default", detail=True),
    Column("provisioner", ColumnType.TEXT, "Provisioner", indexed=True),
    Column("reclaim_policy", ColumnType.TEXT, "Reclaim policy"),
    Column("binding_mode", ColumnType.TEXT, "Volume binding mode"),
    Column("expansion", ColumnType.TEXT, "Allows expansion"),
    Column("mount_options", ColumnType.TEXT, "Mount options", detail=True),
    Column("parameters", ColumnType.JSON, "Parameters", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: StorageClass) -> Row:
    """What is not said is as the server fills it in."""
    marks = found.metadata.annotations or Annotations()
    return {
        **base(found.metadata),
        **standing.cells(unless_deleted(found.metadata, Standing(OK, "Active"))),
        "marked_default": "true" if "true" in (marks.default, marks.default_of_old) else "",
        "provisioner": found.provisioner or "",
        "reclaim_policy": found.policy if found.policy is not None else "Delete",
        "binding_mode": found.binding if found.binding is not None else "Immediate",
        "expansion": "true" if found.expansion else "false",
        "mount_options": ",".join(found.options or ()),
        "parameters": as_json(found.parameters or {}),
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


STORAGECLASS_KIND = KindSpec(
    STORAGECLASSES,
    "StorageClass",
    "Storage classes",
    False,
    COLUMNS,
    StorageClass,
    project,
    searched=("name", "provisioner"),
    derived=(Derived(STORAGECLASSES, (DEFAULT,), {DEFAULT.name: _DEFAULT}),),
    default_sort=("name",),
)
