"""Answers to questions in SQL as text, and what a person must know of them besides."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO

import msgspec

from quarterdeck.model.asking import Cell, QueryAnswer, QueryPart, QuerySchema

_MOST_NAMES = 12
"""Of clusters of which the same is said."""


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def write(answer: QueryAnswer, form: Format, out: TextIO) -> None:
    """CSV and JSON hold values as they are; a table is for people: times in words, and no control characters, which
    names and messages of a cluster may hold."""
    match form:
        case Format.JSON:
            out.write(msgspec.json.encode(answer).decode() + "\n")
        case Format.CSV:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow([column.name for column in answer.columns])
            writer.writerows(answer.rows)
        case Format.TABLE:
            types = [column.type for column in answer.columns]
            rows = [[_shown(cell, kind) for cell, kind in zip(row, types, strict=True)] for row in answer.rows]
            right = [kind in ("integer", "real") for kind in types]
            _write_table([[_printable(column.name) for column in answer.columns], *rows], right, out)


def write_tables(schema: QuerySchema, form: Format, out: TextIO) -> None:
    if form is Format.JSON:
        out.write(msgspec.json.encode(schema).decode() + "\n")
        return
    found = [[t.name, str(t.clusters), " ".join(c.name for c in t.columns)] for t in schema.tables]
    if form is Format.CSV:
        csv.writer(out, lineterminator="\n").writerows([["table", "clusters", "columns"], *found])
    else:
        _write_table([["table", "clusters", "columns"], *found], [False, True, False], out)


def remarks(answer: QueryAnswer, *, limited: bool) -> Iterator[str]:
    """What keeps the answer from being whole, in a line for all clusters that have it in common. `limited`: the person
    asked for so many rows."""
    if answer.truncated:
        more = "" if limited else " The settings query.most_rows and query.most_bytes allow more."
        yield f"There are more rows than the {answer.count:,} shown.{more}"
    clusters: dict[str, list[str]] = {}
    for part in answer.parts:
        if said := _of_part(part):
            clusters.setdefault(said, []).append(_printable(part.cluster))
    for said, names in clusters.items():
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"{', '.join(names[:_MOST_NAMES])}{more}: {said}"
    if answer.unopened:
        yield f"Nothing is kept of {answer.unopened} clusters that were never opened."


def _of_part(part: QueryPart) -> str:
    if part.failure:
        return _printable(f"not included. {part.failure}")
    said: list[str] = []
    for kind in part.kinds:
        since = f" as of {_moment(kind.seen_at)}" if kind.seen_at is not None else ""
        why = f": {kind.message}" if kind.message else ""
        match kind.state:
            case "live":
                text = f"{kind.table}{why}" if why else ""
            case "stale":
                text = f"{kind.table}{since}{why}"
            case "partial":
                text = f"{kind.table} read in part{since}{why}"
            case "missing":
                text = f"{kind.table} not read yet: look at them once"
            case "forbidden":
                text = f"{kind.table} forbidden"
            case _:
                text = ""
        if text:
            said.append(text)
    return _printable(", ".join(said))


def _shown(cell: Cell, kind: str) -> str:
    if cell is None:
        return "NULL"
    if kind == "time" and isinstance(cell, int | float):
        return _moment(cell)
    return _printable(str(cell))


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _write_table(rows: Sequence[Sequence[str]], right: Sequence[bool], out: TextIO) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)]
        out.write("  ".join(cells).rstrip() + "\n")
