"""Rows of an answer as JSON, made where they are read: the server hands them on as they are."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from quarterdeck.asking.protocol import Limits

_encode = msgspec.json.Encoder().encode
_WORDS: dict[type, str] = {int: "integer", float: "real", str: "text", bytes: "text"}


class Rows(msgspec.Struct, frozen=True):
    """`types`: of each column what its values are, empty where they differ or are all NULL."""

    json: bytes
    count: int
    truncated: bool
    types: list[str]


def gather(found: Iterable[tuple[object, ...]], limits: Limits, width: int) -> Rows:
    """As many as `limits` take. Blobs become text as SQL writes them: x'00ff'."""
    parts: list[bytes] = []
    kinds: list[set[type]] = [set() for _ in range(width)]
    size, truncated = 2, False
    for row in found:
        if len(parts) == limits.rows:
            truncated = True
            break
        text = _encode([f"x'{cell.hex()}'" if isinstance(cell, bytes) else cell for cell in row])
        size += len(text) + 1
        if size > limits.size:
            truncated = True
            break
        parts.append(text)
        for seen, cell in zip(kinds, row, strict=True):
            seen.add(type(cell))
    return Rows(b"[" + b",".join(parts) + b"]", len(parts), truncated, [_type(seen) for seen in kinds])


def _type(seen: set[type]) -> str:
    words = {_WORDS[kind] for kind in seen if kind in _WORDS}
    if words == {"integer", "real"}:
        return "real"
    return words.pop() if len(words) == 1 else ""
