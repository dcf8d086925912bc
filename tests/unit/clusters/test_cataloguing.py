"""The catalog of a runtime: which kind is read next, how slowly, within which budget, and what is left alone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

import pytest

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.slots import Slots
from quarterdeck.aio.tasks import TaskBag
from quarterdeck.catalog.heads import Head
from quarterdeck.catalog.kinds import Decoded, KindSpec, Meta
from quarterdeck.clusters.calm import Calm
from quarterdeck.clusters.cataloguing import (
    REFUSED_IN_A_ROW,
    REFUSED_SECONDS,
    RELIST_SECONDS,
    SOUGHT_RELIST_SECONDS,
    SOUGHT_SECONDS,
    SOUGHT_SHARE,
    CatalogGround,
    Cataloguing,
    Told,
    next_kind,
)
from quarterdeck.clusters.heads_lister import PAUSE_SECONDS
from quarterdeck.clusters.namespaces import Namespaces, Narrowed
from quarterdeck.clusters.reflector import Reflector
from quarterdeck.clusters.served import Served
from quarterdeck.kubeclient.protocol import ListPage
from quarterdeck.model.errors import ForbiddenError, ServerError
from quarterdeck.model.kinds import ApiResource, Discovery, Resource
from quarterdeck.stores.protocol import HeadStatus, Row

pytestmark = pytest.mark.anyio


def kind(name: str) -> ApiResource:
    return ApiResource(Resource("example.com", "v1", name), name.title(), True, ("list", "watch"))


A, B, C = kind("apples"), kind("berries"), kind("cherries")


@dataclass
class Server:
    """`objects` of each kind; a kind in `errors` answers with that."""

    objects: dict[Resource, int]
    errors: dict[Resource, Exception] = field(default_factory=dict[Resource, Exception])
    asked: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    allowed: frozenset[str] = frozenset()
    """Namespaces in which a kind in `errors` may be read all the same; `names` are all that may be seen."""
    every: list[str] = field(default_factory=list[str])

    @property
    def namespaces(self) -> Namespaces:
        return Seen(self)

    async def list_page(
        self,
        resource: Resource,
        decoder: type[Any],
        *,
        namespace: str = "",
        limit: int = 500,
        continue_token: str = "",
    ) -> ListPage[Any]:
        self.asked.append((resource.resource, asyncio.get_running_loop().time()))
        if resource in self.errors and namespace not in self.allowed:
            raise self.errors[resource]
        if namespace:
            name = f"in-{namespace}"
            meta = Meta(name=name, namespace=namespace, uid=f"{resource.resource}-{name}")
            return ListPage([Head(meta) if decoder is Head else Decoded(meta)], "1", "")
        assert decoder is Head
        start = int(continue_token or 0)
        end = min(start + limit, self.objects[resource])
        items = [Head(Meta(name=f"o{n}", uid=f"{resource.resource}-{n}")) for n in range(start, end)]
        return ListPage(items, "1", str(end) if end < self.objects[resource] else "")


class Seen(Namespaces):
    def __init__(self, server: Server) -> None:
        super().__init__(cast("Any", server), ())
        self._server = server

    async def names(self) -> list[str]:
        return self._server.every


class Kept:
    """Store and writer in one: the names of each kind."""

    def __init__(self) -> None:
        self.names: dict[Resource, list[str]] = {}
        self.read: dict[Resource, float] = {}
        self.left_out: dict[Resource, str] = {}

    def heads(self) -> Any:
        return self

    async def begin(self, resource: Resource) -> bool:
        self.names[resource] = []
        return True

    async def upsert(self, resource: Resource, rows: Sequence[Row]) -> bool:
        self.names[resource] += [str(row["name"]) for row in rows]
        return True

    async def finish(self, resource: Resource, version: str, left_out: str = "") -> bool:
        self.read[resource] = asyncio.get_running_loop().time()
        self.left_out[resource] = left_out
        return True

    async def stale(self, resource: Resource) -> bool:
        return True


class Ledger:
    """What the catalog sees of a store."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def heads(self) -> Mapping[Resource, HeadStatus]:
        return {
            r: HeadStatus(r, len(names), self._kept.read.get(r), self._kept.left_out.get(r, ""))
            for r, names in self._kept.names.items()
        }


@dataclass
class Stage:
    server: Server
    kept: Kept
    calm: Calm
    served: Served
    catalog: Cataloguing
    live: set[Resource]

    async def read(self, *resources: Resource) -> None:
        """After the time that all of these take, they have been read."""
        await asyncio.sleep(2 * len(resources) + 4)
        assert all(resource in self.catalog.told for resource in resources)


@asynccontextmanager
async def stage(
    objects: dict[Resource, int], *, budget: int = 500_000, errors: dict[Resource, Exception] | None = None
) -> AsyncGenerator[Stage]:
    clock = asyncio.get_running_loop().time
    server, kept, calm, live = Server(objects, errors or {}), Kept(), Calm(), set[Resource]()
    served = Served(lambda: None)
    served.put(Discovery(tuple(kind(r.resource) for r in objects)))
    bag = TaskBag("catalog")

    async def permit() -> Any:
        return kept

    def make(spec: KindSpec[Any], *, lister: Any, permit: Any, told: Any) -> Reflector[Any]:
        return Reflector(
            spec, lister, permit=permit, slot=Slots(1).hold, told=told, answered=lambda: None,
            backoff=Backoff(1, 60, random.Random(1)), now=clock, optional=True, polled=1e9,
        )  # fmt: skip

    ground = CatalogGround(
        cast("Any", server), server.namespaces, served, {}, lambda: cast("Any", Ledger(kept)), make, permit,
        lambda r: r in live, lambda: bool(live), calm, budget, clock, lambda: 0.5,
    )  # fmt: skip
    made = Stage(server, kept, calm, served, Cataloguing(ground, bag), live)
    bag.spawn(made.catalog.run(), "run")
    try:
        yield made
    finally:
        assert not await bag.close(2)


@asynccontextmanager
async def again(s: Stage) -> AsyncGenerator[Cataloguing]:
    """The catalog of a later stay, that begins with what was kept, before it has asked anything."""
    bag = TaskBag("again")
    reopened = Cataloguing(s.catalog.ground, bag)
    with s.calm.opening():
        bag.spawn(reopened.run(), "run")
        await asyncio.sleep(0)
        yield reopened
        await bag.close(1)


async def test_all_kinds_that_nobody_reads_are_read_one_after_another() -> None:
    async with stage({A.resource: 3, B.resource: 1200, C.resource: 0}) as s:
        s.live.add(A.resource)
        await s.read(B.resource, C.resource)
        assert {r.resource: len(names) for r, names in s.kept.names.items()} == {"berries": 1200, "cherries": 0}
        asked = [at for _, at in s.server.asked]
        assert all(b - a >= PAUSE_SECONDS - 1e-6 for a, b in pairwise(asked))
        assert s.catalog.standing(B.resource) == "read"
        assert s.catalog.standing(A.resource) == "unread"


async def test_what_is_read_is_read_again_after_a_while_and_not_before() -> None:
    async with stage({A.resource: 2}) as s:
        await s.read(A.resource)
        await asyncio.sleep(RELIST_SECONDS - 10)
        assert len(s.server.asked) == 1
        s.server.objects[A.resource] = 1
        await asyncio.sleep(20)
        assert s.kept.names[A.resource] == ["o0"]


async def test_while_somebody_searches_what_was_read_is_read_again_soon_and_no_longer_after_that() -> None:
    async with stage({A.resource: 2}) as s:
        await s.read(A.resource)
        s.server.objects[A.resource] = 1
        s.catalog.sought()
        await asyncio.sleep(SOUGHT_RELIST_SECONDS + 1)
        assert s.kept.names[A.resource] == ["o0"]
        await asyncio.sleep(SOUGHT_SECONDS)
        asked = len(s.server.asked)
        await asyncio.sleep(RELIST_SECONDS / 2)
        assert len(s.server.asked) == asked


async def test_a_list_that_takes_long_is_not_asked_for_all_the_time_because_somebody_searches() -> None:
    async with stage({A.resource: 50_000, B.resource: 2}) as s:
        await asyncio.sleep(30)
        assert s.kept.read[A.resource] > 60 / SOUGHT_SHARE
        before = len(s.server.asked)
        for _ in range(60):
            s.catalog.sought()
            await asyncio.sleep(1)
        after = [name for name, _ in s.server.asked[before:]]
        assert (after.count("apples"), after.count("berries")) == (0, 6)


async def test_while_a_cluster_is_being_opened_nothing_is_asked() -> None:
    async with stage({A.resource: 2}) as s:
        with s.calm.opening():
            await asyncio.sleep(100)
            assert s.server.asked == []
        await s.read(A.resource)


async def test_the_budget_cuts_what_does_not_fit_and_says_so() -> None:
    async with stage({A.resource: 700, B.resource: 700, C.resource: 5}, budget=1000) as s:
        await s.read(A.resource, B.resource, C.resource)
        assert [len(s.kept.names.get(r, [])) for r in (A.resource, B.resource, C.resource)] == [700, 300, 0]
        assert [s.catalog.standing(r) for r in (A.resource, B.resource, C.resource)] == ["read", "cut", "cut"]
        async with again(s) as reopened:
            assert [reopened.standing(r) for r in (A.resource, B.resource)] == ["read", "cut"]


async def test_without_a_budget_nothing_is_asked() -> None:
    async with stage({A.resource: 7}, budget=0) as s:
        await asyncio.sleep(1000)
        assert s.server.asked == []


async def test_who_may_read_nothing_is_not_told_so_a_hundred_times() -> None:
    many = [kind(f"k{n:03}").resource for n in range(100)]
    refused: dict[Resource, Exception] = {r: ForbiddenError("forbidden", "You cannot list them.") for r in many}
    async with stage(dict.fromkeys(many, 1), errors=refused) as s:
        await asyncio.sleep(REFUSED_SECONDS - 60)
        assert len(s.server.asked) == REFUSED_IN_A_ROW
        assert s.catalog.standing(many[0]) == s.catalog.standing(many[-1]) == "refused"
        s.server.errors.clear()
        s.catalog.wake()
        await s.read(*many)
        assert len(s.kept.names) == 100


async def test_who_may_read_something_is_asked_for_the_rest_however_much_is_refused() -> None:
    many = [kind(f"k{n:03}").resource for n in range(30)]
    errors: dict[Resource, Exception] = {r: ForbiddenError("forbidden", "No.") for r in many[:-1]}
    async with stage(dict.fromkeys([A.resource, *many], 1), errors=errors) as s:
        s.live.add(A.resource)
        await s.read(*many)
        assert s.kept.names[many[-1]] == ["o0"]
        assert (s.catalog.standing(many[0]), s.catalog.standing(many[-1])) == ("refused", "read")


async def test_a_kind_that_is_refused_across_the_cluster_is_read_where_it_may_be() -> None:
    many = [kind(f"k{n:03}").resource for n in range(20)]
    refused: dict[Resource, Exception] = {r: ForbiddenError("forbidden", "You cannot list them.") for r in many}
    async with stage(dict.fromkeys(many, 1), errors=refused) as s:
        s.server.every = [f"n{n:03}" for n in range(100)]
        s.server.allowed = frozenset({"n007", "n042"})
        await asyncio.sleep(RELIST_SECONDS - 120)
        assert s.kept.names == {resource: ["in-n007", "in-n042"] for resource in many}
        assert s.catalog.standing(many[0]) == s.catalog.standing(many[-1]) == "partly"
        async with again(s) as reopened:
            assert reopened.standing(many[0]) == "partly", "what an earlier stay was told is said before it is asked"
        assert len(s.server.asked) < Narrowed.KINDS * 103 + len(many) * 5, "not every namespace for every kind"
        asked = [at for _, at in s.server.asked]
        assert asked[-1] - asked[0] >= (len(asked) - 1) * PAUSE_SECONDS - 1e-6


async def test_a_kind_that_is_refused_does_not_keep_others_from_being_read() -> None:
    errors: dict[Resource, Exception] = {A.resource: ForbiddenError("forbidden", "No.")}
    async with stage({A.resource: 1, B.resource: 2}, errors=errors) as s:
        await s.read(A.resource, B.resource)
        assert (s.catalog.standing(A.resource), len(s.kept.names[B.resource])) == ("refused", 2)


async def test_a_kind_that_came_is_read_and_one_that_went_is_dropped() -> None:
    async with stage({A.resource: 2}) as s:
        await s.read(A.resource)
        s.server.objects[B.resource] = 1
        s.server.errors[A.resource] = ServerError("not_found", "Gone.", status=404)
        s.served.put(Discovery((B,)))
        s.catalog.served_changed()
        await s.read(B.resource)
        await asyncio.sleep(RELIST_SECONDS * 2)
        assert s.kept.names == {A.resource: [], B.resource: ["o0"]}


def test_what_was_never_read_comes_first_then_what_waited_longest() -> None:
    kinds = [A, B, C]

    def following(told: dict[Resource, Told], now: float, live: set[Resource] | None = None) -> tuple[Any, Any]:
        return next_kind(kinds, told, lambda r: r in (live or set()), now)

    read = {A.resource: Told("read", 50), B.resource: Told("read", 40)}
    assert following({}, 0) == (A, None)
    assert following(read, 100) == (C, None)
    assert following(read, 100, {C.resource}) == (B, None)
    assert following(read, 10, {C.resource}) == (None, 40)
    assert following(read, 10, {A.resource, B.resource, C.resource}) == (None, None)

    sought = {A.resource: Told("read", 50, 20), B.resource: Told("read", 40, 30)}
    assert next_kind([A, B], sought, lambda _: False, 25, sought=True) == (A, None)
    assert next_kind([A, B], sought, lambda _: False, 15, sought=True) == (None, 20)
    assert next_kind([A, B], sought, lambda _: False, 25) == (None, 40)
