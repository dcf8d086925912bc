"""Open contexts that are of one server, by the UID of kube-system: both are told when it is found, and when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from quarterdeck.model.target import Key

LOOK_AFTER_S = 0.25
"""Fifty that open at once are looked at together."""


class Twins:
    """`uids` says of each open context what its server is, as far as it is known."""

    def __init__(self, uids: Callable[[], Mapping[Key, str]], told: Callable[[frozenset[Key]], None]) -> None:
        self._uids = uids
        self._told = told
        self._groups: dict[Key, frozenset[Key]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def of(self, key: Key) -> tuple[Key, ...]:
        """The others, as they are now."""
        uids = self._uids()
        uid = uids.get(key, "")
        return tuple(other for other, its in uids.items() if uid and its == uid and other != key)

    def changed(self) -> None:
        """Something was opened or closed, or told us more."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK_AFTER_S, self._look)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        by_uid: dict[str, set[Key]] = {}
        for key, uid in self._uids().items():
            by_uid.setdefault(uid, set()).add(key)
        before = self._groups
        self._groups = {
            key: frozenset(keys) for uid, keys in by_uid.items() if uid and len(keys) > 1 for key in keys
        }  # fmt: skip
        news = {key for key in before.keys() | self._groups.keys() if before.get(key) != self._groups.get(key)}
        if news:
            self._told(frozenset(news))
