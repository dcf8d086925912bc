"""How kubectl's YAML library (go.yaml.in/yaml/v2, encode.go, resolve.go, sorter.go) writes strings and orders keys."""

from __future__ import annotations

import re
from functools import cmp_to_key

_WORDS = frozenset(
    word
    for words in (
        "y Y yes Yes YES on On ON true True TRUE n N no No NO off Off OFF false False FALSE",
        "~ null Null NULL .nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF <<",
    )
    for word in words.split()
) | {""}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)", re.ASCII)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ]+[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?\s*(Z|[-+][0-9:]+)?)?", re.ASCII
)
_LONGEST_INTEGER = 1 << 64


def style_of(text: str) -> str | None:
    """The emitter's wish: `|` for lines, `"` for what would be read as something else, None for plain. What cannot be
    written so (a line that ends in a blank) the emitter quotes by itself."""
    if "\n" in text:
        return "|"
    return '"' if _reads_otherwise(text) else None


def _reads_otherwise(text: str) -> bool:
    if text in _WORDS or _BASE_60.fullmatch(text) or _TIME.fullmatch(text):
        return True
    if text[:1] not in "0123456789+-.":
        return False
    number = text.replace("_", "")
    if _INTEGER.fullmatch(number):
        return _FLOAT.fullmatch(number) is not None or len(number) < 70
    return _FLOAT.fullmatch(number) is not None


def ordered(keys: list[str]) -> list[str]:
    """Letters by letters, numbers in names by their value, other characters before letters."""
    if all(key.isascii() and key.isalpha() for key in keys):
        return sorted(keys)
    return sorted(keys, key=cmp_to_key(_compare))


def _compare(one: str, other: str) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a == b:
            continue
        if a.isalpha() and b.isalpha():
            return -1 if a < b else 1
        if a.isalpha() or b.isalpha():
            return -1 if b.isalpha() else 1
        zeros = at > 0 and "0" in (a, b) and _number_before(one, at)
        x, x_end = _digits(one, at, zeros)
        y, y_end = _digits(other, at, zeros)
        if x != y:
            return -1 if x < y else 1
        if x_end != y_end:
            return -1 if x_end < y_end else 1
        return -1 if a < b else 1
    return len(one) - len(other)


def _number_before(text: str, at: int) -> bool:
    """Whether digits that are not all zero lead up to this place."""
    while at > 0 and text[at - 1].isdecimal():
        at -= 1
        if text[at] != "0":
            return True
    return False


def _digits(text: str, at: int, led: bool) -> tuple[int, int]:
    end = at
    while end < len(text) and text[end].isdecimal():
        end += 1
    return int(("1" if led else "0") + text[at:end]), end
