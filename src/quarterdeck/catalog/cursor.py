"""Where a page ended, as an opaque token for the next request."""

from __future__ import annotations

import base64
import binascii
import hashlib

import msgspec

from quarterdeck.catalog.merge import Found
from quarterdeck.catalog.query import Query
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.stores.protocol import Value


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """`values` of the order's columns of the last row, and the cluster it was of. `query` tells which question it
    belongs to: resource and order; filter and clusters may change between pages."""

    query: str
    key: str
    values: tuple[Value, ...]


def encode(query: Query, last: Found) -> str:
    names = query.read
    values = tuple(last.values[names.index(column)] for column, _ in query.order)
    cursor = Cursor(_mark(query), query.keys[last.place], values)
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def decode(token: str, query: Query) -> Cursor:
    """Raises InvalidRequestError for what is no cursor of this query."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        cursor = _decode_cursor(raw)
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise InvalidRequestError("This is no cursor of ours.") from None
    fits = cursor.query == _mark(query) and len(cursor.values) == len(query.order) and cursor.key in query.keys
    if not fits or any(isinstance(v, int) and abs(v) >= 2**63 for v in cursor.values):
        raise InvalidRequestError("This cursor belongs to another question.")
    return cursor


def _mark(query: Query) -> str:
    return hashlib.sha256(msgspec.json.encode((query.resource.path, query.order))).hexdigest()[:8]


_decode_cursor = msgspec.json.Decoder(Cursor).decode
