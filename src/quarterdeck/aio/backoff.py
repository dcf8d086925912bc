"""Waits between tries: doubling, bounded, jittered so that many clusters never knock in step."""

from __future__ import annotations

import random


class Backoff:
    """`next()` gives the wait in seconds: from `first`, doubled each time to at most `most`, times 0.5 to 1."""

    def __init__(self, first: float, most: float, rng: random.Random) -> None:
        self._first = first
        self._most = most
        self._rng = rng
        self._tries = 0

    def next(self) -> float:
        whole = min(self._most, self._first * 2.0 ** min(self._tries, 32))
        self._tries += 1
        return whole * (0.5 + self._rng.random() / 2)

    def reset(self) -> None:
        self._tries = 0
