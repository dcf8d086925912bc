"""What a rule is: which rows of a kind are wrong, how badly, and how that is put into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quarterdeck.model.attention import Severity as Severity
from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import Value

Cells = Mapping[str, Value]
MINUTE, HOUR, DAY = 60, 3600, 86400
BY_OWNER = "CASE WHEN owner = '' THEN uid ELSE namespace || '/' || owner || '/' || status END"
"""What one owner made and has one status is one finding."""
_MOST_TEXT = 400


@dataclass(frozen=True)
class Rule:
    """`id` is stable. `where`, `since` (seconds since the epoch) and `by` (what is one finding) are SQL over the
    `columns` that the rule needs; rows of a kind that lack one of them are not looked at. `why` makes a sentence of the
    cells of `columns`.

    `resources`: the kinds it reads, none for every kind that is kept, `but` those. `also`: kinds whose tables `where`
    looks into as well, `"core/v1/services"`; without all of their rows the rule says nothing. `timely`: what it says
    changes by the clock alone, so that it is asked again although nothing was written; the present is `unixepoch()`.
    """

    id: str
    title: str
    severity: Severity
    resources: tuple[Resource, ...]
    where: str
    columns: tuple[str, ...]
    why: Callable[[Cells], str]
    hint: str
    since: str = "created"
    by: str = "uid"
    but: tuple[Resource, ...] = ()
    also: tuple[Resource, ...] = ()
    timely: bool = False

    def reads(self, resource: Resource) -> bool:
        return resource in self.resources or (not self.resources and resource not in self.but)


def text(cells: Cells, name: str) -> str:
    """Cut, so that a message of a megabyte stays one sentence."""
    found = str(cells.get(name) or "").strip()
    return found if len(found) <= _MOST_TEXT else f"{found[: _MOST_TEXT - 1]}…"


def number(cells: Cells, name: str) -> int:
    return int(cells.get(name) or 0)


def said(*names: str, otherwise: str = "") -> Callable[[Cells], str]:
    """`reason: message`: as much as there is of these columns."""

    def why(cells: Cells) -> str:
        return ": ".join(found for name in names if (found := text(cells, name))) or otherwise

    return why


def counted(amount: int, word: str) -> str:
    return f"{amount:,} {word}{'' if amount == 1 else 's'}"
