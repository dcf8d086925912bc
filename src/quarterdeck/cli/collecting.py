"""The garbage collector's walk through everything, once clusters were closed and the console is calm.

What a closed cluster leaves in cycles has grown old, and the collector is kept from walking through what is old while
clusters open (cli/loop.py): beside fifty of them that holds the loop for 60 ms and more.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager

from quarterdeck.model.states import Closing, Connecting
from quarterdeck.selection.protocol import News, Selection

CALM_SECONDS = 10.0


@contextmanager
def collecting(selection: Selection, collect: Callable[[], object] = gc.collect) -> Generator[None]:
    """`collect` is called CALM_SECONDS after a cluster was closed, later where some still open or close."""
    due = _Due(selection, collect)
    stop = selection.subscribe(due.heard)
    try:
        yield
    finally:
        stop()
        due.cancel()


class _Due:
    def __init__(self, selection: Selection, collect: Callable[[], object]) -> None:
        self._selection = selection
        self._collect = collect
        self._selected = frozenset(selection.selected)
        self._timer: asyncio.TimerHandle | None = None

    def heard(self, news: News) -> None:
        del news
        before, self._selected = self._selected, frozenset(self._selection.selected)
        if before - self._selected and self._timer is None:
            self._wait()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(CALM_SECONDS, self._act)

    def _act(self) -> None:
        self._timer = None
        if any(isinstance(status.state, Connecting | Closing) for status in self._selection.statuses()):
            self._wait()
        else:
            self._collect()
