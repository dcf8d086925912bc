"""Tab order, merged tabs and the active tab: they live here, are written behind, and two windows agree on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from quarterdeck.api.wire import Tabs
from quarterdeck.app.session import Session
from quarterdeck.model.target import ClusterId, Key, key_of
from quarterdeck.selection.coordinator import Coordinator


class Strip(NamedTuple):
    """`merged`: clusters that share one tab, which stand side by side in `order`; each in one of them at most, and two
    or more in each."""

    order: tuple[str, ...]
    merged: tuple[tuple[str, ...], ...]
    active: str | None


def arranged(order: Iterable[str], merged: Iterable[Iterable[str]], active: str | None, there: Iterable[str]) -> Strip:
    """The strip that was wished for, of those that are `there`: new ones at the end, others gone. A merged tab stands
    where the first of its clusters does, and comes apart when only one is left."""
    open_ = dict.fromkeys(there)
    wished = list(dict.fromkeys(key for key in order if key in open_))
    wished += [key for key in open_ if key not in wished]
    together: dict[str, tuple[str, ...]] = {}
    groups: list[tuple[str, ...]] = []
    for group in merged:
        members = tuple(dict.fromkeys(key for key in group if key in open_ and key not in together))
        if len(members) > 1:
            groups.append(members)
            together |= dict.fromkeys(members, members)
    tabs = tuple(dict.fromkeys(member for key in wished for member in together.get(key, (key,))))
    return Strip(tabs, tuple(groups), active if active in open_ else None)


class TabOrder:
    """Every open cluster has a tab, or a part in one: new ones at the end, closed ones gone. `told` after each."""

    def __init__(self, session: Session, selection: Coordinator, told: Callable[[], None]) -> None:
        self._session = session
        self._selection = selection
        self._told = told
        self._version = 0
        self._held: tuple[Key, ...] = ()

    @property
    def now(self) -> Tabs:
        saved = self._session.saved
        return Tabs(list(saved.tabs), saved.active, self._version, [list(group) for group in saved.merged])

    def put(self, order: Sequence[Key], active: Key | None, merged: Sequence[Sequence[Key]] | None = None) -> Tabs:
        """What a window wishes; keys that are not open are left out. Without `merged`, what is merged stays so."""
        groups = self._session.saved.merged if merged is None else merged
        return self._set(order, groups, active, self._selection.selected)

    def hold(self, keys: Sequence[Key]) -> None:
        """Tabs of clusters that are about to be opened again stay where they were; until the next call."""
        self._held = tuple(keys)

    def follow(self, selected: Sequence[ClusterId]) -> None:
        saved = self._session.saved
        self._set(saved.tabs, saved.merged, saved.active, selected)

    def _set(
        self,
        order: Sequence[str],
        merged: Sequence[Sequence[str]],
        active: str | None,
        selected: Sequence[ClusterId],
    ) -> Tabs:
        strip = arranged(order, merged, active, (*(key_of(c) for c in selected), *self._held))
        saved = self._session.saved
        if strip != (saved.tabs, saved.merged, saved.active):
            self._session.put(tabs=strip.order, merged=strip.merged, active=strip.active)
            self._version += 1
            self._told()
        return self.now
