"""Objects found by a few letters: what the server answers."""

from __future__ import annotations

import msgspec


class SearchHit(msgspec.Struct, frozen=True):
    """`cluster` is a key, `resource` a path as `core/v1/pods`, `kind_title` its plural for people. `rank`: 0 the whole
    name, 1 its start, 2 the start of a word in it, 3 anywhere in it, 4 elsewhere (namespace, label, image, address).
    """

    cluster: str
    resource: str
    kind: str
    kind_title: str
    uid: str
    namespace: str
    name: str
    created: int
    rank: int


class SearchPart(msgspec.Struct, frozen=True):
    """What was looked into in one cluster: `kinds` of `served` that may be listed (None: it has not said). `reading`: a
    list of one of them is not complete yet, or was not begun. `stale`: rows are from before. `failure`: why it gave
    nothing. `refused`: kinds that may not be listed; `partly`: those that may be in some namespaces only; `cut`: those
    of which the budget (setting search.budget) does not hold all. `read_at`: kinds that nobody looks at are read now
    and then; when the oldest of them was."""

    key: str
    kinds: int
    served: int | None
    reading: bool
    stale: bool
    failure: str = ""
    refused: int = 0
    partly: int = 0
    cut: int = 0
    read_at: float | None = None


class SearchAnswer(msgspec.Struct, frozen=True):
    """Best first. `more`: others match as well. `whole`: every kind of every open cluster was looked into, as it is or,
    of kinds that nobody looks at, as it was at `read_at` of the part."""

    hits: list[SearchHit]
    more: bool
    whole: bool
    parts: list[SearchPart]
