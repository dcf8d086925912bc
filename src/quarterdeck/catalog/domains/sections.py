"""Sections of a view: what one cluster gives for each."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from quarterdeck.model.domains import DomainRow

RowT = TypeVar("RowT", bound=DomainRow)


class Found(msgspec.Struct, Generic[RowT], frozen=True):
    """The rows of a section that are told, of `total`."""

    rows: list[RowT] = []
    total: int = 0
