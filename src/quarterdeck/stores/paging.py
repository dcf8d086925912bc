"""One page of a kind's rows, in any order, by the plan that reads least.

What an index holds in order is walked in it, but only for a while: where few rows fulfil the question, reading all of
them as they lie is three to seven times as fast as one by one. What stands first for an expression's sake is read
before the others where an index serves their order; else one sort does both.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from collections.abc import Sequence

import apsw
import msgspec

from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.stores.protocol import FIRST, Condition, Derivation, First, PageQuery, Value
from quarterdeck.stores.reading import led, padded
from quarterdeck.stores.schema import Table, quote

NEAR = 2500
"""Rows that are walked in their order, 1 to 3 µs each, until it is judged whether to read all, 0.3 µs each."""
FURTHER = 8
"""Times as far, if so far there were as many rows as promise a page within."""
_rows = msgspec.json.Decoder(list[list[str | int | float | None]])
Order = tuple[tuple[str, bool], ...]
Rows = list[tuple[Value, ...]]


class _Ask(msgspec.Struct, frozen=True):
    """`source` stands after FROM, with its parameters; `where`: conditions that all hold, with theirs."""

    columns: tuple[str, ...]
    source: Condition
    where: tuple[Condition, ...]
    order: Order
    after: tuple[Value, ...] | None
    limit: int
    offset: int
    derived: tuple[Derivation, ...] = ()


class Walk(msgspec.Struct, frozen=True):
    """A page that takes a look at every row of the table as it lies: stores.walking shares it among threads."""

    ask: _Ask
    where: tuple[Condition, ...]


def page(db: apsw.Connection, table: Table, query: PageQuery) -> Rows:
    return _alone(page_or_walk(db, table, query, walks=False))


def page_or_walk(db: apsw.Connection, table: Table, query: PageQuery, *, walks: bool) -> Rows | Walk:
    """With `walks`, no table is walked but said to need it."""
    order = total_order(query.order)
    if query.after is not None and len(query.after) != len(order):
        raise InvalidRequestError("This cursor belongs to another order.")
    padding = padded(table, query.absent, query.derived)
    where: tuple[Condition, ...] = ((query.where, query.params),) if query.where else ()
    source = led(padding, query.first)
    ask = _Ask(query.columns, source, where, order, query.after, query.limit, query.offset, query.derived)
    if query.first is not None and order[0] == (FIRST, True) and table.serves(order[1:]):
        with db:  # both halves are of one moment
            return _halves(db, table, ask, padding, query.first)
    return _page(db, table, ask, walks=walks)


def total_order(order: Sequence[tuple[str, bool]]) -> Order:
    """`uid` decides what is equal otherwise; it runs the way the rest does, so that one index serves both ways."""
    if any(column == "uid" for column, _ in order):
        return tuple(order)
    return (*order, ("uid", bool(order) and all(down for _, down in order)))


def _halves(db: apsw.Connection, table: Table, ask: _Ask, padding: str, first: First) -> Rows:
    """Those that stand first, then as many of the others as there is room for."""
    sql, params = first

    def half(flag: int, condition: str, limit: int, offset: int) -> _Ask:
        source = f"(SELECT *, {flag} AS {quote(FIRST)} FROM {padding})"  # noqa: S608 - quoted
        after = ask.after[1:] if ask.after is not None and ask.after[0] == flag else None
        where = (*ask.where, (condition, params))
        return _Ask(ask.columns, (source, ()), where, ask.order[1:], after, limit, offset)

    ahead: Rows = []
    offset = ask.offset
    if ask.after is None or ask.after[0]:
        matches = half(1, sql, ask.limit, offset)
        # Far behind, the page may begin behind all of them.
        total = _count(db, table, matches) if offset > NEAR else None
        if total is None or offset < total:
            ahead = _alone(_page(db, table, matches, walks=False))
        if len(ahead) == ask.limit:
            return ahead
        if ahead:
            offset = 0
        elif offset:
            offset -= _count(db, table, matches) if total is None else total
    # There an index alone tells which the others are, once it is known which they are not.
    others = f"_id NOT IN (SELECT _id FROM {padding} WHERE {sql})" if offset > NEAR else f"NOT coalesce(({sql}), 0)"  # noqa: S608
    rest = half(0, others, ask.limit - len(ahead), offset)
    return ahead + _alone(_page(db, table, rest, walks=False))


def _alone(found: Rows | Walk) -> Rows:
    """Of who asked for no walk."""
    assert not isinstance(found, Walk)
    return found


def _page(db: apsw.Connection, table: Table, ask: _Ask, *, walks: bool) -> Rows | Walk:
    behind = after(table, ask.order, ask.after) if ask.after is not None else None
    largest = _largest(db, ask)
    if largest is not None:
        near = _read(db, ask, _with(ask.where, largest))
        if len(near) == ask.limit:
            return near
    if ask.order[0][0] in table.walked and (ask.where or ask.after or ask.offset > NEAR):
        # Such an index holds the first rows in order, no more.
        return _whole(db, ask, _with(ask.where, behind), "+", walks=walks)
    if not ask.where or ask.offset > NEAR or not table.scatters(ask.order):
        return _whole(db, ask, _with(ask.where, behind), walks=walks)
    for rows in (NEAR, NEAR * FURTHER):
        bound = _bound(db, table, ask, behind, rows)
        near = _read(db, ask, _with(ask.where, behind, bound))
        if bound is None or len(near) == ask.limit:
            return near
        if not near or (ask.offset + len(near)) * FURTHER < ask.offset + ask.limit:
            break
    lying = after(table, ask.order, ask.after, "+") if ask.after is not None else None
    return _whole(db, ask, _with(ask.where, lying), "+", walks=walks)


def _whole(db: apsw.Connection, ask: _Ask, where: Sequence[Condition], plus: str = "", *, walks: bool) -> Rows | Walk:
    if walks and ask.offset <= NEAR:
        sql, params = ids_of(ask, where, plus)
        if is_walk(db, sql, params):
            return Walk(ask, tuple(where))
    return _read(db, ask, where, plus)


def is_walk(db: apsw.Connection, sql: str, params: Sequence[Value]) -> bool:
    """Whether SQLite would look at every row of a table as it lies: no index is of use."""
    plan: list[tuple[Value, ...]] = db.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    first = str(plan[0][3]) if plan else ""
    return first.startswith("SCAN ") and " USING " not in first and " VIRTUAL " not in first


def _largest(db: apsw.Connection, ask: _Ask) -> Condition | None:
    """What holds for the first of an order that begins with the largest values of another table: these are found there,
    and only their rows are looked up. None for another order, and where there are fewer."""
    column, down = ask.order[0]
    one = next((one for one in ask.derived if one.name == column and one.of), None)
    if one is None or not down or ask.after is not None or ask.offset + ask.limit > NEAR:
        return None
    values = f"SELECT {one.sql} FROM {one.of} AS m WHERE {one.sql} IS NOT NULL ORDER BY 1 DESC LIMIT 1 OFFSET ?"  # noqa: S608
    found = db.execute(values, (NEAR - 1,)).get
    return (f"{quote(column)} >= ?", (found,)) if isinstance(found, int | float | str) else None


def _bound(db: apsw.Connection, table: Table, ask: _Ask, behind: Condition | None, many: int) -> Condition | None:
    """What holds for so many rows, the next of an order that an index serves; None where there are no more."""
    names = ", ".join(quote(column) for column, _ in ask.order)
    down = ask.order[0][1]
    where, params = (f" WHERE {behind[0]}", behind[1]) if behind is not None else ("", ())
    ordered = ", ".join(f"{quote(column)}{' DESC' if down else ''}" for column, _ in ask.order)
    rows = f"SELECT {names} FROM {table.name}{where} ORDER BY {ordered} LIMIT 1 OFFSET ?"  # noqa: S608 - quoted
    found: list[tuple[Value, ...]] = db.execute(rows, (*params, many - 1)).fetchall()
    if not found:
        return None
    return f"({names}) {'>=' if down else '<='} ({', '.join('?' * len(ask.order))})", found[0]


def _read(db: apsw.Connection, ask: _Ask, where: Sequence[Condition], plus: str = "") -> Rows:
    """The sorter carries ids, not rows. A `plus` keeps a sort from walking an index."""
    return rows_of(db, ask.columns, ask.source, ask.order, ids_of(ask, where, plus))


def ids_of(ask: _Ask, where: Sequence[Condition], plus: str = "") -> Condition:
    """The statement that finds the ids of the page's rows, and its parameters."""
    source, own = ask.source
    text, params = _all(where)
    ids = f"SELECT _id FROM {source}{text} ORDER BY {ordering(ask.order, plus)} LIMIT ? OFFSET ?"  # noqa: S608 - quoted
    return ids, (*own, *params, ask.limit, ask.offset)


def rows_of(db: apsw.Connection, columns: Sequence[str], source: Condition, order: Order, ids: Condition) -> Rows:
    """Rows of these ids, a page of them at most, in order. The answer is one JSON row, for stepping through rows takes
    the interpreter's lock once each, which a busy loop gives up only every 5 ms."""
    names = ", ".join(quote(c) for c in columns)
    again = ordering(order, "+")  # of a page only
    rows = f"SELECT * FROM {source[0]} WHERE _id IN ({ids[0]}) ORDER BY {again} LIMIT -1"  # noqa: S608 - quoted
    sql = f"SELECT json_group_array(json_array({names})) FROM ({rows})"  # noqa: S608 - quoted
    found = str(db.execute(sql, (*source[1], *ids[1])).get)
    return [tuple(row) for row in _rows.decode(found)]


def _count(db: apsw.Connection, table: Table, ask: _Ask) -> int:
    behind = after(table, ask.order, ask.after) if ask.after is not None else None
    source, own = ask.source
    text, params = _all(_with(ask.where, behind))
    found = db.execute(f"SELECT count(*) FROM {source}{text}", (*own, *params)).get  # noqa: S608 - quoted
    return found if isinstance(found, int) else 0


def _with(where: Sequence[Condition], *more: Condition | None) -> list[Condition]:
    return [*where, *(one for one in more if one is not None)]


def _all(where: Sequence[Condition]) -> Condition:
    """With the word before them, if there are any."""
    text = " AND ".join(f"({sql})" for sql, _ in where)
    return f" WHERE {text}" if text else "", tuple(value for _, params in where for value in params)


def ordering(order: Order, plus: str = "") -> str:
    return ", ".join(f"{plus}{quote(column)} {'DESC' if down else 'ASC'}" for column, down in order)


def after(table: Table, order: Order, values: Sequence[Value], plus: str = "") -> Condition:
    """Keyset: rows behind `values` in `order`. NULLs sort first ascending, as SQLite does."""
    if order[0] == (FIRST, True):
        # As plain as this, so that the expression is worked out once a row.
        behind, params = after(table, order[1:], values[1:], plus)
        return (f"NOT {quote(FIRST)} OR {behind}" if values[0] else f"NOT {quote(FIRST)} AND {behind}"), params
    downs = {down for _, down in order}
    if None not in values and len(downs) == 1 and (downs == {False} or table.never_null(c for c, _ in order)):
        # What an index can seek to.
        names, marks = ", ".join(plus + quote(c) for c, _ in order), ", ".join("?" * len(values))
        return f"({names}) {'<' if downs == {True} else '>'} ({marks})", tuple(values)
    parts: list[str] = []
    params = ()
    for index, (column, down) in enumerate(order):
        equal = [f"{quote(c)} IS ?" for c, _ in order[:index]]
        value = values[index]
        if down:
            behind = f"({quote(column)} < ? OR ({quote(column)} IS NULL AND ? IS NOT NULL))"
        else:
            behind = f"({quote(column)} > ? OR (? IS NULL AND {quote(column)} IS NOT NULL))"
        parts.append("(" + " AND ".join([*equal, behind]) + ")")
        params = (*params, *values[:index], value, value)
    return "(" + " OR ".join(parts) + ")", params
