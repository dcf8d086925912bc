"""All rows of a question as they are at one moment, read bit by bit in their order while the store is written on.

The moment is a read transaction of SQLite's, on a connection of its own. Which rows there are, in their order, is found
out once: a temporary table holds their row numbers (some 10 bytes each, in memory), so that each bit is a look-up of as
many rows, whatever the order. While it lasts the log of the file cannot begin anew: whoever freezes ends it soon.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import apsw

from quarterdeck.stores.paging import Rows, ordering, rows_of, total_order
from quarterdeck.stores.protocol import Condition, PageQuery, Value
from quarterdeck.stores.reading import led, padded
from quarterdeck.stores.schema import Table

_ROWS = "temp.ordered"


def freeze(db: apsw.Connection, table: Table, query: PageQuery) -> int:
    """How many rows there are, of all that the query finds; its limit, offset and `after` have no part in it. The
    connection is good for nothing else from now on."""
    source, own = _source(table, query)
    where = f" WHERE {query.where}" if query.where else ""
    total = total_order(query.order)
    order = ordering(total, "+" if total[0][0] in table.walked else "")
    db.execute("BEGIN")
    # Row numbers are given in the order in which an ordered SELECT brings them.
    db.execute(f"CREATE TABLE {_ROWS}(place INTEGER PRIMARY KEY, id INTEGER)")
    db.execute(
        f"INSERT INTO {_ROWS}(id) SELECT _id FROM {source}{where} ORDER BY {order}",  # noqa: S608 - quoted
        (*own, *query.params),
    )
    found = db.execute(f"SELECT count(*) FROM {_ROWS}").get  # noqa: S608
    return found if isinstance(found, int) else 0


def read(db: apsw.Connection, table: Table, query: PageQuery, start: int, limit: int) -> Rows:
    """After `freeze` on the same connection: `limit` rows from `start` on."""
    ids = f"SELECT id FROM {_ROWS} WHERE place > ? AND place <= ?"  # noqa: S608
    bounds: tuple[Value, ...] = (start, start + limit)
    return rows_of(db, query.columns, _source(table, query), total_order(query.order), (ids, bounds))


def _source(table: Table, query: PageQuery) -> Condition:
    return led(padded(table, query.absent, query.derived), query.first)
