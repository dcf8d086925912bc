"""What the catalog knows of a kind: what is decoded of an object, and the row it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

import msgspec

from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row, Value

OK, PROGRESSING, WARN, ERROR, UNKNOWN, DONE = "ok", "progressing", "warn", "error", "unknown", "done"
"""The words of the `health` column, which the page draws as glyphs."""


Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""A number of the server's that SQLite and JavaScript can hold; an object with a larger one is unreadable."""


class Owner(msgspec.Struct, gc=False):
    kind: str | None = None
    name: str | None = None
    controller: bool | None = None


class Meta(msgspec.Struct, gc=False):
    """ObjectMeta, as far as rows need it. Times are RFC 3339 text as sent."""

    name: str = ""
    namespace: str | None = None
    uid: str = ""
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    created: str | None = msgspec.field(default=None, name="creationTimestamp")
    deleted: str | None = msgspec.field(default=None, name="deletionTimestamp")
    generation: Whole | None = None
    finalizers: list[str] | None = None
    labels: dict[str, str] | None = None
    owners: list[Owner] | None = msgspec.field(default=None, name="ownerReferences")


class Decoded(msgspec.Struct, gc=False):
    """What every kind's decoder names at least."""

    metadata: Meta


T = TypeVar("T", bound=Decoded)
Cells = dict[str, Value]

BASE = (
    Column("uid", ColumnType.TEXT, detail=True),
    Column("namespace", ColumnType.TEXT, "Namespace", indexed=True),
    Column("name", ColumnType.TEXT, "Name", indexed=True),
    Column("created", ColumnType.TIME, "Age", indexed=True),
    Column("deleted", ColumnType.TIME, "Asked to go", detail=True),
    Column("finalizers", ColumnType.TEXT, "Finalizers", detail=True),
)
"""The first columns of every kind. `deleted`: when it shall be gone at the latest, its time of grace included."""
_MOST_TEXT = 300


def base(meta: Meta) -> Cells:
    """The cells of BASE."""
    return {
        "uid": meta.uid,
        "namespace": meta.namespace or "",
        "name": meta.name,
        "created": seconds(meta.created) or 0,
        "deleted": seconds(meta.deleted),
        # Of those that stay nobody asks.
        "finalizers": ",".join(meta.finalizers or ())[:_MOST_TEXT] if meta.deleted is not None else None,
    }


def controller(meta: Meta) -> str:
    """`ReplicaSet/web-6d4b`: the owner that manages it, else the first; empty for none."""
    owners = meta.owners or []
    owner = next((o for o in owners if o.controller), owners[0] if owners else None)
    return f"{owner.kind or ''}/{owner.name or ''}" if owner is not None else ""


def as_json(value: object) -> str:
    """For JSON columns; keys are sorted, so that equal objects give equal rows."""
    return msgspec.json.encode(value, order="deterministic").decode()


@dataclass(frozen=True)
class Derived:
    """Columns that are worked out as rows are read, of rows that change without the object: those of the kind `of`,
    which may be its own. `sql` by column: over the row, `t`, and the table of `of`, spelled `{of}`; with `joined`, over
    the row `m` that it adds, at most one. Where `of` is another kind and its rows are not kept current, they are NULL.
    """

    of: Resource
    columns: tuple[Column, ...]
    sql: Mapping[str, str]
    joined: str = ""


@dataclass(frozen=True)
class KindSpec(Generic[T]):
    """One kind with a projection of ours.

    `columns` are all that a row has, BASE first; `project` gives exactly those and never raises on an object that
    decoded. `searched` are the columns that plain words of a filter look into; `default_sort` as in WindowSpec.sort;
    `aggregates` are SQL sums by name, of which `problems` is shown beside the kind's total. `derived` columns are in no
    row that `project` gives; a shape (catalog/shapes.py) has them among its columns.
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
    aggregates: Mapping[str, str] = field(default_factory=dict[str, str])
    derived: tuple[Derived, ...] = ()

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of its table on the page; the others are for the drawer."""
        return tuple(c for c in self.columns if not c.detail)

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)
