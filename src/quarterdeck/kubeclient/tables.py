"""Server-side printing: lists and watches as `meta.k8s.io/v1` Tables, to items that carry their cells.

Of each object only what the item's type names is decoded. A watch tells its columns with its first event alone; a
closing bookmark is a row whose object carries the annotation. A server that cannot print (an aggregated one of old)
answers with plain objects, which are items without cells.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

import msgspec

from quarterdeck.kubeclient.decode import ListMeta, Skipped, WatchFailedError, decode_items, meta_of, raw_event
from quarterdeck.kubeclient.protocol import Definition, EventType, ListPage, PrintedItem, WatchEvent
from quarterdeck.kubeclient.turns import Budget, Turns

T = TypeVar("T")

ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARAMS = {"includeObject": "Metadata"}


class _Table(msgspec.Struct):
    """A Table, or (with `items`) a plain list."""

    metadata: ListMeta = msgspec.field(default_factory=ListMeta)
    definitions: tuple[Definition, ...] | None = msgspec.field(default=None, name="columnDefinitions")
    rows: list[msgspec.Raw] | None = None
    items: list[msgspec.Raw] | None = None


class _Row(msgspec.Struct):
    object: msgspec.Raw
    cells: list[Any]


_table = msgspec.json.Decoder(_Table)
_row = msgspec.json.Decoder(_Row)


def definitions_of(body: bytes) -> tuple[Definition, ...]:
    """Of a list's body. Raises msgspec.DecodeError."""
    return _table.decode(body).definitions or ()


class TableDecoding(Generic[T]):
    """Stands where decode.Decoding does, for one list or one watch: it keeps the columns that were told last."""

    def __init__(self, kind: type[T], skipped: Skipped) -> None:
        self._skipped = skipped
        self._item = msgspec.json.Decoder(kind)
        self._definitions: tuple[Definition, ...] = ()

    async def page(self, body: bytes, turns: Turns, *, ahead: bool = False) -> ListPage[T]:
        await turns.take(ahead=ahead)
        budget = Budget()
        table = _table.decode(body)
        self._definitions = table.definitions or self._definitions
        plain = table.items is not None
        parts, decode = (table.items, self._item.decode) if plain else (table.rows, self._printed)
        items = await decode_items(parts or (), decode, self._skipped, budget, turns, ahead=ahead)
        meta = table.metadata
        return ListPage(items, meta.resource_version, meta.continue_token, meta.remaining)

    def event(self, line: bytes) -> WatchEvent[T] | None:
        raw = raw_event.decode(line)
        if raw.type == "ERROR":
            raise WatchFailedError(bytes(raw.object))
        try:
            kind, table = EventType(raw.type), _table.decode(raw.object)
            version = table.metadata.resource_version
            rows = table.rows or []
            self._definitions = table.definitions or self._definitions
            if kind is EventType.BOOKMARK:
                marked = _row.decode(rows[0]).object if rows else raw.object
                return WatchEvent(kind, None, version, meta_of(marked).ends_initial_events)
            found = self._printed(rows[0]) if rows else self._item.decode(raw.object)
            return WatchEvent(kind, found, version)
        except (msgspec.DecodeError, ValueError):
            self._skipped.count += 1
            return None

    def _printed(self, part: msgspec.Raw) -> T:
        row = _row.decode(part)
        item = self._item.decode(row.object)
        printed = cast("PrintedItem", item)
        printed.cells, printed.definitions = row.cells, self._definitions
        return item
