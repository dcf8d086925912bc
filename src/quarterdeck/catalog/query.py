"""A question as it was asked (WindowSpec), compiled: which kind, which rows, in which order, of which clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from quarterdeck.catalog.filter import ClusterTerm, compile_filter
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.ordering import Order, compile_sort
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.protocol import Value

Kinds = Mapping[Resource, KindSpec[Any]]


class Query(msgspec.Struct, frozen=True):
    """`keys` are asked in this order, but for those that the filter's `cluster:` leaves out: see `admits`."""

    resource: Resource
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    where: str
    params: tuple[Value, ...]
    order: Order
    offset: int
    limit: int
    clusters: tuple[ClusterTerm, ...] = ()

    def admits(self, names: Sequence[str]) -> bool:
        """Whether a cluster of these names is asked."""
        return all(term.admits(names) for term in self.clusters)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


def compile_query(spec: WindowSpec, kinds: Kinds) -> Query:
    """Raises InvalidRequestError, with a position where a character of the filter is to blame."""
    kind = _kind(spec.resource, kinds)
    if spec.limit < 1 or spec.offset < 0:
        raise InvalidRequestError("A window has at least one row and begins at or after the first.")
    found = compile_filter(spec.filter, kind)
    where, params = found.where, found.params
    if spec.namespaces and kind.namespaced:
        marks = ", ".join("?" * len(spec.namespaces))
        within = f'"namespace" IN ({marks})'
        where = f"{within} AND {where}" if where else within
        params = (*spec.namespaces, *params)
    return Query(
        kind.resource,
        kind.columns,
        tuple(dict.fromkeys(Key(k) for k in spec.clusters)),
        where,
        params,
        compile_sort(spec.sort, kind),
        spec.offset,
        spec.limit,
        found.clusters,
    )


def _kind(path: str, kinds: Kinds) -> KindSpec[Any]:
    try:
        kind = kinds.get(Resource.parse(path))
    except ValueError:
        raise InvalidRequestError("Name the resource as group/version/resource, such as core/v1/pods.") from None
    if kind is None:
        raise InvalidRequestError(f"Rows of {path} are not kept.")
    return kind
