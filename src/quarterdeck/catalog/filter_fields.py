"""The names that stand before a colon: a column's own, its title's, and what people usually write."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

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
    column = _column(kind, name)
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


def field_name(column: Column) -> str:
    """As it is offered: short where people know a short one."""
    return "ns" if column.name == "namespace" else column.name


def _reached(kind: KindSpec[Any], column: Column) -> bool:
    return column.name != LABELS and (column.name != "namespace" or kind.namespaced)


def _column(kind: KindSpec[Any], name: str) -> Column | None:
    columns = [c for c in kind.columns if _reached(kind, c)]
    by_name = {_plain(c.name): c for c in reversed(columns)}
    by_title = {_plain(c.title): c for c in reversed(columns) if c.title}
    for candidate in (name, *_ALIASES.get(name, ())):
        column = by_name.get(_plain(candidate)) or by_title.get(_plain(candidate))
        if column is not None:
            return column
    return None


def _unknown(kind: KindSpec[Any], typed: str) -> str:
    known = {_plain(name): name for name in fields(kind)}
    known |= {_plain(alias): alias for alias in _ALIASES if alias not in known and _column(kind, alias) is not None}
    known |= {_plain(c.title): c.name for c in kind.columns if c.title and _reached(kind, c)} | known
    near = get_close_matches(_plain(typed), known, n=1, cutoff=0.6)
    if near:
        return f"No column “{typed}”: did you mean “{known[near[0]]}”?"
    names = ", ".join(fields(kind)[:12])
    return f"No column “{typed}”. {kind.title} have {names}. To look for text with a colon, quote it."


def _plain(name: str) -> str:
    """`last_restart`, `Last restart` and `lastRestart` are one."""
    return "".join(c for c in name.casefold() if c.isalnum())


def is_number(column: Column) -> bool:
    return column.type in (ColumnType.INTEGER, ColumnType.REAL)
