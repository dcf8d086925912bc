"""The row of one object, without a table: so that what was reached from elsewhere is told in the same words."""

from __future__ import annotations

from typing import Any

import msgspec

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.printed_rows import PrintedRow
from quarterdeck.model.objects import ObjectRow


def row_of(kind: KindSpec[Any], raw: bytes) -> ObjectRow | None:
    """Of an object's JSON. None for kinds whose cells the server prints, and for an object that does not fit its kind,
    which a table leaves out as well. Blocking for a large one."""
    if issubclass(kind.decoder, PrintedRow):
        return None
    try:
        row = kind.project(msgspec.json.decode(raw, type=kind.decoder))
    except msgspec.ValidationError:
        return None
    return ObjectRow(list(kind.columns), [row[column.name] for column in kind.columns])
