"""Events a second, over the last seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 10


class Rate:
    """Counts per second in at most WINDOW_SECONDS buckets; `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: deque[tuple[int, int]] = deque()
        self.total = 0

    def add(self, count: int) -> None:
        self.total += count
        second = int(self._clock())
        if self._buckets and self._buckets[-1][0] == second:
            self._buckets[-1] = (second, self._buckets[-1][1] + count)
        else:
            self._buckets.append((second, count))
        self._forget(second)

    def per_second(self) -> float:
        self._forget(int(self._clock()))
        return sum(count for _, count in self._buckets) / WINDOW_SECONDS

    def _forget(self, second: int) -> None:
        while self._buckets and self._buckets[0][0] <= second - WINDOW_SECONDS:
            self._buckets.popleft()
