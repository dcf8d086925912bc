"""Where listing across the cluster is forbidden, rows come from the namespaces that may be read, and from no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from quarterdeck.catalog.kinds import Decoded, Meta
from quarterdeck.clusters.by_namespace import MOST_FOLLOWED, RECOUNT, ByNamespace
from quarterdeck.clusters.namespaces import Namespaces, preferred
from quarterdeck.clusters.reflector_state import Forbidden, Live
from quarterdeck.kubeclient.protocol import ClusterClient, EventType, ListPage, WatchEvent
from quarterdeck.model.errors import ConnectError, ForbiddenError, GoneError, ServerError
from quarterdeck.model.kinds import NAMESPACES, Resource
from quarterdeck.model.target import ClusterId, Source, Target, key_of
from tests.unit.reflector.fakes import KIND, Bench, Event, passes, running

pytestmark = pytest.mark.anyio

THINGS = replace(KIND, resource=Resource("example.com", "v1", "things"))


class Watching:
    def __init__(self) -> None:
        self.news: asyncio.Queue[list[Event] | Exception | None] = asyncio.Queue()

    def __aiter__(self) -> AsyncIterator[list[Event]]:
        return self

    async def __anext__(self) -> list[Event]:
        batch = await self.news.get()
        if batch is None:
            raise StopAsyncIteration
        if isinstance(batch, Exception):
            raise batch
        return batch


class Guarded:
    """A server that holds objects by namespace, and lets us read only `readable` (`""`: across the cluster)."""

    def __init__(self, objects: Mapping[str, list[str]], readable: set[str], *, streams: bool = True) -> None:
        self.objects = {name: list(names) for name, names in objects.items()}
        self.readable = readable
        self.names_listed = True
        self.streams = streams
        self.version = 10
        self.watches: dict[str, Watching] = {}
        self.places: list[tuple[str, str]] = []
        self.note = ""

    @property
    def open(self) -> int:
        return len(self.watches)

    def _may(self, namespace: str) -> None:
        if namespace not in self.readable:
            raise ForbiddenError("forbidden", f"pods is forbidden in {namespace or 'the cluster'}.")

    def _things(self, namespace: str) -> list[Decoded]:
        where = [namespace] if namespace else sorted(self.objects)
        return [Decoded(Meta(name=n, uid=f"{w}/{n}")) for w in where for n in self.objects.get(w, [])]

    async def list_page(
        self,
        resource: Resource,
        decoder: type[Any],
        *,
        namespace: str = "",
        limit: int = 500,
        continue_token: str = "",
        params: Mapping[str, str] | None = None,
    ) -> ListPage[Any]:
        if resource == NAMESPACES:
            if not self.names_listed:
                raise ForbiddenError("forbidden", "namespaces is forbidden.")
            return ListPage([Decoded(Meta(name=n)) for n in self.objects], str(self.version))
        self._may(namespace)
        begin = int(continue_token or 0)
        things = self._things(namespace)
        end = begin + min(limit, 2)  # small pages, so that tokens are seen
        return ListPage(things[begin:end], str(self.version), str(end) if end < len(things) else "")

    @asynccontextmanager
    async def watch(
        self,
        resource: Resource,
        decoder: type[Any],
        *,
        namespace: str = "",
        resource_version: str = "",
        initial_events: bool = False,
        params: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[Any]:
        await asyncio.sleep(0)
        self._may(namespace)
        if initial_events and not self.streams:
            raise ServerError("invalid", "no streamed lists", status=422)
        watching = self.watches[namespace] = Watching()
        if initial_events:
            things = [WatchEvent(EventType.ADDED, thing, "3") for thing in self._things(namespace)]
            end = WatchEvent[Decoded](EventType.BOOKMARK, None, str(self.version), initial_events_end=True)
            watching.news.put_nowait([*things, end])
        else:
            self.places.append((namespace, resource_version))
        try:
            yield watching
        finally:
            if self.watches.get(namespace) is watching:
                del self.watches[namespace]

    def say(self, namespace: str, kind: EventType, name: str) -> None:
        self.version += 1
        thing = Decoded(Meta(name=name, uid=f"{namespace}/{name}"))
        self.watches[namespace].news.put_nowait([WatchEvent(kind, thing, str(self.version))])


def bench_of(server: Guarded, *preferred: str) -> Bench:
    client: ClusterClient = server  # pyright: ignore[reportAssignmentType] - only what lists and watches
    return Bench(server, kind=THINGS, lister=ByNamespace(client, Namespaces(client, preferred)))


def shown(bench: Bench) -> set[str]:
    return set(bench.writer.rows)


def ours(objects: Mapping[str, list[str]], *namespaces: str) -> set[str]:
    return {f"{n}/{name}" for n in namespaces for name in objects.get(n, [])}


OBJECTS = {"a": ["web", "db", "job"], "b": [], "c": ["web"], "d": ["x", "y", "z", "u", "v"]}


@pytest.mark.parametrize("streams", [True, False], ids=["stream", "pages"])
@pytest.mark.parametrize("readable", [{"a"}, {"a", "b", "d"}, {"b"}, {"a", "b", "c", "d"}], ids=len)
async def test_rows_are_of_what_may_be_read_and_changes_follow(readable: set[str], streams: bool) -> None:
    server = Guarded(OBJECTS, readable, streams=streams)
    bench = bench_of(server)
    async with running(bench):
        await passes(1)
        assert shown(bench) == ours(OBJECTS, *readable)
        assert isinstance(bench.states[-1], Live)
        assert bench.states[-1].note.startswith("Only in ")
        assert set(server.watches) == readable
        for namespace in readable:
            server.say(namespace, EventType.ADDED, "new")
        await passes(1)
        assert shown(bench) == ours(OBJECTS, *readable) | {f"{n}/new" for n in readable}
        one = sorted(readable)[0]
        server.say(one, EventType.DELETED, "new")
        await passes(1)
        assert f"{one}/new" not in shown(bench)
    assert server.watches == {}


@pytest.mark.parametrize("streams", [True, False], ids=["stream", "pages"])
async def test_who_may_list_across_the_cluster_is_asked_nothing_else(streams: bool) -> None:
    server = Guarded(OBJECTS, {"", "a"}, streams=streams)
    bench = bench_of(server, "a")
    async with running(bench):
        await passes(1)
        assert shown(bench) == ours(OBJECTS, *OBJECTS)
        assert isinstance(bench.states[-1], Live) and bench.states[-1].note == ""
        assert set(server.watches) == {""}


async def test_the_contexts_own_namespace_is_read_where_namespaces_are_not_listed() -> None:
    server = Guarded(OBJECTS, {"a", "c", "d"})
    server.names_listed = False
    bench = bench_of(server, "c")
    async with running(bench):
        await passes(1)
        assert shown(bench) == {"c/web"}
        assert isinstance(bench.states[-1], Live)
        assert bench.states[-1].note == "Only in c: listing across the cluster is forbidden."


async def test_nothing_readable_is_forbidden_in_the_words_of_the_cluster() -> None:
    bench = bench_of(Guarded(OBJECTS, set()))
    async with running(bench):
        await passes(1)
        state = bench.states[-1]
        assert isinstance(state, Forbidden)
        assert state.failure.message == "pods is forbidden in the cluster."
        assert bench.answered == 1


async def test_a_watch_that_ends_is_opened_where_each_namespace_stood() -> None:
    server = Guarded(OBJECTS, {"a", "c"})
    bench = bench_of(server)
    async with running(bench):
        await passes(1)
        server.say("c", EventType.ADDED, "new")
        await passes(2)
        server.watches["a"].news.put_nowait(None)
        await passes(5)
        assert server.places == [("a", "10"), ("c", "11")]
        assert bench.tags == ["starting", "listing", "live"]
        server.watches["a"].news.put_nowait(ConnectError("reset", "The connection was reset."))
        await passes(10)
        assert bench.tags[-2:] == ["lost", "live"]
        assert server.places[2:] == [("a", "10"), ("c", "11")]
        server.watches["a"].news.put_nowait(GoneError("The server no longer knows that place."))
        server.objects["a"].remove("db")
        await passes(10)
        assert "a/db" not in shown(bench)
        assert isinstance(bench.states[-1], Live)


@pytest.mark.parametrize("streams", [True, False], ids=["stream", "pages"])
async def test_rights_that_change_are_seen_after_a_while(streams: bool) -> None:
    server = Guarded(OBJECTS, {"a"}, streams=streams)
    bench = bench_of(server)
    async with running(bench):
        await passes(1)
        server.readable = {"a", "d"}
        await passes(RECOUNT + 120)
        assert shown(bench) == ours(OBJECTS, "a", "d")
        server.readable = {"d"}
        await passes(RECOUNT + 120)
        assert shown(bench) == ours(OBJECTS, "d")
        server.readable = {"", "d"}
        await passes(RECOUNT + 120)
        assert shown(bench) == ours(OBJECTS, *OBJECTS)
        assert isinstance(bench.states[-1], Live) and bench.states[-1].note == ""
        server.readable = {"c"}
        server.watches[""].news.put_nowait(None)
        await passes(60)
        assert shown(bench) == ours(OBJECTS, "c")
        assert isinstance(bench.states[-1], Live)


async def test_no_more_namespaces_are_followed_than_there_are_sockets_for() -> None:
    objects = {f"n{i:03}": ["web"] for i in range(60)}
    server = Guarded(objects, set(objects))
    bench = bench_of(server, "n050")
    async with running(bench):
        await passes(1)
        assert len(server.watches) == MOST_FOLLOWED
        assert "n050/web" in shown(bench)
        assert isinstance(bench.states[-1], Live)
        assert bench.states[-1].note == "Only in the first 32 of 60 namespaces that may be read."


def test_the_namespaces_of_the_setting_follow_the_contexts_own() -> None:
    target = Target(ClusterId("f:prod-eu"), key_of(ClusterId("f:prod-eu")), "prod-eu", "c", "https://c", Source("f"))
    assert preferred(target) == ("default",)
    assert preferred(target, ("prod-*:shop", "dev:other", "prod-eu:pay")) == ("default", "shop", "pay")
