"""Kubernetes quantities (apimachinery/pkg/api/resource: decimal and binary suffixes, or an exponent) as numbers."""

from __future__ import annotations

import math
import re

_FORM = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+))([eE][+-]?\d{1,3}|[numkMGTPE]|[KMGTPE]i)?$", re.ASCII)
_SUFFIXES = {
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "E": 1e18,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
    "Ei": 2**60,
}
_BINARY = (("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40))
_MOST = 2.0**62
"""Larger ones are cut to this, so that they fit a column."""


def is_quantity(text: str) -> bool:
    return _FORM.match(text) is not None


def quantity(text: str | int | float | None) -> float:
    """`250m` is 0.25, `1Gi` 1073741824. 0 for what is missing or is no quantity."""
    if text is None:
        return 0.0
    found = _FORM.match(str(text))
    if found is None:
        return 0.0
    number, suffix = found.groups()
    value = float(number + suffix) if suffix and suffix[0] in "eE" and len(suffix) > 1 else float(number)
    if suffix in _SUFFIXES:
        value *= _SUFFIXES[suffix]
    return max(-_MOST, min(_MOST, value)) if math.isfinite(value) else 0.0


def as_quantity(value: float) -> str:
    """The shortest that `quantity` reads as the same: `750m`, `1Gi`, `42`."""
    ways = [f"{value / 2**power:g}{suffix}" for suffix, power in _BINARY if value and abs(value) >= 2**power]
    ways += [f"{value:.0f}", f"{value * 1000:.0f}m"]
    return min((way for way in ways if quantity(way) == value), key=len, default=repr(value))
