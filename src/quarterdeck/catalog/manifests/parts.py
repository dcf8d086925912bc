"""Large JSON part by part: decoding it at once, in whatever thread, holds the interpreter's lock, and the loop up."""

from __future__ import annotations

import msgspec

AT_ONCE = 16_000
"""Bytes: a fraction of a millisecond."""

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])


def opened(raw: bytes | msgspec.Raw) -> dict[str, msgspec.Raw] | list[msgspec.Raw] | None:
    """Its members, or its items; None where it is small enough to be decoded whole, or a text. Raises
    msgspec.DecodeError."""
    view = memoryview(raw)
    if len(view) <= AT_ONCE:
        return None
    match bytes(view[:1]):
        case b"{":
            return _members.decode(raw)
        case b"[":
            return _items.decode(raw)
        case _:
            return None
