"""How an object stands: its health, its status in a word, and the condition that says why."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.conditions import Condition
from quarterdeck.catalog.kinds import PROGRESSING, Cells, Meta
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import Column, ColumnType


class Standing(msgspec.Struct, gc=False):
    """`why` is the condition that says so, if one does."""

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


def unless_deleted(meta: Meta, otherwise: Standing) -> Standing:
    """Terminating for one that is to go and is kept by a finalizer."""
    return Standing(PROGRESSING, "Terminating") if meta.deleted is not None else otherwise


def cells(standing: Standing) -> Cells:
    """The cells of COLUMNS; `since` is when the condition behind it became so, None where none is."""
    why = standing.why or Condition()
    return {
        "health": standing.health,
        "status": standing.word,
        "reason": why.reason or "",
        "message": why.message or "",
        "since": seconds(why.since),
    }
