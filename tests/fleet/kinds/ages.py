"""How kubectl words a span of time (apimachinery/pkg/util/duration, HumanDuration and ShortHumanDuration).

Written anew from the rules, for the judge alone: the page has its own, and both must agree with kubectl.
"""

from __future__ import annotations

import math

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


def age(seconds: float) -> str:
    """Two or three figures: `90s`, `5m30s`, `7h5m`, `3d4h`, `2y10d`. What lies more than a second ahead is invalid."""
    whole = math.trunc(seconds)
    if whole < -1:
        return "<invalid>"
    whole = max(whole, 0)
    if whole < 2 * _MINUTE:
        return f"{whole}s"
    if whole < 10 * _MINUTE:
        return _two(whole, _MINUTE, "m", 1, "s")
    if whole < 3 * _HOUR:
        return f"{whole // _MINUTE}m"
    if whole < 8 * _HOUR:
        return _two(whole, _HOUR, "h", _MINUTE, "m")
    if whole < 48 * _HOUR:
        return f"{whole // _HOUR}h"
    if whole < 8 * _DAY:
        return _two(whole, _DAY, "d", _HOUR, "h")
    if whole < 2 * _YEAR:
        return f"{whole // _DAY}d"
    if whole < 8 * _YEAR:
        return _two(whole, _YEAR, "y", _DAY, "d")
    return f"{whole // _YEAR}y"


def short_age(seconds: float) -> str:
    """One figure: `90s` is `1m`."""
    whole = math.trunc(seconds)
    if whole < -1:
        return "<invalid>"
    whole = max(whole, 0)
    steps = ((_MINUTE, 1, "s"), (_HOUR, _MINUTE, "m"), (_DAY, _HOUR, "h"), (_YEAR, _DAY, "d"))
    return next((f"{whole // unit}{letter}" for below, unit, letter in steps if whole < below), f"{whole // _YEAR}y")


def ages(since: float, first: float, last: float, *, grain: float = 0) -> set[str]:
    """All that may be read for `since` by somebody who looked between `first` and `last` (seconds since the epoch).

    `grain`: `since` was cut, and really lies up to so many seconds later.
    """
    youngest, oldest = first - since - grain, last - since
    between = range(math.ceil(youngest), math.floor(oldest) + 1)
    return {age(youngest), age(oldest), *(age(second) for second in between)}


def _two(whole: int, unit: int, letter: str, smaller: int, small_letter: str) -> str:
    rest = whole % unit // smaller
    return f"{whole // unit}{letter}{f'{rest}{small_letter}' if rest else ''}"
