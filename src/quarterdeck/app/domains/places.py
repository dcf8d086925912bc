"""Rows of many clusters in their places: by cluster and namespace, the worst first; of too many the worst of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import TypeVar

import msgspec

from quarterdeck.app.domains.view import SHOWS_OLD
from quarterdeck.catalog.domains.rows import badness
from quarterdeck.catalog.domains.sections import Found
from quarterdeck.model.domains import DomainPart, DomainRow
from quarterdeck.model.target import Key

RowT = TypeVar("RowT", bound=DomainRow)
NameT = TypeVar("NameT", bound=str)


class Places:
    def __init__(self, keys: Sequence[Key], parts: Iterable[DomainPart], limit: int) -> None:
        self._order: dict[str, int] = {key: place for place, key in enumerate(keys)}
        self._limit = limit
        self._old = {(part.key, gap.resource) for part in parts for gap in part.gaps if gap.status in SHOWS_OLD}
        """Cluster and kind of rows that are of before."""

    def shown(self, rows: Iterable[RowT]) -> list[RowT]:
        worst = nsmallest(self._limit, rows, key=lambda row: (badness(row.health), *self._place(row)))
        return [
            msgspec.structs.replace(row, stale=True) if (row.cluster, row.resource) in self._old else row
            for row in sorted(worst, key=self._place)
        ]

    def sections(
        self, names: Iterable[NameT], found: Sequence[Mapping[str, Found[RowT]]]
    ) -> Iterator[tuple[NameT, int, int, list[RowT]]]:
        """Of each section its name, in how many clusters it is known, how many rows it has there, and those shown."""
        for name in names:
            of = [one[name] for one in found if name in one]
            yield name, len(of), sum(one.total for one in of), self.shown(row for one in of for row in one.rows)

    def _place(self, row: DomainRow) -> tuple[int, str, int, str, str]:
        return self._order[row.cluster], row.namespace, badness(row.health), row.kind, row.name
