"""A question as it was asked (WindowSpec), compiled: which kind, which rows, in which order, of which clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import msgspec

from quarterdeck.catalog.filter import ClusterTerm, compile_filter
from quarterdeck.catalog.kinds import Derived, KindSpec
from quarterdeck.catalog.ordering import Order, compile_sort
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.protocol import FIRST, First, Value

Shape = Callable[[Resource, Sequence[Key]], KindSpec[Any]]
"""What is known of a kind in these clusters together, by now."""


class Query(msgspec.Struct, frozen=True, dict=True):
    """`keys` are asked in this order, but for those that the filter's `cluster:` leaves out: see `admits`. `first`: of
    what matches, if that comes before the rest; then FIRST leads `order`, and the filter has no part in `where`."""

    resource: Resource
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    where: str
    params: tuple[Value, ...]
    order: Order
    offset: int
    limit: int
    clusters: tuple[ClusterTerm, ...] = ()
    by_clock: bool = False
    """Whether its rows change as time passes, without a write."""
    derived: tuple[Derived, ...] = ()
    first: First | None = None

    def admits(self, names: Sequence[str]) -> bool:
        """Whether a cluster of these names is asked."""
        return self.first is not None or self.may_match(names)

    def may_match(self, names: Sequence[str]) -> bool:
        """Whether rows of a cluster of these names can match."""
        return all(term.admits(names) for term in self.clusters)

    def matches(self) -> Query:
        """Of a query with `first`: those rows alone."""
        assert self.first is not None
        sql, params = self.first
        return msgspec.structs.replace(
            self, where=_both(self.where, sql), params=(*self.params, *params), order=self.order[1:], first=None
        )

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The kinds whose rows it is answered of, its own first."""
        return tuple(dict.fromkeys((self.resource, *(one.of for one in self.derived))))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @cached_property
    def read(self) -> tuple[str, ...]:
        """What is read of a row that is shown: `names`, and FIRST where something comes first."""
        return self.names if self.first is None else (*self.names, FIRST)


def compile_query(spec: WindowSpec, shape: Shape) -> Query:
    """Raises InvalidRequestError, with a position where a character of the filter is to blame."""
    keys = tuple(dict.fromkeys(Key(k) for k in spec.clusters))
    kind = shape(resource_of(spec), keys)
    if spec.limit < 1 or spec.offset < 0:
        raise InvalidRequestError("A window has at least one row and begins at or after the first.")
    found = compile_filter(spec.filter, kind)
    order = compile_sort(spec.sort, kind)
    where, params, first = found.where, found.params, None
    if spec.matches_first and (found.where or found.clusters):
        where, params, first = "", (), (found.where or "1", found.params)
        order = ((FIRST, True), *order)
    if spec.namespaces and kind.namespaced:
        marks = ", ".join("?" * len(spec.namespaces))
        where = _both(f'"namespace" IN ({marks})', where)
        params = (*spec.namespaces, *params)
    return Query(
        kind.resource,
        kind.columns,
        keys,
        where,
        params,
        order,
        spec.offset,
        spec.limit,
        found.clusters,
        found.by_clock,
        kind.derived,
        first,
    )


def _both(one: str, other: str) -> str:
    return f"{one} AND {other}" if one and other else one or other


def resource_of(spec: WindowSpec) -> Resource:
    """Raises InvalidRequestError."""
    try:
        return Resource.parse(spec.resource)
    except ValueError:
        raise InvalidRequestError("Name the resource as group/version/resource, such as core/v1/pods.") from None
