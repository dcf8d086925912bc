"""Time in a fleet follows the event loop's clock, so that a test's virtual clock moves it too."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from functools import lru_cache


class Clock:
    """`epoch`: seconds since 1970 at the moment of creation; None takes the machine's."""

    def __init__(self, epoch: float | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._offset = (time.time() if epoch is None else epoch) - self._loop.time()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._loop.time() + self._offset


def stamp(seconds: float) -> str:
    """RFC 3339 in UTC to the second, as metav1.Time is written."""
    return _stamp(int(seconds))


@lru_cache(maxsize=65536)
def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_stamp(text: str) -> float:
    """Raises ValueError."""
    return datetime.fromisoformat(text).timestamp()


def human_duration(seconds: float) -> str:
    """As kubectl prints an age (apimachinery pkg/util/duration HumanDuration)."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    whole = max(whole, 0)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return f"{minutes}m{whole % 60}s" if whole % 60 else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    if days < 365 * 2:
        return f"{days}d"
    if days < 365 * 8:
        return f"{days // 365}y{days % 365}d" if days % 365 else f"{days // 365}y"
    return f"{days // 365}y"
