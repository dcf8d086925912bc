"""Limit ranges: name and time of creation, which is all that kubectl prints (v1.37 has no printer of its own for them),
and what they say: what a container gets that asks for nothing, and how little and how much may be asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import BASE, OK, Decoded, KindSpec, as_json, base, controller
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

Amounts = dict[str, str | int | float]


class Item(msgspec.Struct, gc=False):
    type: str | None = None
    least: Amounts | None = msgspec.field(default=None, name="min")
    most: Amounts | None = msgspec.field(default=None, name="max")
    limit: Amounts | None = msgspec.field(default=None, name="default")
    request: Amounts | None = msgspec.field(default=None, name="defaultRequest")
    ratio: Amounts | None = msgspec.field(default=None, name="maxLimitRequestRatio")


class Spec(msgspec.Struct, gc=False):
    limits: list[Item] | None = None


class LimitRange(Decoded, gc=False):
    spec: Spec | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("types", ColumnType.TEXT, "Of"),
    Column("default_requests", ColumnType.TEXT, "Default requests"),
    Column("default_limits", ColumnType.TEXT, "Default limits"),
    Column("minimum", ColumnType.TEXT, "Least"),
    Column("maximum", ColumnType.TEXT, "Most"),
    Column("ratio", ColumnType.TEXT, "Most limit to request", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: LimitRange) -> Row:
    items = (found.spec.limits if found.spec is not None else None) or []
    return {
        **base(found.metadata),
        **standing.cells(unless_deleted(found.metadata, Standing(OK, "Active"))),
        "types": ",".join(dict.fromkeys(item.type or "" for item in items)),
        "default_requests": _said(items, lambda item: item.request),
        "default_limits": _said(items, lambda item: item.limit),
        "minimum": _said(items, lambda item: item.least),
        "maximum": _said(items, lambda item: item.most),
        "ratio": _said(items, lambda item: item.ratio),
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _said(items: Sequence[Item], of: Callable[[Item], Amounts | None]) -> str:
    """`cpu 500m, memory 1Gi`; with the type before it where there is more than one."""
    parts = [(item.type or "", amounts) for item in items if (amounts := of(item))]
    texts = [(kind, ", ".join(f"{name} {amounts[name]}" for name in sorted(amounts))) for kind, amounts in parts]
    return "; ".join(f"{kind} {text}" if len(items) > 1 else text for kind, text in texts)


LIMITRANGE_KIND = KindSpec(
    Resource("", "v1", "limitranges"),
    "LimitRange",
    "Limit ranges",
    True,
    COLUMNS,
    LimitRange,
    project,
    searched=("name", "namespace", "types"),
)
