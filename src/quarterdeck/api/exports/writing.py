"""Rows as the text of a file: CSV for sheets, JSON for programs. All of it pure, and each of it for a few rows at once.

Both say in themselves what they lack: a file outlives the page that told it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from quarterdeck.api.wire import ClusterPart
from quarterdeck.catalog.exporting import Exported
from quarterdeck.model.exports import ExportFormat
from quarterdeck.model.kinds import Column, ColumnType
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Value

Write = Callable[[Value], object]


class Content(msgspec.Struct, frozen=True):
    """What a file is of. `names`: of each cluster, its context. `taken_at`: seconds since the epoch."""

    resource: str
    columns: Sequence[Column]
    parts: Sequence[ClusterPart]
    names: Mapping[Key, str]
    complete: bool
    taken_at: float

    def name(self, key: str) -> str:
        return self.names.get(Key(key), key)


class Writer(Protocol):
    """`head`, then `rows` for each batch, then `tail`."""

    media_type: str

    def head(self) -> bytes: ...

    def rows(self, rows: Iterable[Exported]) -> bytes: ...

    def tail(self) -> bytes: ...


def writer(form: ExportFormat, content: Content) -> Writer:
    return Csv(content) if form is ExportFormat.CSV else Json(content)


# --- CSV --------------------------------------------------------------------------------------------------------------

_FORMULA = tuple("=+@-\t\r\n\uff1d\uff0b\uff20\uff0d")
"""A sheet would run a text that begins so, the full-width forms too (OWASP, "CSV Injection")."""
_QUOTED = re.compile(r'[",\r\n]')


class Csv:
    """RFC 4180. The first column names the cluster, the last says how current its rows are. A cluster that gives no row
    though it may have some has a line of its own, so that it is not taken for one that has none."""

    media_type = "text/csv"

    def __init__(self, content: Content) -> None:
        self._content = content
        self._cells = [_csv_time if c.type is ColumnType.TIME else _csv for c in content.columns]
        self._ends = {
            Key(part.key): (_csv(content.name(part.key)), _csv(currency(part)) + "\r\n") for part in content.parts
        }

    def head(self) -> bytes:
        return _line("cluster", *(column.name for column in self._content.columns), "rows_are")

    def rows(self, rows: Iterable[Exported]) -> bytes:
        cells, ends = self._cells, self._ends
        lines: list[str] = []
        for key, values in rows:
            first, last = ends[key]
            written = [cell(value) for cell, value in zip(cells, values, strict=False)]
            lines.append(",".join((first, *written, last)))
        return "".join(lines).encode("utf-8", "replace")

    def tail(self) -> bytes:
        nothing = [""] * len(self._content.columns)
        silent = [part for part in self._content.parts if not part.rows and not is_whole(part)]
        return b"".join(_line(self._content.name(part.key), *nothing, currency(part)) for part in silent)


def _line(*cells: str) -> bytes:
    return (",".join(map(_csv, cells)) + "\r\n").encode("utf-8", "replace")


def _csv(value: Value) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    if value.startswith(_FORMULA):
        value = f"'{value}"
    return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value


def _csv_time(value: Value) -> str:
    return _csv(_time(value))


def currency(part: ClusterPart) -> str:
    """How current a cluster's rows are, for a column beside them."""
    if part.status == "ready":
        return f"current, in part: {part.message}" if part.message else "current"
    if part.status == "stale":
        since = "" if part.as_of is None else f" since {_time(part.as_of)}"
        return f"stale{since}{f', in part: {part.message}' if part.message else ''}"
    return f"{part.status}: {part.message}" if part.message else part.status


def is_whole(part: ClusterPart) -> bool:
    """Whether all its rows are here, as they are now."""
    return part.complete and not part.message


# --- JSON -------------------------------------------------------------------------------------------------------------


class Json:
    """One document: what it is of, each cluster with what its rows are, and `items`, a line each."""

    media_type = "application/json"

    def __init__(self, content: Content) -> None:
        self._content = content
        self._cells: list[tuple[str, Write]] = [(c.name, _json_cell(c.type)) for c in content.columns]
        self._began = False

    def head(self) -> bytes:
        about = {
            "resource": self._content.resource,
            "taken_at": _time(self._content.taken_at),
            "complete": self._content.complete,
            "clusters": [
                {
                    "cluster": self._content.name(part.key),
                    "status": part.status,
                    "complete": part.complete,
                    "rows": part.rows,
                    "as_of": None if part.as_of is None else _time(part.as_of),
                    "message": part.message,
                }
                for part in self._content.parts
            ],
        }
        return msgspec.json.encode(about)[:-1] + b',"items":['

    def rows(self, rows: Iterable[Exported]) -> bytes:
        lines = [
            _encode(
                {
                    "cluster": self._content.name(key),
                    **{name: cell(value) for (name, cell), value in zip(self._cells, values, strict=False)},
                }
            )
            for key, values in rows
        ]
        begin = b"\n" if not self._began else b",\n"
        self._began = self._began or bool(lines)
        return begin + b",\n".join(lines) if lines else b""

    def tail(self) -> bytes:
        return b"\n]}\n"


_encode = msgspec.json.Encoder().encode


def _json_cell(kind: ColumnType) -> Write:
    return {ColumnType.TIME: _time, ColumnType.JSON: _parsed}.get(kind, _same)


def _same(value: Value) -> object:
    return value


def _parsed(value: Value) -> object:
    """As it stands: what is kept in such a column was JSON before (catalog.kinds.as_json)."""
    return msgspec.Raw(value.encode("utf-8", "replace")) if isinstance(value, str) and value else value


def _time(value: Value) -> Value:
    """ISO 8601: an age is true only while it is looked at."""
    if not isinstance(value, int | float):
        return value
    try:
        return f"{datetime.fromtimestamp(value, UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"
    except (ValueError, OverflowError, OSError):
        return value  # a year beyond 9999 is what a cluster may say


def file_name(content: Content, form: ExportFormat) -> str:
    """`pods-prod-eu-2026-11-25T2314Z-partial.csv`."""
    plural = content.resource.rpartition("/")[2]
    where = content.name(content.parts[0].key) if len(content.parts) == 1 else f"{len(content.parts)} clusters"
    when = datetime.fromtimestamp(content.taken_at, UTC).strftime("%Y-%m-%dT%H%MZ")
    words = [_word(plural), _word(where), when, *([] if content.complete else ["partial"])]
    return f"{'-'.join(word for word in words if word)}.{form}"


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")
