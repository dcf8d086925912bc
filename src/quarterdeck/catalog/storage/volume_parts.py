"""What claims and volumes say alike: how they may be mounted, their size, and their class."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from quarterdeck.catalog.kinds import Cells, Meta
from quarterdeck.catalog.quantity import quantity

Amounts = dict[str, str | int | float]
_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
"""In the order in which kubectl writes them (core/helper/helpers.go, GetAccessModesAsString)."""


class Annotations(msgspec.Struct, gc=False):
    """Of all annotations only what tells a class or who makes the volume."""

    old_class: str | None = msgspec.field(default=None, name="volume.beta.kubernetes.io/storage-class")
    provisioner: str | None = msgspec.field(default=None, name="volume.kubernetes.io/storage-provisioner")
    node: str | None = msgspec.field(default=None, name="volume.kubernetes.io/selected-node")


class StorageMeta(Meta, gc=False):
    annotations: Annotations | None = None

    @property
    def notes(self) -> Annotations:
        return self.annotations or Annotations()


def modes(found: Iterable[str] | None) -> str:
    """`RWO,RWX`; what kubectl does not know is left out there as well."""
    said = set(found or ())
    return ",".join(short for name, short in _MODES.items() if name in said)


def class_of(meta: StorageMeta, named: str | None) -> str:
    """The annotation of old goes before the field."""
    old = meta.notes.old_class
    return old if old is not None else named or ""


def size(amounts: Amounts | None) -> Cells:
    """The cells `capacity`, in bytes, and `capacity_text` as it was written; nothing said is kubectl's 0."""
    written = (amounts or {}).get("storage")
    text = "0" if written is None else str(written)
    return {"capacity": int(quantity(written)), "capacity_text": text}
