"""What fits where the cursor is: fields and comparisons of the kind, and which values to look up in rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quarterdeck.catalog.filter_fields import (
    AGE,
    CLUSTER,
    LABEL,
    LABELS,
    Offered,
    field_name,
    field_of,
    is_number,
    offered,
    resembles,
)
from quarterdeck.catalog.filter_labels_place import LabelPlace, label_place
from quarterdeck.catalog.filter_place import Place, place_of
from quarterdeck.catalog.filter_values import signed
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.quantity import as_quantity
from quarterdeck.model.completion import Completion
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, ColumnType
from quarterdeck.stores.protocol import Value
from quarterdeck.stores.schema import quote

MOST_COLUMNS = 3
"""Whose values a bare word is looked for in."""
LEAST_LETTERS = 2
"""Of a bare word, before values are offered for it."""
_PLAIN = re.compile(r'[^\s",*]+')
_COMPARISONS = ((">", "more than"), (">=", "at least"), ("<", "less than"), ("<=", "at most"))
_AGES = (
    ("<10m", "less than 10 minutes ago"),
    ("<1h", "less than an hour ago"),
    ("<1d", "less than a day ago"),
    (">1d", "more than a day ago"),
    (">1w", "more than a week ago"),
)
_SPECIAL = {AGE: "How long ago it was created", LABEL: "A selector of kubectl -l", CLUSTER: "Name of the context"}
_TYPES = {ColumnType.INTEGER: "number", ColumnType.REAL: "number", ColumnType.TIME: "time"}


@dataclass(frozen=True)
class Lookup:
    """Values to be looked up in rows: as stores.protocol.TallyQuery has it. `write`: how a value reads in place of what
    is replaced; None where it cannot be written. `typed`: what it should hold, stars standing for anything. `seek`: the
    column, where an index finds its values."""

    write: Callable[[str | int | float], str | None]
    typed: str
    value: str
    kind: str = "value"
    value_params: tuple[Value, ...] = ()
    joined: str = ""
    detail: str = ""
    seek: str = ""


@dataclass(frozen=True)
class Plan:
    """`offers` are known without rows. `clusters`: names of clusters are to be offered."""

    place: Place
    offers: tuple[Completion, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    clusters: bool = False


def plan(text: str, cursor: int, kind: KindSpec[Any]) -> Plan:
    """Of any text. Nothing fits behind a name that is no field."""
    place = place_of(text, cursor)
    if place.term is None or place.in_name:
        return Plan(place, _fields(kind, place.typed))
    assert place.piece is not None, "a term has a value"
    if not place.term.field:
        return _bare(place, kind)
    try:
        field = field_of(kind, place.term)
    except InvalidRequestError:
        return Plan(place)
    if field == CLUSTER:
        return Plan(place, clusters=True)
    if field == LABEL:
        return Plan(place, lookups=_labels(place))
    if field == AGE or (isinstance(field, Column) and field.type is ColumnType.TIME):
        return Plan(place, _times(place.typed, always=field == AGE))
    assert isinstance(field, Column)
    if is_number(field):
        return _numbers(place, field)
    return Plan(place, lookups=(_texts(field, place.typed),) if field.type is ColumnType.TEXT else ())


def written(value: object) -> str | None:
    """A text as a field's value: quoted where it would mean something else. None where no filter can hold it."""
    text = str(value)
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        return None
    return text if _PLAIN.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _fields(kind: KindSpec[Any], typed: str) -> tuple[Completion, ...]:
    found: list[tuple[int, int, Completion]] = []
    for order, field in enumerate(offered(kind)):
        fits = [at for word in (field.name, *field.words) if (at := resembles(typed, word)) is not None]
        if fits:
            own = resembles(typed, field.name) == 0
            found.append((0 if own else 1 + min(fits), order, _field(field)))
    return tuple(completion for *_, completion in sorted(found, key=lambda one: one[:2]))


def _field(field: Offered) -> Completion:
    detail = _SPECIAL.get(field.name) or ", ".join(field.words[:2])
    type_ = _TYPES.get(field.column.type, "") if field.column is not None else ""
    return Completion("field", f"{field.name}:", field.name, " · ".join(part for part in (detail, type_) if part))


def _bare(place: Place, kind: KindSpec[Any]) -> Plan:
    assert place.term is not None and place.piece is not None, "asked of a value"
    if place.piece.quoted or place.piece is not place.term.values[0] or len(place.term.values) > 1:
        return Plan(place)
    offers = _fields(kind, place.typed) if any(c.isalnum() for c in place.typed) or not place.typed else ()
    columns = [c for c in kind.columns if c.name in kind.searched and c.name != "name" and c.type is ColumnType.TEXT]
    if len(place.typed) < LEAST_LETTERS:
        columns = []
    return Plan(place, offers, tuple(_texts(c, place.typed, named=True) for c in columns[:MOST_COLUMNS]))


def _texts(column: Column, typed: str, *, named: bool = False) -> Lookup:
    name = f"{field_name(column)}:" if named else ""

    def write(value: object) -> str | None:
        text = written(value)
        return None if text is None else name + text

    return Lookup(
        write,
        typed,
        f"t.{quote(column.name)}",
        detail=column.title if named else "",
        seek=column.name if column.indexed else "",
    )


def _numbers(place: Place, column: Column) -> Plan:
    assert place.piece is not None, "asked of a value"
    sign = place.typed[: signed(place.piece)[1]]
    typed = place.typed[len(sign) :]
    comparisons = tuple(
        Completion("comparison", mark, mark, words)
        for mark, words in _COMPARISONS
        if mark.startswith(place.typed) and mark != place.typed
    )
    if sign not in ("", "="):
        return Plan(place, comparisons)

    def write(value: object) -> str | None:
        text = as_quantity(float(str(value)))
        return sign + text if text.startswith(typed) else None

    return Plan(place, comparisons, (Lookup(write, "", f"t.{quote(column.name)}"),))


def _times(typed: str, *, always: bool) -> tuple[Completion, ...]:
    found = _AGES if always else (*_AGES, ("*", "there is one"))
    return tuple(Completion("value", text, text, words) for text, words in found if text.startswith(typed))


def _labels(place: Place) -> tuple[Lookup, ...]:
    assert place.piece is not None, "asked of a value"
    at = label_place(place.typed, place.tail)
    if at is None:
        return ()
    quoted = place.piece.quoted
    if at.key:
        path = f'$."{at.key}"'
        return (Lookup(_label_writer(at, quoted), at.typed, f"json_extract(t.{LABELS}, ?)", value_params=(path,)),)
    joined = f" JOIN json_each(t.{LABELS}) AS j"
    goes_on = "" if at.tail.lstrip()[:1] in ("=", "!") or at.head.rstrip().endswith("!") else "="
    return (Lookup(_label_writer(at, quoted, goes_on), at.typed, "j.key", "label", joined=joined),)


def _label_writer(at: LabelPlace, quoted: bool, goes_on: str = "") -> Callable[[object], str | None]:
    def write(value: object) -> str | None:
        chosen = str(value)
        if not re.fullmatch(r"[-A-Za-z0-9_./]+", chosen):
            return None
        goes = "" if at.tail.lstrip()[:2] in ("in", "no") else goes_on
        text = f"{at.head}{chosen}{goes}{at.tail}"
        # A star stands for anything only where no quote makes it plain.
        return written(text) if quoted and "*" not in text else text

    return write
