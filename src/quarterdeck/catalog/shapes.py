"""What columns a kind has: ours where we have a projection, with those that are worked out as rows are read; else all
that the clusters in question print, by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from quarterdeck.catalog.deriving import known
from quarterdeck.catalog.filter_terms import terms
from quarterdeck.catalog.kinds import BASE, KindSpec
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.printed import searched
from quarterdeck.catalog.printed_rows import PrintedRow
from quarterdeck.catalog.query import Query, compile_query, resource_of
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.protocol import Row


class Shapes:
    """Read afresh at each call: a store may learn a kind's columns at any time."""

    def __init__(self, own: Iterable[KindSpec[Any]], members: Members) -> None:
        self._own = {kind.resource: kind for kind in own}
        self._members = members

    def of(self, resource: Resource, keys: Sequence[Key]) -> KindSpec[Any]:
        """Of a printed kind: columns by name in the order in which they are met, BASE alone while nothing is known."""
        own = self._own.get(resource)
        if own is None:
            return _printed(resource, self._columns(resource, keys))
        return replace(own, columns=(*own.columns, *self._derived(own, keys))) if own.derived else own

    def _derived(self, own: KindSpec[Any], keys: Sequence[Key]) -> list[Column]:
        """All of them, so that what is sorted and filtered by stays valid; where none of the clusters can work them out
        they are for nobody to see."""
        stores = [m.store for key in keys if (m := self._members.get(key)) is not None and m.store is not None]
        return [
            column if shown else msgspec.structs.replace(column, detail=True)
            for derived in own.derived
            for shown in [any(known(store, own.resource, derived) for store in stores)]
            for column in derived.columns
        ]

    def known(self, resource: Resource, keys: Sequence[Key]) -> bool:
        """Whether `of` has more to say than BASE."""
        return resource in self._own or any(self._stored(resource, key) for key in keys)

    def _columns(self, resource: Resource, keys: Sequence[Key]) -> tuple[Column, ...]:
        met: dict[str, Column] = {}
        for key in keys:
            for column in self._stored(resource, key):
                met.setdefault(column.name, column)
        return tuple(met.values()) or BASE

    def _stored(self, resource: Resource, key: Key) -> tuple[Column, ...]:
        member = self._members.get(key)
        return member.store.columns(resource) if member is not None and member.store is not None else ()


def compile_by_now(spec: WindowSpec, shapes: Shapes) -> Query:
    """Raises InvalidRequestError. Of a kind whose columns nobody knows yet, filter and order wait until somebody does:
    then it is compiled again."""
    try:
        return compile_query(spec, shapes.of)
    except InvalidRequestError:
        if shapes.known(resource_of(spec), [Key(k) for k in spec.clusters]):
            raise
        terms(spec.filter)  # what is no filter at all is said now
        return compile_query(msgspec.structs.replace(spec, filter="", sort=[]), shapes.of)


def _printed(resource: Resource, columns: tuple[Column, ...]) -> KindSpec[PrintedRow]:
    namespaced = any(c.name == "namespace" and not c.detail for c in columns)
    return KindSpec(
        resource,
        resource.resource,
        resource.resource,
        namespaced,
        columns,
        PrintedRow,
        _unread,
        searched=searched(columns),
        default_sort=("namespace", "name"),
    )


def _unread(row: PrintedRow) -> Row:
    raise NotImplementedError(f"this shape is only read: {row.metadata.name}")
