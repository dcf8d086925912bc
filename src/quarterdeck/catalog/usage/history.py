"""What was used lately, as far as somebody looked: one ring of samples an object, in memory, gone with its cluster.

A sample is taken when the rows that are measured change, so that a list every half minute gives a quarter of an hour.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Mapping

import msgspec
import structlog

from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.stays import Stay, Stays
from quarterdeck.catalog.usage.metrics import NODE_METRICS, POD_METRICS
from quarterdeck.model.errors import InternalError, RequestError
from quarterdeck.model.kinds import NODES, PODS, Resource
from quarterdeck.model.target import Key
from quarterdeck.model.usage import UsageSeries
from quarterdeck.stores.protocol import PageQuery, Store, Value

log = structlog.get_logger(__name__)

MEASURES: Mapping[Resource, Resource] = {PODS: POD_METRICS, NODES: NODE_METRICS}
"""Whose usage is kept, and the kind that tells it."""
MOST_SAMPLES = 30
MOST_OBJECTS = 20_000
"""Of all clusters together, at half a kilobyte each; those that came first stay."""
INTERVAL_S = 15.0
"""As often as metrics-server measures by itself; what is watched may change with every object."""
CHUNK = 1000
"""Objects between two turns of the loop."""
_NUMBERS = 3
"""A sample's number, cores, bytes: an object that was not measured has an older number there."""
_EMPTY = bytes(4 * (_NUMBERS * MOST_SAMPLES + 1))
"""The last is the number of its newest sample."""
Name = tuple[str, str]
"""Namespace and name."""


class Ring:
    """The samples of one kind of one cluster. `room()`: how many more objects may be kept."""

    def __init__(self, room: Callable[[], int]) -> None:
        self._room = room
        self._times: list[float] = []
        self._number = 0
        self._objects: dict[Name, array[float]] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def begin(self, at: float) -> None:
        """A new sample, at `at` in seconds since the epoch."""
        self._number += 1
        self._times = [*self._times, at][-MOST_SAMPLES:]

    def add(self, rows: Iterable[tuple[Value, ...]]) -> None:
        """Namespace, name, cores and bytes each, of the newest sample."""
        at, room = self._number % MOST_SAMPLES * _NUMBERS, self._room()
        for namespace, name, cpu, memory in rows:
            key = (str(namespace), str(name))
            kept = self._objects.get(key)
            if kept is None:
                if room <= 0:
                    continue
                room -= 1
                kept = self._objects[key] = array("f", _EMPTY)
            kept[at], kept[at + 1], kept[at + 2] = self._number, float(cpu or 0), float(memory or 0)
            kept[-1] = self._number

    def prune(self) -> None:
        """Those that no sample is left of; now and then."""
        if self._number % MOST_SAMPLES:
            return
        oldest = self._number - MOST_SAMPLES
        gone = [key for key, kept in self._objects.items() if kept[-1] <= oldest]
        for key in gone:
            del self._objects[key]

    @property
    def times(self) -> list[int]:
        """Of each sample, the oldest first."""
        return [int(at) for at in self._times]

    def series(self, name: Name) -> UsageSeries | None:
        """As long as `times`, None where it was not measured; None for what is not kept."""
        kept = self._objects.get(name)
        if kept is None:
            return None
        cpu: list[float | None] = []
        memory: list[int | None] = []
        for number in range(self._number - len(self._times) + 1, self._number + 1):
            at = number % MOST_SAMPLES * _NUMBERS
            here = kept[at] == number
            cpu.append(round(kept[at + 1], 6) if here else None)
            memory.append(int(kept[at + 2]) if here else None)
        return UsageSeries(cpu, memory)


class _Sampled(Stay):
    def __init__(self, history: History, key: Key, store: Store) -> None:
        self.rings = {resource: Ring(history.room) for resource in MEASURES.values()}
        self.dirty = set(self.rings)
        super().__init__(store, Paced(history.bag, f"usage {key}", lambda: history.sample(key), interval=INTERVAL_S))
        self.paced.poke()

    def changed(self, resource: Resource) -> None:
        if resource in self.rings:
            self.dirty.add(resource)
            self.paced.poke()


class History(Stays[_Sampled]):
    """`now` is wall clock."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__("usage")
        self._now = now

    def begin(self, key: Key, store: Store) -> _Sampled:
        return _Sampled(self, key, store)

    def of(self, key: Key, resource: Resource) -> Ring | None:
        """Of pods or nodes; None where the cluster is not shown."""
        cluster = self.stay(key)
        return cluster.rings[MEASURES[resource]] if cluster is not None else None

    def room(self) -> int:
        return MOST_OBJECTS - sum(len(ring) for stay in self.stays() for ring in stay.rings.values())

    async def sample(self, key: Key) -> None:
        cluster = self.stay(key)
        if cluster is None:
            return
        for resource, ring in cluster.rings.items():
            status = cluster.store.status(resource)
            # What is not current is no sample of now, and what did not change is no other.
            if not (status.live and status.complete) or resource not in cluster.dirty:
                continue
            cluster.dirty.discard(resource)
            try:
                await self._read(cluster.store, resource, ring)
            except (RequestError, InternalError) as error:
                log.debug("no sample of usage", kind=resource.path, reason=error.message)

    async def _read(self, store: Store, resource: Resource, ring: Ring) -> None:
        ring.begin(self._now())
        query = PageQuery(("namespace", "name", "cpu", "memory", "uid"), order=(("uid", False),), limit=CHUNK)
        while True:
            rows = await store.page(resource, query)
            ring.add(row[:4] for row in rows)
            if len(rows) < CHUNK:
                break
            query = msgspec.structs.replace(query, after=(rows[-1][4],))
        ring.prune()
