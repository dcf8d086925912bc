"""Rows into a table that has its indexes already: what is written is what changed.

SQLite writes an index anew for each column that an UPDATE names, whether its value changed or not, and each entry is a
page in the log. So what stands there is read first, in one statement, and each row is written by a statement that names
only the indexed columns that changed in it: most changes of a cluster touch one of them, or none.
"""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import apsw
import msgspec

from quarterdeck.stores.protocol import Value
from quarterdeck.stores.schema import Table, quote

CHUNKS = (100, 10, 1)
"""Rows a statement; three prepared statements do for every batch."""
POISON = (ValueError, TypeError, OverflowError, apsw.ConstraintError, apsw.MismatchError, apsw.TooBigError)
"""What one bad row raises: half a surrogate pair, a number over 64 bits, text where a number belongs."""

Values = Sequence[Value]
Key = tuple[Value, Value]
_known = msgspec.json.Decoder(list[tuple[int, list[str | int | float | None]]])


Changed = tuple[str, ...] | None
"""Indexed columns; None where there are no indexes yet, and every column is written."""
Spoiled = Callable[[Exception], None]


class Plan(msgspec.Struct, frozen=True):
    """`replaced` are _ids of objects that were made anew under their old name; `writes` the rows by the indexed columns
    that change in them (all of them in a new row)."""

    replaced: Sequence[int]
    writes: Mapping[Changed, Sequence[Values]]


def plan(table: Table, rows: Sequence[Values], known: Mapping[Key, tuple[int, Values]]) -> Plan:
    """`known`: _id and the values of uid and the indexed columns, by (namespace, name), of those of the rows that are
    there. Where two rows have one key, all are written whole: the second would be compared with what the first was."""
    namespace, name, uid = table.key_at
    compared = [(column, table.names.index(column)) for column in table.rewritten]
    every = table.rewritten
    if len({(row[namespace], row[name]) for row in rows}) < len(rows):
        return Plan([at for row in rows if (at := _replaced(row, table, known)) is not None], {every: rows})
    replaced: list[int] = []
    writes: dict[Changed, list[Values]] = {}
    for row in rows:
        there = known.get((row[namespace], row[name]))
        if there is None:
            changed = every
        elif there[1][0] != row[uid]:
            replaced.append(there[0])
            changed = every
        else:
            before = there[1]
            changed = tuple(c for n, (c, at) in enumerate(compared, 1) if before[n] != row[at])
        writes.setdefault(changed, []).append(row)
    return Plan(replaced, writes)


def read_plan(db: apsw.Connection, table: Table, rows: Sequence[Values], spoiled: Spoiled) -> Plan:
    """The plan by what stands there now. `spoiled` hears of a row that cannot be kept."""
    rows = _sound(table, rows, spoiled)
    return plan(table, rows, _there(db, table, rows))


def drop_replaced(db: apsw.Connection, table: Table, planned: Plan) -> int:
    """How many went."""
    if planned.replaced:
        gone = msgspec.json.encode(planned.replaced).decode()
        db.execute(f"DELETE FROM {table.name} WHERE _id IN (SELECT value FROM json_each(?))", (gone,))  # noqa: S608
    return len(planned.replaced)


def write(db: apsw.Connection, table: Table, planned: Plan, spoiled: Spoiled) -> None:
    for changed, rows in planned.writes.items():
        _put(db, table, rows, changed, spoiled)


def _put(
    db: apsw.Connection,
    table: Table,
    rows: Sequence[Values],
    changed: Changed,
    spoiled: Spoiled,
) -> None:
    start = 0
    for size in CHUNKS:
        statement = table.upsert(size, changed)
        while len(rows) - start >= size:
            part = rows[start : start + size]
            start += size
            try:
                db.execute(statement, [value for row in part for value in row])
            except POISON as error:
                if size > 1:
                    for row in part:
                        _put(db, table, [row], changed, spoiled)
                else:
                    spoiled(error)


def _sound(table: Table, rows: Sequence[Values], spoiled: Spoiled) -> Sequence[Values]:
    """Those whose name is a text that can be asked for."""
    namespace, name, _ = table.key_at
    found: list[Values] = []
    for row in rows:
        try:
            f"{row[namespace]}{row[name]}".encode()
        except UnicodeEncodeError as error:
            spoiled(error)
        else:
            found.append(row)
    return found


def _there(db: apsw.Connection, table: Table, rows: Sequence[Values]) -> dict[Key, tuple[int, Values]]:
    namespace, name, _ = table.key_at
    keys = msgspec.json.encode([[row[namespace], row[name]] for row in rows]).decode()
    shown = ", ".join(f"t.{quote(column)}" for column in ("namespace", "name", "uid", *table.rewritten))
    text = db.execute(
        f"SELECT json_group_array(json_array(t._id, json_array({shown}))) FROM json_each(?) AS j "  # noqa: S608 - quoted
        f"CROSS JOIN {table.name} AS t ON t.namespace = j.value ->> 0 AND t.name = j.value ->> 1",
        (keys,),
    ).get
    return {(values[0], values[1]): (at, values[2:]) for at, values in _known.decode(str(text))}


def _replaced(row: Values, table: Table, known: Mapping[Key, tuple[int, Values]]) -> int | None:
    namespace, name, uid = table.key_at
    there = known.get((row[namespace], row[name]))
    return there[0] if there is not None and there[1][0] != row[uid] else None
