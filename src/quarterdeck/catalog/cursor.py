"""Cursors of one-shot pages: where the last page ended, as opaque text."""

from __future__ import annotations

import base64
import binascii

import msgspec

from quarterdeck.catalog.ordering import Order
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.stores.protocol import Value


class _Place(msgspec.Struct, frozen=True, array_like=True):
    order: tuple[tuple[str, bool], ...]
    values: tuple[Value, ...]


def to_cursor(order: Order, values: tuple[Value, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(_Place(order, values))).decode().rstrip("=")


def from_cursor(text: str, order: Order) -> tuple[Value, ...]:
    """The values of the order's columns. Raises InvalidRequestError, also for a cursor of another order."""
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Place)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise InvalidRequestError("This cursor is not one of ours.") from None
    if place.order != order or len(place.values) != len(order):
        raise InvalidRequestError("This cursor belongs to another order. Begin at the first page.")
    return place.values
