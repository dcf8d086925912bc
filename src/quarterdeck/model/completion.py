"""Ways on from a half typed filter, as they go to the page. Positions count characters (code points)."""

from __future__ import annotations

import msgspec


class Completion(msgspec.Struct, frozen=True):
    """One way on: `text` in place of what stands from the answer's `start` to its `end`. `kind`: `field` and
    `comparison` want a value behind them, `label` is a label's key, `value` is whole. `label` and `detail` are for
    people; `rows`: how many rows have it, of those that the rest of the filter leaves."""

    kind: str
    text: str
    label: str
    detail: str = ""
    rows: int | None = None


class TermPlace(msgspec.Struct, frozen=True):
    """Where one part of the filter stands; `end` is behind it. `wrong`: it cannot be understood as it is."""

    start: int
    end: int
    wrong: bool = False


class CompletionAnswer(msgspec.Struct, frozen=True):
    """Best first. `whole`: all rows of all clusters were looked at for values; else some values may be missing, and
    `rows` are of a part."""

    start: int
    end: int
    completions: list[Completion]
    whole: bool
    terms: list[TermPlace]
