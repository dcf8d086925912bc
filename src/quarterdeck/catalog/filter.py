"""The filter language: what a person types, to SQL with parameters.

::

    query  = { ["-"] term }                    all terms must hold; "-" turns one round
    term   = text | field ":" value {"," value}    commas mean or
    value  = [">" | ">=" | "<" | "<=" | "="] number | word | '"' anything '"'

A bare text is looked for in the columns that its kind searches, whatever the case. A field's value must be the whole
of the cell; `*` stands for anything, quotes make it a plain character. Nothing that was typed becomes SQL text: names
of fields are looked up, values are parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from quarterdeck.catalog.filter_terms import Piece, Term, terms
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.quantity import is_quantity, quantity
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, ColumnType
from quarterdeck.stores.protocol import Value

_NUMBERS = (ColumnType.INTEGER, ColumnType.REAL, ColumnType.TIME)
_COMPARED = re.compile(r"^(>=|<=|>|<|=)?(.*)$", re.DOTALL)
Condition = tuple[str, tuple[Value, ...]]


class ClusterTerm(msgspec.Struct, frozen=True):
    """One of `values` matches one of a cluster's names whole; or none does, if `negated`."""

    values: tuple[Piece, ...]
    negated: bool

    def admits(self, names: Iterable[str]) -> bool:
        return any(_matches(value, name) for value in self.values for name in names) is not self.negated


class Filter(msgspec.Struct, frozen=True):
    """`where` is "" for everything. `clusters` are judged outside SQL."""

    where: str = ""
    params: tuple[Value, ...] = ()
    clusters: tuple[ClusterTerm, ...] = ()


def compile_filter(text: str, kind: KindSpec[Any]) -> Filter:
    """Raises InvalidRequestError with the position of the character that is to blame."""
    parts: list[str] = []
    params: list[Value] = []
    clusters: list[ClusterTerm] = []
    for term in terms(text):
        if term.field == "cluster":
            clusters.append(ClusterTerm(term.values, term.negated))
            continue
        sql, values = _any([_searched(kind, v) for v in term.values] if not term.field else _field(kind, term))
        # What is missing (NULL) does not match, so its opposite does.
        parts.append(f"NOT coalesce(({sql}), 0)" if term.negated else f"({sql})")
        params += values
    return Filter(" AND ".join(parts), tuple(params), tuple(clusters))


def fields(kind: KindSpec[Any]) -> tuple[str, ...]:
    """The names that stand before a colon, `ns` for namespace."""
    names = [c.name for c in kind.columns if c.name != "namespace"]
    return ("cluster", *(("ns", "namespace") if kind.namespaced else ()), *names)


def _field(kind: KindSpec[Any], term: Term) -> list[Condition]:
    name = "namespace" if term.field == "ns" else term.field
    column = kind.column(name) if term.field in fields(kind) else None
    if column is None:
        known = ", ".join(f for f in fields(kind) if f != "uid")
        raise InvalidRequestError(
            f'{kind.title} have no field "{term.field}". Fields: {known}. To look for text with a colon, quote it.',
            term.position,
        )
    compare = _number if column.type in _NUMBERS else _text
    return [compare(column, value) for value in term.values]


def _any(conditions: list[Condition]) -> Condition:
    sql = " OR ".join(sql for sql, _ in conditions)
    return sql, tuple(value for _, values in conditions for value in values)


def _searched(kind: KindSpec[Any], piece: Piece) -> Condition:
    pattern = f"%{_like(piece)}%"
    names = kind.searched
    return " OR ".join(f"\"{n}\" LIKE ? ESCAPE '\\'" for n in names), (pattern,) * len(names)


def _text(column: Column, piece: Piece) -> Condition:
    if piece.globs:
        return f"\"{column.name}\" LIKE ? ESCAPE '\\'", (_like(piece),)
    return f'"{column.name}" = ? COLLATE NOCASE', (piece.text,)


def _number(column: Column, piece: Piece) -> Condition:
    found = _COMPARED.match(piece.text)
    sign, number = found.groups() if found is not None else (None, "")
    if not is_quantity(number):
        raise InvalidRequestError(f'"{column.name}" is a number: write such as {column.name}:>5.', piece.position)
    return f'"{column.name}" {sign or "="} ?', (quantity(number),)


def _like(piece: Piece) -> str:
    text = re.sub(r"([\\%_])", r"\\\1", piece.text)
    return text.replace("*", "%") if piece.globs else text


def _matches(piece: Piece, name: str) -> bool:
    """Without a regular expression: many stars would make one run for ever."""
    name, parts = name.lower(), [piece.text.lower()]
    if not piece.globs:
        return name == parts[0]
    first, *middle, last = parts[0].split("*")
    if len(name) < len(first) + len(last) or not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
