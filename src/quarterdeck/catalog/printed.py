"""Kinds without a projection of ours: their columns are those that the server prints."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from quarterdeck.catalog.kinds import BASE, KindSpec, as_json, base
from quarterdeck.catalog.printed_rows import ColumnsChangedError, PrintedRow, cell
from quarterdeck.catalog.titles import title_of
from quarterdeck.kubeclient.protocol import Definition
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

LABELS = Column("labels", ColumnType.JSON, "Labels", detail=True)
_TYPES = {"integer": ColumnType.INTEGER, "number": ColumnType.REAL}
"""By OpenAPI type; all else is text, dates too: they come as the age they had when they were printed."""
_TAKEN = frozenset({c.name for c in BASE} | {LABELS.name, "_id", "ns", "cluster", "label"})
"""Names of ours, and words that a filter has."""
_OURS = ("name", "age")
"""What BASE shows instead."""


def printed_base(namespaced: bool) -> tuple[Column, ...]:
    """BASE; the namespace of what has none is not shown."""
    return tuple(
        msgspec.structs.replace(c, detail=True) if c.name == "namespace" and not namespaced else c for c in BASE
    )


def columns_of(definitions: Sequence[Definition]) -> tuple[tuple[int, Column], ...]:
    """A column for each definition that BASE does not show, with its place among the cells. Names are made of titles,
    and differ whatever the server says."""
    taken = set(_TAKEN)
    found: list[tuple[int, Column]] = []
    for place, definition in enumerate(definitions):
        if definition.name.lower() in _OURS:
            continue
        name = _free(_name(definition.name), taken)
        taken.add(name)
        kind = _TYPES.get(definition.type, ColumnType.TEXT)
        found.append((place, Column(name, kind, definition.name, wide=definition.priority > 0)))
    return tuple(found)


def printed_kind(
    resource: Resource, kind: str, namespaced: bool, definitions: Sequence[Definition]
) -> KindSpec[PrintedRow]:
    """`project` raises ColumnsChangedError for a row that was printed under other columns."""
    wanted, cells = tuple(definitions), columns_of(definitions)

    def project(row: PrintedRow) -> Row:
        if row.definitions != wanted and row.definitions:
            raise ColumnsChangedError
        values = row.cells
        return {
            **base(row.metadata),
            **{c.name: cell(values[at], c.type) if at < len(values) else None for at, c in cells},
            LABELS.name: as_json(row.metadata.labels or {}),
        }

    columns = (*printed_base(namespaced), *(column for _, column in cells), LABELS)
    return KindSpec(
        resource,
        kind,
        title_of(kind, resource.resource),
        namespaced,
        columns,
        PrintedRow,
        project,
        searched=searched(columns),
        default_sort=("namespace", "name") if namespaced else ("name",),
    )


def searched(columns: Sequence[Column]) -> tuple[str, ...]:
    """What plain words look into: the name and what a table shows as text."""
    return tuple(c.name for c in columns if c.type is ColumnType.TEXT and not c.detail and c.name != "namespace")


def _name(title: str) -> str:
    """`Last seen` to `last_seen`: what a filter can name."""
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    return name if name[:1].isalpha() else f"column_{name}".rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, len(taken) + 3) if f"{name}_{n}" not in taken)
