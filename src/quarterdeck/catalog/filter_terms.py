"""A filter's text, cut into terms. Knows no field."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from quarterdeck.model.errors import InvalidRequestError

MOST_CHARACTERS = 4096
"""As many values of 32 characters as there may be; an address takes it, encoded, beside a thousand clusters."""
MOST_VALUES = 128
"""Of all terms together: SQLite limits the depth of an expression to 1,000."""
FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):")
_PLAIN = re.compile(r'[^\s",]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACE = re.compile(r"\s*")


class Piece(msgspec.Struct, frozen=True):
    """One value, and where it stands: from `position` to `end`. `quoted`: its stars are stars. `places`: where each of
    its characters stands, if that is not one after the other from `position`."""

    text: str
    position: int
    end: int
    quoted: bool = False
    places: tuple[int, ...] = ()

    @property
    def globs(self) -> bool:
        return not self.quoted and "*" in self.text

    def place(self, index: int) -> int:
        """Where the character `index` of `text` stands in the filter; behind the last, where the value ends."""
        return self.places[index] if self.places else self.position + index


class Term(msgspec.Struct, frozen=True):
    """`field` is as it was typed, "" for free text. One of `values` must match; none, if `negated`. It stands from
    `start` (its minus, if it has one) to `end`; `position` is that of its field or first value."""

    field: str
    values: tuple[Piece, ...]
    negated: bool
    position: int
    start: int
    end: int


class Wrong(msgspec.Struct, frozen=True):
    """Why a text is no filter, and which character is to blame."""

    message: str
    position: int


def terms(text: str) -> list[Term]:
    """Raises InvalidRequestError with a position."""
    require_fit(text)
    found: list[Term] = []
    for term, amiss in cut(text):
        if amiss is not None:
            raise InvalidRequestError(amiss.message, amiss.position)
        found.append(term)
        if sum(len(t.values) for t in found) > MOST_VALUES:
            raise InvalidRequestError(f"A filter has at most {MOST_VALUES} values.", term.position)
    return found


def cut(text: str) -> Iterator[tuple[Term, Wrong | None]]:
    """Any text, half typed ones too: each term, and the first thing that is wrong with it. What is not there yet is an
    empty value, and a quote that is not closed goes on to the end."""
    at = skip(text, 0)
    while at < len(text):
        term, wrong = _term(text, at)
        yield term, wrong
        at = skip(text, term.end)


def skip(text: str, at: int) -> int:
    """Behind the spaces."""
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def require_fit(text: str) -> None:
    """Raises InvalidRequestError, with a position, for what no filter can be, half typed or not."""
    wrong = _unfit(text)
    if wrong is not None:
        raise InvalidRequestError(wrong.message, wrong.position)


def _unfit(text: str) -> Wrong | None:
    if len(text) > MOST_CHARACTERS:
        return Wrong(
            f"A filter has at most {MOST_CHARACTERS:,} characters: this one has {len(text):,}.", MOST_CHARACTERS
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return Wrong("This is not a character.", error.start)
    return Wrong("This is not a character.", text.index("\0")) if "\0" in text else None


def _term(text: str, at: int) -> tuple[Term, Wrong | None]:
    start = at
    wrong: Wrong | None = None
    negated = text[at] == "-"
    if negated:
        at += 1
        if at == len(text) or text[at].isspace():
            wrong = Wrong("Say after the minus what to leave out.", start)
    field = FIELD.match(text, at)
    name, position = (field.group(1), field.start()) if field is not None else ("", at)
    at = field.end() if field is not None else at
    values: list[Piece] = []
    while True:
        piece, amiss = _value(text, at, f"“{name}:”" if name and not values else "the comma")
        wrong = wrong or amiss
        values.append(piece)
        at = piece.end
        if not text.startswith(",", at):
            return Term(name, tuple(values), negated, position, start, at), wrong
        at += 1


def _value(text: str, at: int, behind: str) -> tuple[Piece, Wrong | None]:
    if text.startswith('"', at):
        return _quoted(text, at)
    plain = _PLAIN.match(text, at)
    if plain is not None:
        return Piece(plain.group(), at, plain.end()), None
    if text.startswith(",", at) and behind == "the comma":
        return Piece("", at, at), Wrong("Say between the commas what to look for, or quote them.", at)
    return Piece("", at, at), Wrong(f"Say after {behind} what to look for.", at)


def _quoted(text: str, at: int) -> tuple[Piece, Wrong | None]:
    found = _QUOTED.match(text, at)
    inner = found.group(1) if found is not None else text[at + 1 :]
    end = found.end() if found is not None else len(text)
    places: list[int] = []
    index = 0
    while index < len(inner):
        index += inner[index] == "\\" and index + 1 < len(inner)
        places.append(at + 1 + index)
        index += 1
    places.append(end - 1 if found is not None else end)
    piece = Piece(_ESCAPED.sub(r"\1", inner), at, end, True, tuple(places))
    return piece, None if found is not None else Wrong("This quote is not closed.", at)
