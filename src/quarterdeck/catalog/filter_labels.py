"""Label selectors, as `kubectl -l` takes them (apimachinery/pkg/labels/selector.go), over the labels column's JSON.

Labels are told apart by case, as the API server does. Beyond kubectl, a star in an unquoted value stands for anything.
"""

from __future__ import annotations

import re

import msgspec

from quarterdeck.catalog.filter_fields import LABELS
from quarterdeck.catalog.filter_terms import Piece
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.stores.protocol import Value

_KEY = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?")
_VALUE = re.compile(r"[-A-Za-z0-9_.*]*")
_OPERATOR = re.compile(r"\s*(==|=|!=|(?:not)?in\b)\s*")
_SPACE = re.compile(r"\s*")
_HELP = 'Write such as label:app=web, or label:"app in (a,b),!old".'


class Requirement(msgspec.Struct, frozen=True):
    """The label `key` is there, if `values` is None, or has one of them; the opposite, if `negated`."""

    key: str
    values: tuple[str, ...] | None = None
    negated: bool = False


def selector(piece: Piece) -> tuple[Requirement, ...]:
    """All of them must hold. Raises InvalidRequestError with the position."""
    return _Reader(piece).read()


def is_labelled(piece: Piece) -> tuple[str, tuple[Value, ...]]:
    parts: list[str] = []
    params: list[Value] = []
    for requirement in selector(piece):
        sql, values = _sql(requirement)
        parts.append(f"NOT {sql}" if requirement.negated else sql)
        params += values
    return " AND ".join(parts), tuple(params)


def _sql(requirement: Requirement) -> tuple[str, tuple[Value, ...]]:
    """Never NULL: what has no such label does not have the value either."""
    path = f'$."{requirement.key}"'
    if requirement.values is None:
        return f"(json_extract({LABELS}, ?) IS NOT NULL)", (path,)
    plain = [v for v in requirement.values if "*" not in v]
    globs = [v for v in requirement.values if "*" in v]
    tests: list[str] = []
    params: list[Value] = []
    if plain:
        tests.append(f"json_extract({LABELS}, ?) IN ({', '.join('?' * len(plain))})")
        params += [path, *plain]
    for glob in globs:
        tests.append(f"json_extract({LABELS}, ?) GLOB ?")
        params += [path, glob]
    return f"coalesce({' OR '.join(tests)}, 0)", tuple(params)


class _Reader:
    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._text = piece.text
        self._at = 0

    def read(self) -> tuple[Requirement, ...]:
        found: list[Requirement] = []
        while True:
            found.append(self._requirement())
            self._skip()
            if self._at == len(self._text):
                return tuple(found)
            if not self._takes(","):
                raise self._wrong("A comma belongs between two requirements.")

    def _requirement(self) -> Requirement:
        self._skip()
        if self._takes("!"):
            self._skip()
            return Requirement(self._key(), negated=True)
        key = self._key()
        operator = _OPERATOR.match(self._text, self._at)
        if operator is None:
            return Requirement(key)
        self._at = operator.end()
        word = operator.group(1)
        if word in ("in", "notin"):
            return Requirement(key, self._values(key, word), negated=word == "notin")
        return Requirement(key, (self._value(),), negated=word == "!=")

    def _key(self) -> str:
        found = _KEY.match(self._text, self._at)
        if found is None:
            raise self._wrong(f"The name of a label belongs here. {_HELP}")
        self._at = found.end()
        return found.group()

    def _values(self, key: str, word: str) -> tuple[str, ...]:
        if not self._takes("("):
            raise self._wrong(f"Put the values into brackets: {key} {word} (a,b).")
        values: list[str] = []
        while True:
            self._skip()
            values.append(self._value())
            self._skip()
            if self._takes(")"):
                return tuple(values)
            if not self._takes(","):
                raise self._wrong("A comma or a closing bracket belongs here.")

    def _value(self) -> str:
        found = _VALUE.match(self._text, self._at)
        value = found.group() if found is not None else ""
        if "*" in value and self._piece.quoted:
            self._at += value.index("*")
            raise self._wrong("A label has no star in it. For any ending leave the quotes out: label:app=web*.")
        self._at += len(value)
        return value

    def _takes(self, text: str) -> bool:
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found is not None else self._at

    def _wrong(self, message: str) -> InvalidRequestError:
        return InvalidRequestError(message, self._piece.place(self._at))
