"""Which values rows have, the commonest first: of all rows, or of as many as can be looked at in time."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import apsw
import msgspec

from quarterdeck.stores.protocol import Tally, TallyQuery
from quarterdeck.stores.reading import padded
from quarterdeck.stores.schema import Table, quote

STRETCH = 4096
"""Rows that are looked at in one statement, about 2 ms: between two of them the clock is looked at."""
_LAST = "\U0010ffff"
MOST_OF_STRETCH = 500
"""Values of one stretch that are counted, the commonest of it: of names no two are the same."""

_texts = msgspec.json.Decoder(list[str])
_rows = msgspec.json.Decoder(list[tuple[str | int | float, int]])


def tally(db: apsw.Connection, table: Table, query: TallyQuery) -> Tally:
    """Stretches far from each other come first, so that those that were reached in time stand for the others."""
    until = time.perf_counter() + query.seconds
    where = f" AND ({query.where})" if query.where else ""
    among = f"SELECT * FROM {padded(table, query.absent, query.derived)} WHERE _id > ? AND _id <= ?{where}"  # noqa: S608 - quoted
    each = f"SELECT {query.value} AS v FROM ({among}) AS t{query.joined}"  # noqa: S608 - ours, and quoted
    counted = (
        f"SELECT v, count(*) AS n FROM ({each}) WHERE v IS NOT NULL AND v <> '' AND v LIKE ? ESCAPE '\\' "  # noqa: S608
        f"GROUP BY v ORDER BY n DESC, v LIMIT {MOST_OF_STRETCH}"
    )
    sql = f"SELECT json_group_array(json_array(v, n)) FROM ({counted})"  # noqa: S608 - as above
    found: Counter[str | int | float] = Counter()
    whole = True
    for start in _stretches(db, table):
        params = (*query.value_params, start, start + STRETCH, *query.params, query.like)
        part = _rows.decode(str(db.execute(sql, params).get))
        whole = whole and len(part) < MOST_OF_STRETCH
        for value, rows in part:
            found[value] += rows
        if time.perf_counter() > until:
            whole = False
            break
    if not whole and query.seek and not query.where and query.seek in table.names:
        for value in _begin(db, table, query):
            found.setdefault(value, 0)
    return Tally(tuple(found.most_common(query.limit)), whole and len(found) <= query.limit)


def _begin(db: apsw.Connection, table: Table, query: TallyQuery) -> list[str]:
    """One seek in the index for each value."""
    c = quote(query.seek)
    first = f"SELECT min({c}) FROM {table.name} WHERE {c} >= ?1 AND {c} < ?2"  # noqa: S608 - quoted
    following = f"SELECT min({c}) FROM {table.name} WHERE {c} > x AND {c} < ?2"  # noqa: S608 - quoted
    every = f"SELECT ({first}) UNION ALL SELECT ({following}) FROM v WHERE x IS NOT NULL LIMIT ?3"  # noqa: S608
    sql = f"WITH RECURSIVE v(x) AS ({every}) SELECT json_group_array(x) FROM v WHERE x <> ''"  # noqa: S608 - quoted
    return _texts.decode(str(db.execute(sql, (query.begins, query.begins + _LAST, query.limit)).get))


def _stretches(db: apsw.Connection, table: Table) -> Iterator[int]:
    """Where each begins, behind which _id: first that in the middle, then those in the middle of what is left."""
    # Asked apart, for of two at once SQLite makes a walk over the table.
    first, last = (db.execute(f"SELECT {end}(_id) FROM {table.name}").get for end in ("min", "max"))  # noqa: S608
    if not isinstance(first, int) or not isinstance(last, int):
        return
    many = (last - first) // STRETCH + 1
    bits = (many - 1).bit_length()
    for index in range(1 << bits):
        turned = int(f"{index:0{bits}b}"[::-1], 2) if bits else 0
        if turned < many:
            yield first - 1 + turned * STRETCH
