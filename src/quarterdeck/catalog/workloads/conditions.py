"""Conditions of a status: how a controller says what it could not do, and why."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from quarterdeck.catalog.kinds import Cells
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import Column, ColumnType


class Condition(msgspec.Struct, gc=False):
    type: str = ""
    status: str = ""
    reason: str | None = None
    message: str | None = None
    changed: str | None = msgspec.field(default=None, name="lastTransitionTime")


class Standing(msgspec.Struct, gc=False):
    """How an object stands: its health, its status in a word, and the condition that says why, if one does."""

    health: str
    word: str
    why: Condition | None = None


COLUMNS = (
    Column("health", ColumnType.TEXT, detail=True),
    Column("status", ColumnType.TEXT, "Status", indexed=True),
    Column("reason", ColumnType.TEXT, "Reason", detail=True),
    Column("message", ColumnType.TEXT, "Message", detail=True),
    Column("since", ColumnType.TIME, "Since", detail=True),
)


def cells(standing: Standing) -> Cells:
    """The cells of COLUMNS; `since` is when the condition behind it became so, None where none is."""
    why = standing.why or Condition()
    return {
        "health": standing.health,
        "status": standing.word,
        "reason": why.reason or "",
        "message": why.message or "",
        "since": seconds(why.changed),
    }


def is_(conditions: Iterable[Condition] | None, kind: str, status: str = "True") -> Condition | None:
    """The condition of that type if it has that status. The first of a type counts, as for the printers."""
    found = next((c for c in conditions or () if c.type == kind), None)
    return found if found is not None and found.status == status else None
