"""Tab order and the active tab: they live here, are written behind, and two windows agree on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from quarterdeck.api.wire import Tabs
from quarterdeck.app.session import Session
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.selection.coordinator import Coordinator


class TabOrder:
    """Every open cluster has a tab: new ones at the end, closed ones gone. `told` after each change."""

    def __init__(self, session: Session, selection: Coordinator, told: Callable[[], None]) -> None:
        self._session = session
        self._selection = selection
        self._told = told
        self._version = 0
        self._held: tuple[Key, ...] = ()

    @property
    def now(self) -> Tabs:
        saved = self._session.saved
        return Tabs(list(saved.tabs), saved.active, self._version)

    def put(self, order: Sequence[Key], active: Key | None) -> Tabs:
        """What a window wishes; keys that are not open are left out."""
        wished = list(dict.fromkeys(order))
        return self._set(wished, active, self._selection.selected)

    def hold(self, keys: Sequence[Key]) -> None:
        """Tabs of clusters that are about to be opened again stay where they were; until the next call."""
        self._held = tuple(keys)

    def follow(self, selected: Sequence[ClusterId]) -> None:
        saved = self._session.saved
        self._set(list(saved.tabs), saved.active, selected)

    def _set(self, order: Sequence[str], active: str | None, selected: Sequence[ClusterId]) -> Tabs:
        there = list(dict.fromkeys((*(key_of(c) for c in selected), *self._held)))
        tabs = tuple(k for k in order if k in there)
        tabs += tuple(k for k in there if k not in tabs)
        active = active if active in tabs else None
        saved = self._session.saved
        if (tabs, active) != (saved.tabs, saved.active):
            self._session.put(tabs=tabs, active=active)
            self._version += 1
            self._told()
        return self.now
