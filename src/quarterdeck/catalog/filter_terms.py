"""A filter's text, cut into terms. Knows no field."""

from __future__ import annotations

import re

import msgspec

from quarterdeck.model.errors import InvalidRequestError

MOST_CHARACTERS = 1024
MOST_VALUES = 128
"""Of all terms together: SQLite limits the depth of an expression to 1,000."""
_FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):")
_PLAIN = re.compile(r'[^\s",]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SPACE = re.compile(r"\s*")


class Piece(msgspec.Struct, frozen=True):
    """One value, and where it stands. `quoted`: its stars are stars."""

    text: str
    position: int
    quoted: bool = False

    @property
    def globs(self) -> bool:
        return not self.quoted and "*" in self.text


class Term(msgspec.Struct, frozen=True):
    """`field` is lower case, "" for free text, which has one value."""

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
    at = _skip(text, 0)
    while at < len(text):
        term, at = _term(text, at)
        found.append(term)
        if sum(len(t.values) for t in found) > MOST_VALUES:
            raise InvalidRequestError(f"A filter has at most {MOST_VALUES} values.", term.position)
        at = _skip(text, at)
    return found


def _term(text: str, at: int) -> tuple[Term, int]:
    start = at
    negated = text[at] == "-"
    if negated:
        at += 1
        if at == len(text) or text[at].isspace():
            raise InvalidRequestError("Say after the minus what to leave out.", start)
    field = _FIELD.match(text, at)
    if field is None:
        piece, at = _free(text, at)
        return Term("", (piece,), negated, start), at
    values: list[Piece] = []
    at = field.end()
    while True:
        piece, at = _value(text, at, field.group(1))
        values.append(piece)
        if not text.startswith(",", at):
            return Term(field.group(1).lower(), tuple(values), negated, field.start()), at
        at += 1


def _free(text: str, at: int) -> tuple[Piece, int]:
    if text[at] == '"':
        return _quoted(text, at)
    end = at
    while end < len(text) and not text[end].isspace() and text[end] != '"':
        end += 1
    return Piece(text[at:end], at), end


def _value(text: str, at: int, field: str) -> tuple[Piece, int]:
    if text.startswith('"', at):
        return _quoted(text, at)
    plain = _PLAIN.match(text, at)
    if plain is None:
        raise InvalidRequestError(f'Say after "{field}:" what to look for.', at)
    return Piece(plain.group(), at), plain.end()


def _quoted(text: str, at: int) -> tuple[Piece, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise InvalidRequestError("This quote is not closed.", at)
    return Piece(re.sub(r"\\(.)", r"\1", found.group(1), flags=re.DOTALL), at, quoted=True), found.end()


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
