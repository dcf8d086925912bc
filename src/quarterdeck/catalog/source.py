"""One cluster's rows as a query reads them; whose error it was is never lost."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

import structlog

from quarterdeck.aio.together import together
from quarterdeck.catalog.deriving import expressions
from quarterdeck.catalog.ordering import before, between
from quarterdeck.catalog.query import Query
from quarterdeck.model.errors import ClusterError, RequestError
from quarterdeck.stores.protocol import Condition, First, Frozen, PageQuery, Store, Value
from quarterdeck.stores.schema import never_null

log = structlog.get_logger(__name__)
Values = tuple[Value, ...]
T = TypeVar("T")


class SourceFailedError(Exception):
    """The rows of the source at `place` cannot be read; `message` is for people. Stays within catalog."""

    def __init__(self, place: int, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


class Source:
    """`place` among all clusters asked decides between rows that are equal otherwise. `after`: rows behind these values
    of the order's columns only; with `inclusive`, that very row too. `may_match`: whether the cluster's rows can match
    what comes first. All reads raise SourceFailedError alone."""

    def __init__(
        self,
        place: int,
        store: Store,
        after: Values | None = None,
        *,
        inclusive: bool = False,
        may_match: bool = True,
    ) -> None:
        self.place = place
        self._store = store
        self._after = after
        self._inclusive = inclusive
        self.may_match = may_match

    def rows(self, query: Query) -> int:
        """All that are kept of the kind, whatever the query."""
        return self._store.status(query.resource).rows

    async def page(
        self, query: Query, columns: tuple[str, ...], offset: int, limit: int, behind: Values | None = None
    ) -> list[Values]:
        """`behind`: further on than these values of the order's columns, which are behind `after` themselves."""
        where, params, after = query.where, query.params, behind or self._after
        if after is not None and behind is None and self._inclusive:
            ahead, values = before(query.order, after)
            where, params, after = _both(where, f"NOT {ahead}"), (*params, *values), None
        # Each cluster has the columns that its own server prints.
        derived = expressions(self._store, query.resource, query.derived)
        asked = PageQuery(
            columns, where, params, query.order, limit, offset, after, query.names, derived, self._first(query)
        )
        try:
            return await self._store.page(query.resource, asked)
        except Exception as error:
            raise self._failed(error) from error

    async def freeze(self, query: Query, columns: tuple[str, ...]) -> Frozen:
        """Does not heed `after`, nor what the query says of a page."""
        derived = expressions(self._store, query.resource, query.derived)
        asked = PageQuery(
            columns,
            query.where,
            query.params,
            query.order,
            absent=query.names,
            derived=derived,
            first=self._first(query),
        )
        try:
            return await self._store.freeze(query.resource, asked)
        except Exception as error:
            raise self._failed(error) from error

    async def count(self, query: Query, ahead_of: Values | None = None, start: Values | None = None) -> int:
        """All rows of the query; with `ahead_of`, those before these values, and with `start` not before those. Does
        not heed `after`."""
        among: tuple[Condition, ...] | None = None
        if ahead_of is not None:
            among = between(query.order, start, ahead_of, never_null(self._store.columns(query.resource)))
        try:
            derived = expressions(self._store, query.resource, query.derived)
            return await self._store.count(
                query.resource, query.where, query.params, query.names, derived, self._first(query), among
            )
        except Exception as error:
            raise self._failed(error) from error

    def _first(self, query: Query) -> First | None:
        return ("0", ()) if query.first is not None and not self.may_match else query.first

    def _failed(self, error: Exception) -> SourceFailedError:
        if isinstance(error, ClusterError | RequestError):
            return SourceFailedError(self.place, error.message)
        log.error("rows cannot be read", exc_info=error)
        return SourceFailedError(self.place, "Internal error while its rows were read.")


def _both(one: str, other: str) -> str:
    return f"({one}) AND {other}" if one else other


async def read_all(reads: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Of several sources at once. Raises the first SourceFailedError."""
    return await together(reads, SourceFailedError)
