"""What the catalog knows of a kind: what is decoded of an object, and the row it becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row
from quarterdeck.stores.schema import Table

OK, PROGRESSING, WARN, ERROR, UNKNOWN, DONE = "ok", "progressing", "warn", "error", "unknown", "done"
"""The words of the `health` column, which the page draws as glyphs."""


class Owner(msgspec.Struct):
    kind: str = ""
    name: str = ""
    controller: bool | None = None


class Meta(msgspec.Struct):
    """ObjectMeta, as far as rows need it. Times are RFC 3339 text as sent."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    created: str = msgspec.field(default="", name="creationTimestamp")
    deleted: str | None = msgspec.field(default=None, name="deletionTimestamp")
    labels: dict[str, str] | None = None
    owners: list[Owner] | None = msgspec.field(default=None, name="ownerReferences")


class Decoded(msgspec.Struct):
    """What every kind's decoder names at least."""

    metadata: Meta


T = TypeVar("T", bound=Decoded)

BASE = (
    Column("uid", ColumnType.TEXT, detail=True),
    Column("namespace", ColumnType.TEXT, "Namespace"),
    Column("name", ColumnType.TEXT, "Name", indexed=True),
    Column("created", ColumnType.TIME, "Age", indexed=True),
)
"""The first columns of every kind."""


@dataclass(frozen=True)
class KindSpec(Generic[T]):
    """One kind with a projection of ours.

    `columns` are all that a row has, BASE first; `project` gives exactly those and never raises on an object that
    decoded. `searched` are the columns that plain words of a filter look into; `default_sort` as in WindowSpec.sort.
    """

    resource: Resource
    kind: str
    title: str
    namespaced: bool
    columns: tuple[Column, ...]
    decoder: type[T]
    project: Callable[[T], Row]
    searched: tuple[str, ...]
    default_sort: tuple[str, ...] = ("namespace", "name")

    @property
    def table(self) -> Table:
        return Table(self.resource, self.columns)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of its table on the page; the others are for the drawer."""
        return tuple(c for c in self.columns if not c.detail)
