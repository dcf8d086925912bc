"""A question as it was asked (WindowSpec), compiled: which kind, which rows, in which order, of which clusters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.ordering import Order, compile_sort
from quarterdeck.model.errors import InvalidRequestError, UnknownClusterError
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.protocol import Value

NamesOf = Callable[[Key], Sequence[str] | None]
"""What `cluster:` may call it (ID, context's name); None for a key that no context has."""
Kinds = Mapping[Resource, KindSpec[Any]]


class Query(msgspec.Struct, frozen=True):
    """`keys` are asked in this order; those that the filter's `cluster:` leaves out are not among them."""

    resource: Resource
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    where: str
    params: tuple[Value, ...]
    order: Order
    offset: int
    limit: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


def compile_query(spec: WindowSpec, kinds: Kinds, names_of: NamesOf) -> Query:
    """Raises InvalidRequestError and UnknownClusterError."""
    kind = _kind(spec.resource, kinds)
    if spec.limit < 1 or spec.offset < 0:
        raise InvalidRequestError("A window has at least one row and begins at or after the first.")
    found = compile_filter(spec.filter, kind)
    keys: list[Key] = []
    for key in dict.fromkeys(Key(k) for k in spec.clusters):
        names = names_of(key)
        if names is None:
            raise UnknownClusterError(f"There is no context {key!r}.")
        if found.admits((key, *names)):
            keys.append(key)
    where, params = found.where, found.params
    if spec.namespaces and kind.namespaced:
        marks = ", ".join("?" * len(spec.namespaces))
        within = f'"namespace" IN ({marks})'
        where = f"{within} AND {where}" if where else within
        params = (*spec.namespaces, *params)
    order = compile_sort(spec.sort, kind)
    return Query(kind.resource, kind.columns, tuple(keys), where, params, order, spec.offset, spec.limit)


def _kind(path: str, kinds: Kinds) -> KindSpec[Any]:
    try:
        kind = kinds.get(Resource.parse(path))
    except ValueError:
        raise InvalidRequestError("Name the resource as group/version/resource, such as core/v1/pods.") from None
    if kind is None:
        raise InvalidRequestError(f"Rows of {path} are not kept.")
    return kind
