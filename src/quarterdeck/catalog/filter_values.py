"""What stands behind a field's colon, understood by the type of its column: SQL with parameters, or an error that
points at its character."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from quarterdeck.catalog.filter_terms import Piece
from quarterdeck.catalog.quantity import is_quantity, quantity
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column
from quarterdeck.stores.protocol import Condition
from quarterdeck.stores.schema import quote

_SIGNED = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?[smhdwy])+", re.ASCII)
_PART = re.compile(r"([\d.]+)([smhdwy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?)?)?)?", re.ASCII
)
_FURTHEST = datetime(9000, 1, 1, tzinfo=UTC)
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
NOW = "unixepoch()"
"""Asked anew with each run of a live window, so that `age:<1h` stays true while it is looked at."""


class Moment(msgspec.Struct, frozen=True):
    """What a date covers, in seconds since the epoch: a day, a minute; `end` is no longer in it."""

    start: int
    end: int


def is_text(column: Column, piece: Piece) -> Condition:
    """The whole cell, whatever the case of A-Z; a star stands for anything."""
    if piece.globs:
        return f"{quote(column.name)} LIKE ? ESCAPE '\\'", (like(piece),)
    if column.name == "namespace":
        # A server takes small letters alone, and so an index can find them.
        return f"{quote(column.name)} = lower(?)", (piece.text,)
    return f"{quote(column.name)} = ? COLLATE NOCASE", (piece.text,)


def like(piece: Piece) -> str:
    text = re.sub(r"([\\%_])", r"\\\1", piece.text)
    return text.replace("*", "%") if piece.globs else text


def is_amount(column: Column, field: str, piece: Piece) -> Condition:
    if piece.globs and piece.text == "*":
        return f"{quote(column.name)} IS NOT NULL", ()
    sign, at = signed(piece)
    number = piece.text[at:]
    if not is_quantity(number):
        raise InvalidRequestError(f"“{field}” is a number: write such as {field}:>5, or {field}:>1Gi.", piece.place(at))
    return f"{quote(column.name)} {sign or '='} ?", (quantity(number),)


def is_time(column: Column, field: str, piece: Piece) -> Condition:
    """A date, or how long ago."""
    if piece.globs and piece.text == "*":
        return f"{quote(column.name)} IS NOT NULL", ()
    sign, at = signed(piece)
    text = piece.text[at:]
    if _DURATION.fullmatch(text.lower()):
        return is_age(column, field, piece)
    within = moment(text)
    if within is None:
        raise InvalidRequestError(
            f"“{field}” is a time: write such as {field}:<1h (less than an hour ago) or {field}:>=2026-01-31.",
            piece.place(at),
        )
    name = quote(column.name)
    match sign:
        case ">":
            return f"{name} >= ?", (within.end,)
        case ">=":
            return f"{name} >= ?", (within.start,)
        case "<":
            return f"{name} < ?", (within.start,)
        case "<=":
            return f"{name} < ?", (within.end,)
        case _:
            return f"{name} >= ? AND {name} < ?", (within.start, within.end)


def is_age(column: Column, field: str, piece: Piece) -> Condition:
    """How long ago the column's time is."""
    sign, at = signed(piece)
    age = duration(piece.text[at:])
    if age is None:
        raise InvalidRequestError(
            f"“{field}” is how long ago: write such as {field}:<1h, with s, m, h, d, w or y.", piece.place(at)
        )
    if sign not in _TURNED:
        text = piece.text[at:]
        raise InvalidRequestError(f"Younger or older? Write {field}:<{text} or {field}:>{text}.", piece.position)
    return f"{quote(column.name)} {_TURNED[sign]} {NOW} - ?", (age,)


def signed(piece: Piece) -> tuple[str, int]:
    """The comparison, "" for none, and how long it is."""
    found = _SIGNED.fullmatch(piece.text)
    sign = (found.group(1) or "") if found is not None else ""
    return sign, len(sign)


def duration(text: str) -> int | None:
    """Seconds of `90m`, `1d12h`; None for what is none. A year has 365 days."""
    if not _DURATION.fullmatch(text.lower()):
        return None
    return int(sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text.lower())))


def moment(text: str) -> Moment | None:
    """Of a year, a month, a day, a minute or a second, in UTC unless it says otherwise; None for what is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        numbers = (int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
        start = datetime(*numbers, tzinfo=_zone(zone))
        if start >= _FURTHEST:
            return None
        if month is None:
            end = start.replace(year=start.year + 1)
        elif day is None:
            end = (start + timedelta(days=31)).replace(day=1)
        else:
            end = start + timedelta(days=1 if hour is None else 0, minutes=1 if hour and second is None else 0)
            end += timedelta(seconds=1 if second is not None else 0)
        return Moment(int(start.timestamp()), int(end.timestamp()))
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    """Raises ValueError for an offset of a day and more."""
    if not text or text in "Zz":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)
