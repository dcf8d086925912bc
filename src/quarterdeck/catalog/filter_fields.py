"""The names that stand before a colon: a column's own, its title's, and what people usually write."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import msgspec

from quarterdeck.catalog.filter_terms import Term
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.model.kinds import Column, ColumnType

CLUSTER, LABEL, AGE = "cluster", "label", "age"
"""Fields with rules of their own; a column of such a name is reached by its title."""
LABELS = "labels"
"""The column that labels are kept in."""
_ALIASES = {
    "ns": ("namespace",),
    "no": ("node",),
    "nodename": ("node",),
    "image": ("images", "containers"),
    "sa": ("service_account",),
    "state": ("status",),
    "restart": ("restarts",),
    "cpu": ("cpu_request",),
    "memory": ("memory_request",),
    "mem": ("memory", "memory_request"),
    "ips": ("ip",),
    "ip": ("internal_ip", "cluster_ip"),
    "creation": ("created",),
    "id": ("uid",),
    "msg": ("message",),
    "os": ("os_image",),
    "runtime": ("container_runtime",),
}
"""Of these the first column that the kind has; a column of that very name or title goes before."""
_SPECIAL = {"cluster": CLUSTER, "label": LABEL, "labels": LABEL, "age": AGE}
_NAMESPACE = ("ns", "namespace")


def field_of(kind: KindSpec[Any], term: Term) -> str | Column:
    """CLUSTER, LABEL, AGE or a column. Raises InvalidRequestError that points at the name."""
    name = _plain(term.field)
    special = _SPECIAL.get(name)
    if special is not None:
        if special == LABEL and kind.column(LABELS) is None:
            raise InvalidRequestError(f"{kind.title} keep no labels here.", term.position)
        return special
    column = _Names(kind).column(name)
    if column is None and name in _NAMESPACE:
        raise InvalidRequestError(f"{kind.title} are in no namespace.", term.position)
    if column is None:
        raise InvalidRequestError(_unknown(kind, term.field), term.position)
    return column


def fields(kind: KindSpec[Any]) -> tuple[str, ...]:
    """One name for each field, in the order in which they are offered: what the table shows, then the others."""
    shown = [c for c in kind.shown if _reached(kind, c)]
    hidden = [c for c in kind.columns if c.detail and _reached(kind, c) and c.name != "uid"]
    labels = (LABEL,) if kind.column(LABELS) is not None else ()
    return (*(field_name(c) for c in shown), AGE, *labels, CLUSTER, *(c.name for c in hidden))


class Offered(msgspec.Struct, frozen=True):
    """A field as it is offered; `column` None for those with rules of their own. `words`: its title, and what else
    people write for it."""

    name: str
    column: Column | None
    words: tuple[str, ...]


def offered(kind: KindSpec[Any]) -> tuple[Offered, ...]:
    """All of `fields`, in their order."""
    names = _Names(kind)
    aliases = {alias: names.column(alias) for alias in _ALIASES}
    found: list[Offered] = []
    for name in fields(kind):
        if name in _SPECIAL:
            words = tuple(word for word, special in _SPECIAL.items() if special == name and word != name)
            found.append(Offered(name, None, words))
            continue
        column = names.column(_plain(name))
        title = (column.title,) if column is not None and column.title else ()
        others = tuple(alias for alias, meant in aliases.items() if meant is column and alias != name)
        found.append(Offered(name, column, (*title, *others)))
    return tuple(found)


def resembles(typed: str, word: str) -> int | None:
    """How far into `word` what was typed stands; None where it does not."""
    at = _plain(word).find(_plain(typed))
    return at if at >= 0 else None


def field_name(column: Column) -> str:
    """As it is offered: short where people know a short one."""
    return "ns" if column.name == "namespace" else column.name


def _reached(kind: KindSpec[Any], column: Column) -> bool:
    return column.name != LABELS and (column.name != "namespace" or kind.namespaced)


class _Names:
    """Of one kind, so that asking often costs little."""

    def __init__(self, kind: KindSpec[Any]) -> None:
        columns = [c for c in kind.columns if _reached(kind, c)]
        self._by_name = {_plain(c.name): c for c in reversed(columns)}
        self._by_title = {_plain(c.title): c for c in reversed(columns) if c.title}

    def column(self, name: str) -> Column | None:
        """Of a plain name."""
        for candidate in (name, *(_plain(alias) for alias in _ALIASES.get(name, ()))):
            column = self._by_name.get(candidate) or self._by_title.get(candidate)
            if column is not None:
                return column
        return None


def _unknown(kind: KindSpec[Any], typed: str) -> str:
    known = {_plain(name): name for name in fields(kind)}
    names = _Names(kind)
    known |= {_plain(alias): alias for alias in _ALIASES if alias not in known and names.column(alias) is not None}
    known |= {_plain(c.title): c.name for c in kind.columns if c.title and _reached(kind, c)} | known
    near = get_close_matches(_plain(typed), known, n=1, cutoff=0.6)
    if near:
        return f"No column “{typed}”: did you mean “{known[near[0]]}”?"
    some = ", ".join(fields(kind)[:12])
    return f"No column “{typed}”. {kind.title} have {some}. To look for text with a colon, quote it."


def _plain(name: str) -> str:
    """`last_restart`, `Last restart` and `lastRestart` are one."""
    return "".join(c for c in name.casefold() if c.isalnum())


def is_number(column: Column) -> bool:
    return column.type in (ColumnType.INTEGER, ColumnType.REAL)
