"""A filter's text, cut into terms. Knows no field."""

from __future__ import annotations

import re

import msgspec

from quarterdeck.model.errors import InvalidRequestError

MOST_CHARACTERS = 1024
MOST_VALUES = 128
"""Of all terms together: SQLite limits the depth of an expression to 1,000."""
FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):")
_PLAIN = re.compile(r'[^\s",]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACE = re.compile(r"\s*")


class Piece(msgspec.Struct, frozen=True):
    """One value, and where it stands. `quoted`: its stars are stars. `places`: where each of its characters stands, if
    that is not one after the other from `position`."""

    text: str
    position: int
    quoted: bool = False
    places: tuple[int, ...] = ()

    @property
    def globs(self) -> bool:
        return not self.quoted and "*" in self.text

    def place(self, index: int) -> int:
        """Where the character `index` of `text` stands in the filter; behind the last, where the value ends."""
        return self.places[index] if self.places else self.position + index


class Term(msgspec.Struct, frozen=True):
    """`field` is as it was typed, "" for free text. One of `values` must match; none, if `negated`."""

    field: str
    values: tuple[Piece, ...]
    negated: bool
    position: int


def terms(text: str) -> list[Term]:
    """Raises InvalidRequestError with a position."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidRequestError(f"A filter has at most {MOST_CHARACTERS} characters.", MOST_CHARACTERS)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequestError("This is not a character.", error.start) from error
    if "\0" in text:
        raise InvalidRequestError("This is not a character.", text.index("\0"))
    found: list[Term] = []
    at = skip(text, 0)
    while at < len(text):
        term, at = _term(text, at)
        found.append(term)
        if sum(len(t.values) for t in found) > MOST_VALUES:
            raise InvalidRequestError(f"A filter has at most {MOST_VALUES} values.", term.position)
        at = skip(text, at)
    return found


def skip(text: str, at: int) -> int:
    """Behind the spaces."""
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def _term(text: str, at: int) -> tuple[Term, int]:
    start = at
    negated = text[at] == "-"
    if negated:
        at += 1
        if at == len(text) or text[at].isspace():
            raise InvalidRequestError("Say after the minus what to leave out.", start)
    field = FIELD.match(text, at)
    name, position = (field.group(1), field.start()) if field is not None else ("", at)
    at = field.end() if field is not None else at
    values: list[Piece] = []
    while True:
        piece, at = _value(text, at, f"“{name}:”" if name and not values else "the comma")
        values.append(piece)
        if not text.startswith(",", at):
            return Term(name, tuple(values), negated, position), at
        at += 1


def _value(text: str, at: int, behind: str) -> tuple[Piece, int]:
    if text.startswith('"', at):
        return _quoted(text, at)
    plain = _PLAIN.match(text, at)
    if plain is None:
        if text.startswith(",", at) and behind == "the comma":
            raise InvalidRequestError("Say between the commas what to look for, or quote them.", at)
        raise InvalidRequestError(f"Say after {behind} what to look for.", at)
    return Piece(plain.group(), at), plain.end()


def _quoted(text: str, at: int) -> tuple[Piece, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise InvalidRequestError("This quote is not closed.", at)
    inner, places = found.group(1), list[int]()
    index = 0
    while index < len(inner):
        index += inner[index] == "\\"
        places.append(at + 1 + index)
        index += 1
    return Piece(_ESCAPED.sub(r"\1", inner), at, True, (*places, found.end() - 1)), found.end()
