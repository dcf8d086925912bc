"""A window's question, understood once: its kind, filter, order and clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from quarterdeck.catalog.filter import Filter, compile_filter
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.ordering import Order, compile_sort
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.windows import WindowSpec
from quarterdeck.stores.protocol import Value

MOST_ROWS = 1000
"""A window's limit at most: more is scrolled, not drawn."""


class Question(msgspec.Struct, frozen=True):
    spec: WindowSpec
    kind: KindSpec[Any]
    filter: Filter
    order: Order
    where: str
    params: tuple[Value, ...]
    keys: tuple[Key, ...]

    @property
    def narrow(self) -> bool:
        """It leaves rows out, so that totals must be counted."""
        return bool(self.where)


def understand(spec: WindowSpec, kinds: Mapping[Resource, KindSpec[Any]]) -> Question:
    """Raises InvalidRequestError, with the position of the filter's character where one is to blame."""
    try:
        kind = kinds[Resource.parse(spec.resource)]
    except (KeyError, ValueError):
        raise InvalidRequestError(f"{spec.resource} is not a kind that can be listed.") from None
    if not 1 <= spec.limit <= MOST_ROWS:
        raise InvalidRequestError(f"The limit must be from 1 to {MOST_ROWS}.")
    if not 0 <= spec.offset <= 2**31:
        raise InvalidRequestError("The offset must not be negative.")
    found = compile_filter(spec.filter, kind)
    where, params = found.where, found.params
    if spec.namespaces and kind.namespaced:
        marks = ", ".join("?" for _ in spec.namespaces)
        within = f'"namespace" IN ({marks})'
        where = f"{within} AND {where}" if where else within
        params = (*spec.namespaces, *params)
    keys = tuple(Key(k) for k in dict.fromkeys(spec.clusters))
    return Question(spec, kind, found, compile_sort(spec.sort, kind), where, params, keys)
