"""How late the loop runs what was due: the one figure that says whether anything blocked it."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

INTERVAL_S = 0.01
"""A stall shorter than this can hide between two samples; 100 wake-ups a second cost about 0.2 % of a core."""
WINDOW_S = 300
BOUNDS_MS: tuple[float, ...] = (0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 250, 500, 1000, 2500, 5000)


class LagSampler:
    """Samples from `start` to `stop`; who starts it stops it. Holds no task, only a timer.

    `worst_ms`: each second's worst over five minutes, oldest first, the running second last.
    """

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        self._interval = interval_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._second = 0
        self._seconds: deque[float] = deque(maxlen=WINDOW_S)
        self._counts = [0] * (len(BOUNDS_MS) + 1)
        self._sum = 0.0
        self._worst = 0.0

    def start(self) -> None:
        """Twice is a mistake: RuntimeError."""
        if self._timer is not None:
            raise RuntimeError("the lag sampler already runs")
        self._loop = asyncio.get_running_loop()
        self._second = int(self._loop.time())
        self._seconds.append(0.0)
        self._schedule(self._loop)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + self._interval
        self._timer = loop.call_at(due, self._sample, loop, due)

    def _sample(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        now = loop.time()
        self._note(now, max(0.0, now - due) * 1000)
        self._schedule(loop)

    def _note(self, now: float, lag_ms: float) -> None:
        self._worst = max(self._worst, lag_ms)
        self._sum += lag_ms
        self._counts[bisect_left(BOUNDS_MS, lag_ms)] += 1
        second = int(now)
        # A stall of many seconds leaves no gap: the seconds that saw nothing get the stall's own figure.
        for _ in range(min(second - self._second, WINDOW_S)):
            self._seconds.append(lag_ms if lag_ms > 1000 else 0.0)
        self._second = second
        if lag_ms > self._seconds[-1]:
            self._seconds[-1] = lag_ms

    @property
    def last_ms(self) -> float:
        """The worst of the running second and the one before: what a status bar shows."""
        return max(list(self._seconds)[-2:], default=0.0)

    @property
    def worst_ms(self) -> Sequence[float]:
        return tuple(self._seconds)

    @property
    def worst_ever_ms(self) -> float:
        return self._worst

    @property
    def count(self) -> int:
        return sum(self._counts)

    @property
    def sum_ms(self) -> float:
        return self._sum

    def histogram(self) -> tuple[tuple[float, int], ...]:
        """(upper bound in ms, how many samples up to it), cumulative as Prometheus has it; the last bound is inf."""
        total = 0
        rows: list[tuple[float, int]] = []
        for bound, count in zip((*BOUNDS_MS, float("inf")), self._counts, strict=True):
            total += count
            rows.append((bound, total))
        return tuple(rows)

    def percentile(self, share: float) -> float:
        """Upper bound of the bucket that holds it, never above the worst seen; `share` in 0..1."""
        rows = self.histogram()
        total = rows[-1][1]
        for bound, count in rows:
            if total and count >= share * total:
                return min(bound, self._worst)
        return 0.0
