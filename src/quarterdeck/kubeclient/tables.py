"""Server-side printing: lists and watches as `meta.k8s.io/v1` Tables, to items that carry their cells.

Of each object only what the item's type names is decoded. A watch tells its columns with its first event alone; a
closing bookmark is a row whose object carries the annotation. A server that cannot print (an aggregated one of old)
answers with plain objects, which are items without cells.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

import msgspec

from quarterdeck.kubeclient.decode import WatchFailedError
from quarterdeck.kubeclient.protocol import Definition, EventType, ListPage, PrintedItem, WatchEvent
from quarterdeck.kubeclient.turns import Budget, Turns

T = TypeVar("T")

ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARAMS = {"includeObject": "Metadata"}
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"
_BIG_PAGE = 256 * 1024
"""Bytes above which a page is decoded in several turns."""


class _ListMeta(msgspec.Struct):
    resource_version: str = msgspec.field(default="", name="resourceVersion")
    continue_token: str = msgspec.field(default="", name="continue")
    remaining: int | None = msgspec.field(default=None, name="remainingItemCount")


class _Table(msgspec.Struct):
    """A Table, or (with `items`) a plain list."""

    metadata: _ListMeta = msgspec.field(default_factory=_ListMeta)
    definitions: tuple[Definition, ...] | None = msgspec.field(default=None, name="columnDefinitions")
    rows: list[msgspec.Raw] | None = None
    items: list[msgspec.Raw] | None = None


class _Row(msgspec.Struct):
    object: msgspec.Raw
    cells: list[Any]


class _Event(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Bookmark(msgspec.Struct):
    annotations: dict[str, str] | None = None


class _BookmarkObject(msgspec.Struct):
    metadata: _Bookmark = msgspec.field(default_factory=_Bookmark)


_table = msgspec.json.Decoder(_Table)
_row = msgspec.json.Decoder(_Row)
_event = msgspec.json.Decoder(_Event)
_bookmark = msgspec.json.Decoder(_BookmarkObject)


def definitions_of(body: bytes) -> tuple[Definition, ...]:
    """Of a list's body. Raises msgspec.DecodeError."""
    return _table.decode(body).definitions or ()


class TableDecoding(Generic[T]):
    """Stands where decode.Decoding does, for one list or one watch: it keeps the columns that were told last."""

    version_of = None

    def __init__(self, kind: type[T]) -> None:
        self.skipped = 0
        self._item = msgspec.json.Decoder(kind)
        self._definitions: tuple[Definition, ...] = ()

    async def page(self, body: bytes, turns: Turns) -> ListPage[T]:
        """Raises msgspec.DecodeError if it is neither table nor list."""
        await turns.take()
        budget = Budget()
        table = _table.decode(body)
        self._definitions = table.definitions or self._definitions
        found: list[T] = []
        for part in (*(table.rows or ()), *(table.items or ())):
            if len(body) > _BIG_PAGE and budget.spent:
                await turns.take()
                budget = Budget()
            try:
                found.append(self._plain(part) if table.items else self._printed(part))
            except msgspec.DecodeError:
                self.skipped += 1
        meta = table.metadata
        return ListPage(found, meta.resource_version, meta.continue_token, meta.remaining)

    def event(self, line: bytes) -> WatchEvent[T] | None:
        """None for an object that does not fit. Raises WatchFailedError for ERROR, DecodeError for what is no event."""
        raw = _event.decode(line)
        if raw.type == "ERROR":
            raise WatchFailedError(bytes(raw.object))
        try:
            kind, table = EventType(raw.type), _table.decode(raw.object)
            version = table.metadata.resource_version
            rows = table.rows or []
            self._definitions = table.definitions or self._definitions
            if kind is EventType.BOOKMARK:
                marked = _row.decode(rows[0]).object if rows else raw.object
                notes = _bookmark.decode(marked).metadata.annotations or {}
                return WatchEvent(kind, None, version, notes.get(_INITIAL_EVENTS_END) == "true")
            found = self._printed(rows[0]) if rows else self._plain(raw.object)
            return WatchEvent(kind, found, version)
        except (msgspec.DecodeError, ValueError):
            self.skipped += 1
            return None

    def _printed(self, part: msgspec.Raw) -> T:
        row = _row.decode(part)
        item = self._item.decode(row.object)
        printed = cast("PrintedItem", item)
        printed.cells, printed.definitions = row.cells, self._definitions
        return item

    def _plain(self, part: msgspec.Raw) -> T:
        return self._item.decode(part)
