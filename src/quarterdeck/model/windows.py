"""Live queries as they go to the page: what is asked, a page of rows, and what changed since.

Times are seconds since the epoch; keys are `model.target.key_of`.
"""

from __future__ import annotations

import msgspec

from quarterdeck.model.kinds import Column


class KindCount(msgspec.Struct, frozen=True):
    """`resource` is `core/v1/pods`; `status` as ClusterPart.status."""

    resource: str
    total: int
    status: str
    problems: int = 0


class ClusterPart(msgspec.Struct, frozen=True):
    """One cluster's share of a window. `status`: ready, partial, stale, connecting, forbidden, failed, missing, closed.
    `as_of`: when its rows were last known current."""

    key: str
    status: str
    rows: int
    complete: bool
    as_of: float | None = None
    message: str = ""


class WindowSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A live query. `resource` is `core/v1/pods`; `sort` is `restarts` or `-restarts`, the first wins; `clusters` are
    keys. `matches_first`: rows that do not match the filter come as well, after those that do."""

    clusters: list[str]
    resource: str
    filter: str = ""
    namespaces: list[str] = []
    sort: list[str] = []
    offset: int = 0
    limit: int = 200
    matches_first: bool = False


class WindowRow(msgspec.Struct, frozen=True):
    """`id` is `key/uid`, unique over clusters; `values` in the order of WindowPage.columns. `other`: does not match the
    filter, where matches come first."""

    id: str
    cluster: str
    values: list[str | int | float | None]
    other: bool = False


class WindowPage(msgspec.Struct, frozen=True):
    """`total` may be None when it is still being counted; `next` is a cursor for GET. `complete`: every cluster asked
    for answered with all its rows. `matching`: how many of the total match, where matches come first; None while they
    are counted."""

    columns: list[Column]
    rows: list[WindowRow]
    offset: int
    total: int | None
    complete: bool
    parts: list[ClusterPart]
    next: str | None = None
    matching: int | None = None


class Move(msgspec.Struct, frozen=True):
    """Delta steps, applied in order to the client's list of rows."""

    index: int
    row: WindowRow


class WindowDelta(msgspec.Struct, frozen=True):
    """Applied in this order: `removed` (indexes into the old list, descending), then `inserted` (index into the list as
    it then grows, ascending), then `updated` (final indexes). A moved row is removed and inserted."""

    removed: list[int] = []
    inserted: list[Move] = []
    updated: list[Move] = []
    total: int | None = None
    complete: bool = False
    parts: list[ClusterPart] = []
    matching: int | None = None
