"""An object as its server prints it, and the cells that are kept of that.

No value and no annotation of the object is named here, so none is decoded: this is what lists secrets.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from quarterdeck.catalog.kinds import Decoded
from quarterdeck.kubeclient.protocol import Definition
from quarterdeck.model.kinds import ColumnType
from quarterdeck.stores.protocol import Value

_MOST = 2**53
"""What SQLite and JavaScript can both hold."""


class PrintedRow(Decoded, gc=False):
    """Satisfies kubeclient.protocol.PrintedItem: `cells` stand in the order of `definitions`."""

    printed: ClassVar[bool] = True
    cells: list[Any] = msgspec.field(default_factory=list[Any])
    definitions: tuple[Definition, ...] = ()


def under(row: PrintedRow, title: str) -> object:
    """The cell under that title; None where the server prints no such column."""
    at = next((i for i, definition in enumerate(row.definitions) if definition.name == title), len(row.cells))
    return row.cells[at] if at < len(row.cells) else None


class ColumnsChangedError(Exception):
    """The server prints this kind otherwise than the table was made for: it must be looked at anew."""


def cell(value: object, kind: ColumnType) -> Value:
    """As a column of that type holds it; what does not fit a number's column is None."""
    if kind is ColumnType.TEXT:
        return _text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _MOST:
        return None
    return int(value) if kind is ColumnType.INTEGER else float(value)


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()
