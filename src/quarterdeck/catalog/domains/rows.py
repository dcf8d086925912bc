"""Rows that views are made of: when they are known, how bad each is, and how long its sentence may be."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.kinds import DONE, ERROR, OK, PROGRESSING, UNKNOWN, WARN, KindSpec
from quarterdeck.stores.protocol import Store

WORST = (ERROR, WARN, UNKNOWN, PROGRESSING, OK, DONE)
RANK = f"instr('{' '.join(WORST)}', health)"
"""The worst first, in SQL."""
_MOST_TEXT = 400


def badness(health: str) -> int:
    return WORST.index(health) if health in WORST else len(WORST)


def known(store: Store, *specs: KindSpec[Any], whole: bool = False) -> bool:
    """Whether rows of all these kinds are there as they are now made; `whole`: all that there are, for what is said of
    those that are missing."""
    return all(_known(store, spec, whole) for spec in specs)


def _known(store: Store, spec: KindSpec[Any], whole: bool) -> bool:
    """Rows of an older version of ours may lack a column until they are listed again."""
    status = store.status(spec.resource)
    names = {column.name for column in store.columns(spec.resource)}
    there = status.complete or (status.rows > 0 and not whole)
    return there and names.issuperset(column.name for column in spec.columns)


def cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
