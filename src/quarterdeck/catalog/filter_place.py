"""Where in a filter the cursor is: in which term, and in which of its values. Of any text, half typed ones too."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.filter_terms import FIELD, Piece, Term, cut


class Place(msgspec.Struct, frozen=True):
    """What is replaced goes from `start` to `end`. `typed`: what stands of it before the cursor, as the value reads;
    `tail` what stands behind it. `term` None: the cursor stands where a new one begins. `in_name`: in the name of a
    field that has its colon. `rest`: the filter without that term."""

    start: int
    end: int
    typed: str
    rest: str
    term: Term | None = None
    piece: Piece | None = None
    in_name: bool = False
    tail: str = ""

    @property
    def others(self) -> frozenset[str]:
        """The term's other values."""
        values = self.term.values if self.term is not None else ()
        return frozenset(value.text.casefold() for value in values if value is not self.piece)


def place_of(text: str, cursor: int) -> Place:
    """`cursor` is cut to what there is."""
    cursor = max(0, min(cursor, len(text)))
    term = next((term for term, _ in cut(text) if term.start <= cursor <= term.end), None)
    if term is None or (term.negated and cursor == term.start):
        return Place(cursor, cursor, "", text)
    rest = f"{text[: term.start]} {text[term.end :]}"
    field = FIELD.match(text, term.position)
    if field is not None and cursor < field.end():
        name = text[term.position : cursor]
        return Place(field.start(), field.end(), name, rest, term, in_name=True)
    piece = next(piece for piece in reversed(term.values) if piece.position <= cursor)
    return _within(text, cursor, rest, term, piece)


def _within(text: str, cursor: int, rest: str, term: Term, piece: Piece) -> Place:
    if not piece.quoted:
        typed, tail = text[piece.position : cursor], text[cursor : piece.end]
        return Place(piece.position, piece.end, typed, rest, term, piece, tail=tail)
    before = sum(place < cursor for place in piece.places[:-1])
    # What follows a quote that is not closed was typed as something else.
    closed = piece.places[-1] < piece.end
    end = piece.end if closed else cursor
    tail = piece.text[before:] if closed else ""
    return Place(piece.position, max(end, cursor), piece.text[:before], rest, term, piece, tail=tail)
