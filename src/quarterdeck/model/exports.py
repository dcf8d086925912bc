"""Rows that leave as a file: what is asked, and how far it is."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from quarterdeck.model.windows import ClusterPart


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


class ExportQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As WindowSpec, of every row. `columns`: those of the file, in this order; none means all. `only`: of the rows,
    those of these IDs (WindowRow.id); `excluding`: all but these."""

    clusters: list[str]
    resource: str
    filter: str = ""
    namespaces: list[str] = []
    sort: list[str] = []
    matches_first: bool = False
    format: ExportFormat = ExportFormat.CSV
    columns: list[str] = []
    only: list[str] | None = None
    excluding: list[str] = []


class ExportState(StrEnum):
    WAITING = "waiting"
    """Nobody has fetched the file yet."""
    WRITING = "writing"
    DONE = "done"
    """All of it was sent."""
    CANCELLED = "cancelled"
    """By whoever asked for it, or because who fetched it went away."""
    FAILED = "failed"
    """`message` says why. What was sent ends without its end, so that a browser says that it failed."""


class ExportView(msgspec.Struct, frozen=True):
    """`rows` are all that the file has, `written` those that were sent. `complete`: every cluster asked for is in it
    with all its rows, as they are now; `parts` say what is not. `url`: where the file is fetched, once and soon; only
    in the answer to whoever asked for the export."""

    id: str
    state: ExportState
    file: str
    rows: int
    written: int
    complete: bool
    parts: list[ClusterPart]
    message: str = ""
    url: str = ""
