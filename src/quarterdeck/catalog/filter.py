"""The filter language: what a person types, to SQL with parameters. docs/filter.md says it for people.

::

    query    = { ["-"] term }                              all terms must hold; "-" turns one round
    term     = value {"," value} | field ":" value {"," value}    commas mean or
    value    = word | '"' anything '"'                     a backslash keeps a quote within quotes
    number   = [">" | ">=" | "<" | "<=" | "="] quantity    as a value of a field of numbers
    time     = the same before a date, or before how long ago it was
    selector = of kubectl, as a value of "label:"

A bare text is looked for in the columns that its kind searches, whatever the case. A field's value must be the whole
of the cell; `*` stands for anything, quotes make it a plain character. Nothing that was typed becomes SQL text: names
of fields are looked up, values are parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from quarterdeck.catalog.filter_fields import AGE, CLUSTER, LABEL, field_of, is_number
from quarterdeck.catalog.filter_fields import fields as fields
from quarterdeck.catalog.filter_labels import is_labelled
from quarterdeck.catalog.filter_terms import Piece, Term, terms
from quarterdeck.catalog.filter_values import NOW, is_age, is_amount, is_text, is_time, like
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, ColumnType
from quarterdeck.stores.protocol import Condition, Value
from quarterdeck.stores.schema import quote


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

    @property
    def by_clock(self) -> bool:
        """Whether its rows change as time passes, without a write."""
        return NOW in self.where


def compile_filter(text: str, kind: KindSpec[Any]) -> Filter:
    """Raises InvalidRequestError with the position of the character that is to blame."""
    parts: list[str] = []
    params: list[Value] = []
    clusters: list[ClusterTerm] = []
    found = terms(text)
    for index, term in enumerate(found):
        field = field_of(kind, term) if term.field else ""
        if field == CLUSTER:
            clusters.append(ClusterTerm(term.values, term.negated))
            continue
        if field == LABEL:
            _refuse_spaces(term, found[index + 1 :])
        sql, values = _any([_condition(kind, field, term.field, value) for value in term.values])
        # What is missing (NULL) does not match, so its opposite does.
        parts.append(f"NOT coalesce(({sql}), 0)" if term.negated else f"({sql})")
        params += values
    return Filter(" AND ".join(parts), tuple(params), tuple(clusters))


def _condition(kind: KindSpec[Any], field: str | Column, typed: str, piece: Piece) -> Condition:
    if field == "":
        return _searched(kind, piece)
    if field == LABEL:
        return is_labelled(piece)
    if field == AGE:
        return is_age(_created(kind), typed, piece)
    assert isinstance(field, Column)
    if field.type is ColumnType.TIME:
        return is_time(field, typed, piece)
    return is_amount(field, typed, piece) if is_number(field) else is_text(field, piece)


def _created(kind: KindSpec[Any]) -> Column:
    return next(column for column in kind.columns if column.name == "created")


def _any(conditions: list[Condition]) -> Condition:
    sql = " OR ".join(f"({sql})" if " AND " in sql else sql for sql, _ in conditions)
    return sql, tuple(value for _, values in conditions for value in values)


def _searched(kind: KindSpec[Any], piece: Piece) -> Condition:
    pattern = f"%{like(piece)}%"
    names = kind.searched or ("name",)
    return " OR ".join(f"{quote(n)} LIKE ? ESCAPE '\\'" for n in names), (pattern,) * len(names)


def _refuse_spaces(label: Term, following: Sequence[Term]) -> None:
    """`label:app in (a,b)` would quietly mean something else."""
    words = [t.values[0] for t in following[:2] if not t.field and not t.negated]
    last = label.values[-1]
    if len(words) == 2 and not last.quoted and words[0].text in ("in", "notin") and words[1].text.startswith("("):
        message = f'Quote a selector with spaces: label:"{last.text} {words[0].text} (a,b)".'
        raise InvalidRequestError(message, last.position)


def _matches(piece: Piece, name: str) -> bool:
    """Without a regular expression: many stars would make one run for ever."""
    name, pattern = name.lower(), piece.text.lower()
    if not piece.globs:
        return name == pattern
    first, *middle, last = pattern.split("*")
    if len(name) < len(first) + len(last) or not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
