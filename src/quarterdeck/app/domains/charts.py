"""Charts of releases, which only what holds them names: read behind the list, a few at a time, and kept by the holder's
UID, for what a revision was made of never changes. Nothing else of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.app.object.reach import Reaching
from quarterdeck.catalog.releases.payload import charted
from quarterdeck.model.errors import RefusedError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.objects import ReadState
from quarterdeck.model.releases import Chart
from quarterdeck.model.target import ClusterId, Key

log = structlog.get_logger(__name__)

AT_ONCE = 4
MOST_KEPT = 5000
"""Of one cluster."""
AGAIN_S = 60.0
"""After one could not be read."""
TOLD_EVERY = 12
"""Charts that came, until who looks is told; and at the end."""
Wanted = tuple[str, str, str, str]
"""UID, namespace, name and kind (a path) of what holds a release."""


class _Share:
    def commit(self) -> None:
        """What was kept of the cluster's stay before holds: a UID names one object."""

    def abort(self) -> None:
        """Nothing was begun."""


@dataclass(frozen=True)
class _Failed:
    state: ReadState
    at: float


class Charts:
    """A commit participant: what was read of a cluster goes with it. `told(key)` when more is known."""

    def __init__(self, reaching: Reaching, told: Callable[[Key], None]) -> None:
        self._reaching = reaching
        self._told = told
        self._bag = TaskBag("charts")
        self._kept: dict[Key, dict[str, Chart | _Failed]] = {}
        self._reading: dict[Key, asyncio.Task[None]] = {}
        self._wanted: dict[Key, dict[str, Wanted]] = {}
        self.version = 0

    def of(self, key: Key, uid: str) -> Chart | ReadState | None:
        """None: not read yet. A state says why it could not be."""
        found = self._kept.get(key, {}).get(uid)
        return found.state if isinstance(found, _Failed) else found

    def want(self, key: Key, secrets: Iterable[Wanted]) -> int:
        """Has those that are not known yet read; how many are on their way."""
        self._wanted[key] = {one[0]: one for one in secrets if self._unknown(key, one[0])}
        if self._wanted[key] and key not in self._reading:
            self._reading[key] = self._bag.spawn(self._read(key), f"charts of {key}")
        return len(self._wanted[key])

    def _unknown(self, key: Key, uid: str) -> bool:
        found = self._kept.get(key, {}).get(uid)
        now = asyncio.get_running_loop().time()
        return found is None or (isinstance(found, _Failed) and now - found.at > AGAIN_S)

    def prepare(self, cluster: ClusterId, key: Key, visible: object) -> _Share:
        del cluster, key, visible
        return _Share()

    def removed(self, cluster: ClusterId, key: Key) -> None:
        del cluster
        self._kept.pop(key, None)
        self._wanted.pop(key, None)
        reading = self._reading.pop(key, None)
        if reading is not None:
            reading.cancel()

    async def close(self) -> None:
        for key in tuple(self._reading):
            self.removed(ClusterId(""), key)
        await self._bag.close(2)

    async def _read(self, key: Key) -> None:
        kept = self._kept.setdefault(key, {})
        try:
            while wanted := list(self._wanted.get(key, {}).values())[:TOLD_EVERY]:
                for at in range(0, len(wanted), AT_ONCE):
                    await asyncio.gather(*(self._one(key, kept, one) for one in wanted[at : at + AT_ONCE]))
                self.version += 1
                self._told(key)
        except RefusedError:
            log.debug("charts are not read", cluster=key, reason="it was closed")
        finally:
            if self._kept.get(key) is kept:
                self._reading.pop(key, None)

    async def _one(self, key: Key, kept: dict[str, Chart | _Failed], wanted: Wanted) -> None:
        uid, namespace, name, kept_in = wanted
        reach = self._reaching.reach(key)

        async def read() -> Chart:
            raw = await reach.client.get(Resource.parse(kept_in), name, namespace=namespace)
            found = await asyncio.to_thread(charted, raw)
            return Chart(found.name or "", found.version or "", found.app_version or "")

        chart, state = await reach.tried(read)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[uid] = chart if chart is not None else _Failed(state, asyncio.get_running_loop().time())
        self._wanted.get(key, {}).pop(uid, None)
