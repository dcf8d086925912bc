"""A walk over a large table, shared among the threads that read: each takes a part of the rows as they lie.

SQLite lets the interpreter go while it walks, so that two cores need half the time. A row never changes its part, so
none is met twice; one that changes between the parts and the whole is read as it is at last.
"""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise

import apsw
import msgspec

from quarterdeck.stores.paging import Rows, Walk, ids_of, rows_of
from quarterdeck.stores.pool import READERS
from quarterdeck.stores.protocol import Condition, Value
from quarterdeck.stores.schema import Table

WORTH_ROWS = 50_000
"""That a part should have: 10 ms. The threads' own work is a tenth of a millisecond each."""
_ids = msgspec.json.Decoder(list[int])


def parts_of(rows: int) -> int:
    """Into how many parts to cut a walk over so many rows."""
    return max(1, min(READERS, os.cpu_count() or 1, rows // WORTH_ROWS))


def cut(db: apsw.Connection, table: Table, parts: int) -> tuple[Condition, ...]:
    """What holds for rows of each part. Found once for all who read: rows come meanwhile, and the last would be another
    for each."""
    low = _number(db, f"SELECT min(_id) FROM {table.name}")  # noqa: S608 - quoted
    more = _number(db, f"SELECT max(_id) FROM {table.name}") + 1 - low  # noqa: S608 - quoted
    bounds = [low + more * part // parts for part in range(parts + 1)]
    return tuple(("_id >= ? AND _id < ?", pair) for pair in pairwise(bounds))


def ids(db: apsw.Connection, walk: Walk, part: Condition) -> list[int]:
    """Of the rows of one part that may be on the page."""
    ask = msgspec.structs.replace(walk.ask, limit=walk.ask.offset + walk.ask.limit, offset=0)
    sql, params = ids_of(ask, [*walk.where, part], "+")
    return _ids.decode(str(db.execute(f"SELECT json_group_array(_id) FROM ({sql})", params).get))  # noqa: S608 - ours


def rows(db: apsw.Connection, walk: Walk, found: Sequence[int]) -> Rows:
    """The page, of what the parts found."""
    ask = walk.ask
    here: Condition = ("_id IN (SELECT value FROM json_each(?))", (msgspec.json.encode(found).decode(),))
    return rows_of(db, ask.columns, ask.source, ask.order, ids_of(ask, [here], "+"))


def _number(db: apsw.Connection, sql: str) -> int:
    found: Value = db.execute(sql).get
    return found if isinstance(found, int) else 0
