"""Where within a half typed label selector the cursor is: at a label's key, or at one of its values."""

from __future__ import annotations

import re

import msgspec

_KEY = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
_AT_KEY = re.compile(r"\s*!?\s*([-A-Za-z0-9_./]*)")
_AT_VALUE = re.compile(rf"\s*({_KEY})\s*(?:==|!=|=)\s*([-A-Za-z0-9_.*]*)")
_AT_LISTED = re.compile(rf"\s*({_KEY})\s+(?:not)?in\s*\(\s*(?:[-A-Za-z0-9_.]*\s*,\s*)*([-A-Za-z0-9_.]*)")
_OF_KEY = re.compile(r"[-A-Za-z0-9_./]*")
_OF_VALUE = re.compile(r"[-A-Za-z0-9_.*]*")


class LabelPlace(msgspec.Struct, frozen=True):
    """`head` and `tail` stand around what is replaced. `key` is the label whose value is typed; "" at a key."""

    head: str
    typed: str
    tail: str
    key: str = ""


def label_place(typed: str, tail: str) -> LabelPlace | None:
    """None where neither belongs."""
    begun = _last_requirement(typed)
    requirement = typed[begun:]
    for pattern in (_AT_VALUE, _AT_LISTED):
        found = pattern.fullmatch(requirement)
        if found is not None:
            left = _OF_VALUE.sub("", tail, count=1)
            if pattern is _AT_LISTED and ")" not in left:
                left = f"){left}"
            return LabelPlace(typed[: begun + found.start(2)], found.group(2), left, found.group(1))
    found = _AT_KEY.fullmatch(requirement)
    if found is None:
        return None
    return LabelPlace(typed[: begun + found.start(1)], found.group(1), _OF_KEY.sub("", tail, count=1))


def _last_requirement(typed: str) -> int:
    depth = start = 0
    for index, character in enumerate(typed):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            start = index + 1
    return start
