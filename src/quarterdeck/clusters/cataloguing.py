"""Reads names and labels of the kinds that nobody looks at, so that a search finds their objects: slowly, one kind
after another, and only while no cluster is being opened.

No watch is kept: each kind is listed again every RELIST_SECONDS, and much sooner while somebody searches, the sooner
the less its list takes; how old what was found may be, the search says. A kind that may not be listed across the
cluster is read in the namespaces in which it may be; where it may be in none it is noted as such and asked for again
rarely, and where one after another is refused, the rest is not tried. The rows are written by a reflector, as all are.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.heads import head_kind
from quarterdeck.catalog.nav import nav
from quarterdeck.clusters.by_namespace import Asked
from quarterdeck.clusters.calm import Calm
from quarterdeck.clusters.heads_lister import CUT, HeadsLister
from quarterdeck.clusters.namespaces import Namespaces, Narrowed
from quarterdeck.clusters.reflector import Reflector
from quarterdeck.clusters.reflector_state import AuthWait, Forbidden, Live, Lost, ReflectorState, Unserved
from quarterdeck.clusters.served import Served
from quarterdeck.model.kinds import EVENTS, ApiResource, Resource
from quarterdeck.stores.protocol import HeadStatus, RowWriter, Store

log = structlog.get_logger(__name__)

RELIST_SECONDS = 600.0
JITTER = 0.2
"""Of that, either way, so that clusters opened together do not list together."""
SOUGHT_RELIST_SECONDS = 10.0
SOUGHT_SHARE = 10.0
"""While somebody searches: not before so many times what the last list of the kind took."""
SOUGHT_SECONDS = 30.0
"""So long after a search somebody still searches: a page that shows its answer asks again every two seconds."""
REFUSED_SECONDS = 3600.0
FAILED_SECONDS = 120.0
REFUSED_IN_A_ROW = 8
"""Then nothing else is tried until the first of them is due again: who may read nothing is not told so a hundred
times."""
NOT_BY_NAME = frozenset(
    {
        EVENTS,
        Resource("events.k8s.io", "v1", "events"),
        Resource("", "v1", "endpoints"),
        Resource("", "v1", "componentstatuses"),
    }
)
"""Events are called after what they are about, and a number. The others are deprecated: to ask for them would make the
server say that they are in use; endpoints are called as their services are."""


class Told(msgspec.Struct, frozen=True):
    """How the last list of a kind ended, and when it is due again (wall clock). `state`: read, partly (only
    in some namespaces), cut (the budget did not hold it whole), refused, gone, failed. `sought`: when it is due while
    somebody searches."""

    state: str
    due: float
    sought: float = math.inf

    def when(self, *, sought: bool) -> float:
        return min(self.due, self.sought) if sought else self.due


HAS_ROWS = ("read", "partly", "cut")
"""Of Told.state."""


@dataclass(frozen=True)
class CatalogGround:
    """What it stands on. `make` gives a reflector of a kind that reads from a lister and writes by a permit. `live`: a
    kind whose rows are read whole; `reads`: one of these may be. `budget`: objects that are kept at most. `jitter`
    gives 0 to 1."""

    client: Asked
    namespaces: Namespaces
    served: Served
    own: Mapping[Resource, Any]
    store: Callable[[], Store | None]
    make: Callable[..., Reflector[Any]]
    permit: Callable[[], Awaitable[RowWriter]]
    live: Callable[[Resource], bool]
    reads: Callable[[], bool]
    calm: Calm
    budget: int
    now: Callable[[], float]
    jitter: Callable[[], float]


@dataclass
class Cataloguing:
    """`run` until cancelled."""

    ground: CatalogGround
    bag: TaskBag
    told: dict[Resource, Told] = field(default_factory=dict[Resource, Told])
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _resting: bool = False
    _sought_until: float = 0.0

    def served_changed(self) -> None:
        """Kinds came or went."""
        self._news.set()

    def sought(self) -> None:
        """Somebody searches: what was read long ago is read again."""
        now = self.ground.now()
        if now >= self._sought_until:
            self._news.set()
        self._sought_until = now + SOUGHT_SECONDS

    def wake(self) -> None:
        """Rights may have changed: what was refused is tried again."""
        self.told = {resource: told for resource, told in self.told.items() if told.state in HAS_ROWS}
        self.ground.namespaces.forget()
        self._news.set()

    def standing(self, resource: Resource) -> str:
        """As Told.state; `unread` where it was not its turn yet. What is not tried, after so many refusals, counts as
        refused."""
        told = self.told.get(resource)
        given_up = self._resting and not self.ground.live(resource)
        return told.state if told is not None else "refused" if given_up else "unread"

    async def run(self) -> None:
        if self.ground.budget <= 0:
            return
        await self.ground.served.asked.wait()
        self._recall()
        while True:
            self._news.clear()
            await self.ground.calm.wait()
            ground = self.ground
            now = ground.now()
            sought = now < self._sought_until
            kind, due = next_kind(self._kinds(), self.told, ground.live, now, reads=ground.reads(), sought=sought)
            self._resting = kind is None
            if kind is None:
                await self._rest(due)
            else:
                await self._read(kind)

    def _recall(self) -> None:
        """What an earlier stay read is due when it would have been."""
        for status in self._kept():
            if status.read_at is not None:
                state = "cut" if status.left_out == CUT else "partly" if status.left_out else "read"
                self.told[status.resource] = self._read_at(state, status.read_at, 0.0)

    def _kinds(self) -> list[ApiResource]:
        discovery = self.ground.served.discovery
        groups = nav(discovery.resources, self.ground.own) if discovery is not None else ()
        kinds = [kind.served for group in groups for kind in group.kinds if kind.served.resource not in NOT_BY_NAME]
        there = {kind.resource for kind in kinds}
        # What is no longer served is asked for once more: the answer drops its rows.
        gone = [status.resource for status in self._kept() if status.rows and status.resource not in there]
        return [*kinds, *(ApiResource(resource, resource.resource, True) for resource in gone)]

    async def _rest(self, due: float | None) -> None:
        seconds = None if due is None else max(1.0, due - self.ground.now())
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _read(self, served: ApiResource) -> None:
        """One list, to its end."""
        ground, resource = self.ground, served.resource
        room = ground.budget - sum(s.rows for s in self._kept() if s.resource != resource)
        if room <= 0:
            self.told[resource] = Told("cut", ground.now() + self._period())
            return
        began = ground.now()
        lister = HeadsLister(
            ground.client, ground.calm, room, Narrowed(ground.namespaces) if served.namespaced else None
        )
        ended: asyncio.Future[ReflectorState] = asyncio.get_running_loop().create_future()

        def told(state: ReflectorState) -> None:
            if isinstance(state, Live | Forbidden | Lost | AuthWait | Unserved) and not ended.done():
                ended.set_result(state)

        reflector = ground.make(head_kind(served), lister=lister, permit=self._permit, told=told)
        reading = self.bag.spawn(reflector.run(), f"heads {resource.path}")
        try:
            await asyncio.wait({ended, reading}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
            await asyncio.wait({reading})
        if ended.done():
            self.told[resource] = self._after(ended.result(), ground.now() - began, cut=lister.cut)
        else:
            await asyncio.Event().wait()  # its lease is another's: this runtime is about to be torn down

    def _after(self, state: ReflectorState, took: float, *, cut: bool) -> Told:
        now = self.ground.now()
        match state:
            case Live(left_out=left_out):
                return self._read_at("cut" if cut else "partly" if left_out else "read", now, took)
            case Forbidden():
                return Told("refused", now + REFUSED_SECONDS)
            case Unserved():
                return Told("gone", now + REFUSED_SECONDS)
            case _:
                return Told("failed", now + FAILED_SECONDS)

    def _read_at(self, state: str, at: float, took: float) -> Told:
        return Told(state, at + self._period(), at + max(SOUGHT_RELIST_SECONDS, SOUGHT_SHARE * took))

    def _kept(self) -> Iterable[HeadStatus]:
        store = self.ground.store()
        return store.heads().values() if store is not None else ()

    def _period(self) -> float:
        return RELIST_SECONDS * (1 + JITTER * (2 * self.ground.jitter() - 1))

    async def _permit(self) -> RowWriter:
        return (await self.ground.permit()).heads()


def next_kind(
    kinds: Iterable[ApiResource],
    told: Mapping[Resource, Told],
    live: Callable[[Resource], bool],
    now: float,
    *,
    reads: bool = False,
    sought: bool = False,
) -> tuple[ApiResource | None, float | None]:
    """What to read now; else None and when something is due, None for nothing. What was never read comes first, in the
    order of `kinds`, then what waited longest. `sought`: somebody searches."""
    wanted = [kind for kind in kinds if not live(kind.resource)]
    refused = [found for kind in wanted if (found := told.get(kind.resource)) is not None and found.state == "refused"]
    allowed = reads or any(found.state in HAS_ROWS for found in told.values())
    if len(refused) >= REFUSED_IN_A_ROW and not allowed and (due := min(found.due for found in refused)) > now:
        return None, due
    unread = next((kind for kind in wanted if kind.resource not in told), None)
    if unread is not None:
        return unread, None
    if not wanted:
        return None, None
    due, first = min(((told[kind.resource].when(sought=sought), kind) for kind in wanted), key=lambda pair: pair[0])
    return (first, None) if due <= now else (None, due)
