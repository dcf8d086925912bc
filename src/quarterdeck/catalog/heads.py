"""The names and labels of an object, of whatever kind: all that is decoded of what nobody looks at."""

from __future__ import annotations

from typing import ClassVar

from quarterdeck.catalog.kinds import Decoded, KindSpec, as_json
from quarterdeck.catalog.times import seconds
from quarterdeck.catalog.titles import title_of
from quarterdeck.model.kinds import ApiResource, Column, ColumnType
from quarterdeck.stores.protocol import Row


class Head(Decoded, gc=False):
    """Asked for as PartialObjectMetadata. Annotations are not named, so none is decoded."""

    heads: ClassVar[bool] = True


COLUMNS = (
    Column("uid", ColumnType.TEXT),
    Column("namespace", ColumnType.TEXT),
    Column("name", ColumnType.TEXT),
    Column("created", ColumnType.TIME),
    Column("labels", ColumnType.JSON),
)


def head_kind(served: ApiResource) -> KindSpec[Head]:
    return KindSpec(
        served.resource,
        served.kind,
        title_of(served.kind, served.resource.resource),
        served.namespaced,
        COLUMNS,
        Head,
        _row,
        searched=("name",),
    )


def _row(head: Head) -> Row:
    meta = head.metadata
    return {
        "uid": meta.uid,
        "namespace": meta.namespace or "",
        "name": meta.name,
        "created": seconds(meta.created) or 0,
        "labels": as_json(meta.labels or {}),
    }
