"""What stands below the runtimes in the simulator: a client, a credential source and a store, all of the World."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec

from quarterdeck.catalog.kinds import KindSpec, Meta
from quarterdeck.kubeclient.lifetimes import Lifetimes
from quarterdeck.kubeclient.protocol import ClientStats, Definition, EventType, ListPage, Watch, WatchEvent
from quarterdeck.model.credentials import Credential, CredentialState
from quarterdeck.model.errors import AuthError, ConnectError
from quarterdeck.model.kinds import NAMESPACES, PODS, Column, ColumnType, Discovery, Resource, ServerVersion
from quarterdeck.model.target import ClusterId, Target
from quarterdeck.stores.protocol import (
    Condition,
    Derivation,
    First,
    FoundObject,
    Frozen,
    Groups,
    GroupsQuery,
    HeadsQuery,
    HeadStatus,
    KindStatus,
    PageQuery,
    Row,
    SearchQuery,
    SelectQuery,
    Tally,
    TallyQuery,
    Value,
)
from tests.simulation.world import SimCluster, Violation, World

T = TypeVar("T")


class Thing(msgspec.Struct):
    metadata: Meta


def project(thing: Thing) -> Row:
    return {"uid": thing.metadata.uid, "namespace": "", "name": thing.metadata.name, "created": 0}


COLUMNS = tuple(Column(n, ColumnType.TEXT) for n in ("uid", "namespace", "name", "created"))
KINDS: tuple[KindSpec[Any], ...] = tuple(
    KindSpec(r, r.resource, r.resource, True, COLUMNS, Thing, project, ("name",))  # type: ignore[arg-type]
    for r in (PODS, NAMESPACES)
)


class SimSource:
    """Credentials of one opening; logged in or not as the world says. Once refused, it says every few seconds that
    another try is worth it, as the broker does after its back-off."""

    def __init__(self, world: World, cluster: SimCluster, name: str) -> None:
        self._world = world
        self._cluster = cluster
        self._name = name
        self._closed = False
        self._state = CredentialState.UNKNOWN
        self._listeners: list[Callable[[CredentialState], None]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def get(self) -> Credential:
        await self._world.delay(self._cluster)
        if not self._cluster.logged_in:
            self.refused()
            raise AuthError("expired", "The login has expired.")
        return Credential(1)

    def refused(self) -> None:
        if not self._closed and self._state is not CredentialState.INVALID:
            self._state = CredentialState.INVALID
            self._timer = asyncio.get_running_loop().call_later(self._world.rng.choice((1, 5)), self._recover)

    def _recover(self) -> None:
        self._state = CredentialState.RECOVERING
        for listener in tuple(self._listeners):
            listener(self._state)

    def reject(self, credential: Credential) -> None:
        del credential

    def accept(self, credential: Credential) -> None:
        del credential

    @property
    def state(self) -> CredentialState:
        return self._state

    @property
    def waiting_for_person(self) -> str:
        return ""

    @property
    def queued(self) -> bool:
        return False

    def subscribe(self, listener: Callable[[CredentialState], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed:
            self._closed = True
            self._world.closed.append(f"credentials {self._name}")


class SimClient:
    """Implements ClusterClient. Knows which cluster and identity it was made for: its rows carry both."""

    serial = 0

    def __init__(self, world: World, target: Target, source: SimSource) -> None:
        SimClient.serial += 1
        self._world = world
        self._cluster = world.clusters[target.id]
        self._target = target
        self._source = source
        self._key = (target.id, SimClient.serial)
        self.name = f"{target.id}#{SimClient.serial}"
        self._closed = False
        world.open_clients.add(self._key)
        world.requests[self._key] = 0

    @asynccontextmanager
    async def _request(self, stage: str) -> AsyncGenerator[None]:
        if self._closed:
            raise ConnectError("closed", "The client was closed.")
        self._world.requests[self._key] += 1
        try:
            try:
                await self._world.step(self._cluster, stage)
            except AuthError:
                self._source.refused()
                raise
            yield
        finally:
            self._world.requests[self._key] -= 1

    async def resolve(self) -> None:
        async with self._request("resolve"):
            return

    async def credential(self) -> Credential:
        return await self._source.get()

    async def connect(self) -> None:
        async with self._request("connect"):
            return

    async def version(self) -> ServerVersion:
        async with self._request("ask"):
            return ServerVersion("v1.37.2")

    async def discover(self) -> Discovery:
        async with self._request("ask"):
            return Discovery(())

    async def ping(self) -> float:
        async with self._request("ping"):
            return 0.001

    async def uid(self) -> str:
        async with self._request("ask"):
            return f"uid-{self._target.id}"

    async def columns(self, resource: Resource, *, namespace: str = "") -> tuple[Definition, ...]:
        del resource, namespace
        async with self._request("columns"):
            return (Definition("Name", format="name"), Definition("Size", "integer"), Definition("Age"))

    async def get(self, resource: Resource, name: str, *, namespace: str = "", head: bool = False) -> bytes:
        del resource, name, namespace, head
        async with self._request("ask"):
            return b"{}"

    async def samples(self, metric: str) -> list[dict[str, str]]:
        del metric
        async with self._request("ask"):
            return []

    async def list_page(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        namespace: str = "",
        limit: int = 500,
        continue_token: str = "",
        params: Mapping[str, str] | None = None,
    ) -> ListPage[T]:
        del namespace, limit, continue_token, params
        async with self._request("list"):
            return ListPage([self._thing(decoder, resource, n) for n in range(self._cluster.rows)], "1")

    @asynccontextmanager
    async def watch(
        self,
        resource: Resource,
        decoder: type[T],
        *,
        namespace: str = "",
        resource_version: str = "",
        initial_events: bool = False,
        params: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[Watch[T]]:
        del namespace, params
        async with self._request("list" if initial_events else "watch"):
            yield SimWatch(self._events(resource, decoder, resource_version, initial_events))

    async def _events(
        self, resource: Resource, decoder: type[T], resource_version: str, initial: bool
    ) -> AsyncGenerator[list[WatchEvent[T]]]:
        cluster, world = self._cluster, self._world
        if initial:
            for number in range(cluster.rows):
                if world.rng.random() < 0.3:
                    await world.step(cluster, "stream")
                yield [WatchEvent(EventType.ADDED, self._thing(decoder, resource, number), "1")]
            await world.step(cluster, "stream")
            yield [WatchEvent(EventType.BOOKMARK, None, "2", initial_events_end=True)]
        while True:
            await asyncio.sleep(world.rng.choice((1.0, 5.0, 20.0)))
            if cluster.fault in ("cut_watch", "refused", "reset"):
                raise ConnectError("cut", "The watch was cut.")
            if not cluster.logged_in:
                self._source.refused()
                raise AuthError("refused", "The credentials were refused.")
            if cluster.fault == "hang":
                await world.step(cluster, "stream")
            number = world.rng.randrange(max(1, cluster.rows))
            yield [WatchEvent(EventType.MODIFIED, self._thing(decoder, resource, number), "3")]

    def _thing(self, decoder: type[T], resource: Resource, number: int) -> T:
        owner = f"{self._target.id}/{self._target.auth.token}"
        return decoder(Meta(name=f"{resource.resource}-{number}", uid=f"{owner}/{resource.resource}/{number}"))  # type: ignore[call-arg]

    def lifetimes(self) -> Lifetimes:
        return Lifetimes()

    def stats(self) -> ClientStats:
        return ClientStats()

    def subscribe_wire(self, listener: Callable[[str], None]) -> Callable[[], None]:
        del listener
        return lambda: None

    async def close(self) -> None:
        self._closed = True
        if self._world.stubborn and self._world.rng.random() < 0.2:
            await asyncio.sleep(self._world.rng.choice((0.2, 3.0)))
        if self._key in self._world.open_clients:
            self._world.open_clients.discard(self._key)
            self._world.closed.append(f"client {self.name}")


class SimWatch:
    def __init__(self, events: AsyncGenerator[list[Any]]) -> None:
        self._events = events

    def __aiter__(self) -> AsyncIterator[list[Any]]:
        return self._events


class SimStore:
    """Rows in memory; refuses to hold a row of another cluster or identity: that is a violation."""

    def __init__(self, target: Target) -> None:
        self._owner = f"{target.id}/{target.auth.token}/"
        self.cluster: ClusterId = target.id
        self.rows: dict[Resource, dict[str, Row]] = {}
        self.kept: dict[Resource, tuple[Column, ...]] = {kind.resource: COLUMNS for kind in KINDS}
        self._fresh: dict[Resource, set[str]] = {}
        self.staled: list[Resource] = []
        self.newest = 0
        self.closed = False

    def lease(self, epoch: int) -> SimWriter:
        if epoch <= self.newest:
            raise Violation(f"{self.cluster}: lease of epoch {epoch} after {self.newest}")
        self.newest = epoch
        return SimWriter(self, epoch)

    def status(self, resource: Resource) -> KindStatus:
        return KindStatus(resource, len(self.rows.get(resource, {})))

    def columns(self, resource: Resource) -> tuple[Column, ...]:
        return self.kept.get(resource, ())

    def resources(self) -> tuple[Resource, ...]:
        return tuple(self.kept)

    def keep(self, resource: Resource, columns: Sequence[Column]) -> None:
        if self.kept.get(resource, ()) != tuple(columns):
            self.rows.pop(resource, None)
        self.kept[resource] = tuple(columns)

    def put(self, resource: Resource, rows: Sequence[Row]) -> None:
        for row in rows:
            if not str(row["uid"]).startswith(self._owner):
                raise Violation(f"{self.cluster}: a row of {row['uid']}")
            self.rows.setdefault(resource, {})[str(row["uid"])] = row
            self._fresh.setdefault(resource, set()).add(str(row["uid"]))

    def begin(self, resource: Resource) -> None:
        self._fresh[resource] = set()

    def finish(self, resource: Resource) -> None:
        fresh = self._fresh.get(resource, set())
        self.rows[resource] = {u: r for u, r in self.rows.get(resource, {}).items() if u in fresh}

    def drop(self, resource: Resource, uids: Sequence[str]) -> None:
        for uid in uids:
            self.rows.get(resource, {}).pop(uid, None)

    def subscribe(self, listener: Callable[[Resource], None]) -> Callable[[], None]:
        del listener
        return lambda: None

    async def page(self, resource: Resource, query: PageQuery) -> list[tuple[Value, ...]]:
        return [tuple(row[c] for c in query.columns) for row in self.rows.get(resource, {}).values()]

    async def freeze(self, resource: Resource, query: PageQuery) -> Frozen:
        raise NotImplementedError  # nothing is exported here

    async def search(self, queries: Mapping[Resource, SearchQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        return [
            (resource, FoundObject(str(row["uid"]), "", str(row["name"]), 0, 0))
            for resource in queries
            for row in list(self.rows.get(resource, {}).values())[:limit]
        ]

    def heads(self) -> Mapping[Resource, HeadStatus]:
        return {}

    async def search_heads(self, queries: Sequence[HeadsQuery], limit: int) -> list[tuple[Resource, FoundObject]]:
        return []

    async def tally(self, resource: Resource, query: TallyQuery) -> Tally:
        return Tally((), False)

    async def groups(self, resource: Resource, queries: Sequence[GroupsQuery]) -> list[Groups]:
        rows = self.rows.get(resource, {})
        return [Groups(tuple((1, 0) for _ in list(rows)[: query.limit]), len(rows), len(rows)) for query in queries]

    async def select(self, resource: Resource, queries: Sequence[SelectQuery]) -> list[list[tuple[Value, ...]]]:
        raise NotImplementedError  # nobody asks while clusters are opened and closed

    async def count(
        self,
        resource: Resource,
        where: str = "",
        params: tuple[Value, ...] = (),
        absent: tuple[str, ...] = (),
        derived: tuple[Derivation, ...] = (),
        first: First | None = None,
        among: tuple[Condition, ...] | None = None,
    ) -> int:
        return len(self.rows.get(resource, {}))

    async def aggregate(
        self, resource: Resource, expressions: tuple[str, ...], where: str = "", params: tuple[Value, ...] = ()
    ) -> tuple[Value, ...]:
        return (len(self.rows.get(resource, {})),)

    async def verify(self, uid: str) -> bool:
        return uid == f"uid-{self.cluster}"

    async def close(self) -> None:
        self.closed = True


class SimWriter:
    def __init__(self, store: SimStore, epoch: int) -> None:
        self._store = store
        self._epoch = epoch

    async def _may(self) -> bool:
        await asyncio.sleep(0)
        return self._store.newest == self._epoch and not self._store.closed

    async def keep(self, resource: Resource, columns: Sequence[Column]) -> bool:
        if ok := await self._may():
            self._store.keep(resource, columns)
        return ok

    async def begin(self, resource: Resource) -> bool:
        if ok := await self._may():
            self._store.begin(resource)
        return ok

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool:
        if ok := await self._may():
            self._store.put(resource, rows)
        return ok

    async def delete(self, resource: Resource, uids: Sequence[str]) -> bool:
        if ok := await self._may():
            self._store.drop(resource, uids)
        return ok

    async def finish(self, resource: Resource, resource_version: str, left_out: str = "") -> bool:
        if ok := await self._may():
            self._store.finish(resource)
        return ok

    async def touch(self, resource: Resource, resource_version: str) -> bool:
        return await self._may()

    async def stale(self, resource: Resource) -> bool:
        if ok := await self._may():
            self._store.staled.append(resource)
        return ok

    def heads(self) -> SimWriter:
        raise NotImplementedError  # the catalog is off
