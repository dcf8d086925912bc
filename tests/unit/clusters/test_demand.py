"""Lists on demand: they start when wanted, linger, stop; and what fails there is the state of one kind."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.catalog.kinds import BASE
from quarterdeck.clusters.protocol import Opened, Unsynced
from quarterdeck.clusters.reflector_state import Forbidden, Live, Lost, ReflectorState, Unserved
from quarterdeck.clusters.runtime import Runtime
from quarterdeck.model.errors import ConnectError, ForbiddenError, ServerError
from quarterdeck.model.kinds import PODS, Resource
from tests.unit.clusters.stage import A, Bench, bench

pytestmark = pytest.mark.anyio
WIDGETS = Resource("example.com", "v1", "widgets")


async def opened(b: Bench) -> Runtime:
    assert isinstance(await b.open(), Opened)
    [runtime] = b.host.runtimes()
    return runtime


async def until(b: Bench, runtime: Runtime, kind: type[ReflectorState]) -> None:
    """Until widgets are in that state; looked at with each piece of news."""
    news = asyncio.Event()
    b.host.on_kinds = lambda _: news.set()
    async with asyncio.timeout(120):
        while not isinstance(runtime.state_of(WIDGETS), kind):
            await news.wait()
            news.clear()


async def test_a_kind_is_read_while_it_is_wanted_and_for_the_linger_after() -> None:
    async with bench() as b:
        runtime = await opened(b)
        assert runtime.state_of(WIDGETS) is None
        release, again = runtime.want(WIDGETS), runtime.want(WIDGETS)
        await until(b, runtime, Live)
        rows = len(b.stores[0].rows[WIDGETS])
        assert rows == b.world.clusters[A].rows
        assert [c.name for c in b.stores[0].columns(WIDGETS)][len(BASE) :] == ["size", "labels"]
        release()
        release()
        await asyncio.sleep(1000)
        assert isinstance(runtime.state_of(WIDGETS), Live)
        again()
        await asyncio.sleep(299)
        assert isinstance(runtime.state_of(WIDGETS), Live)
        await asyncio.sleep(2)
        assert runtime.state_of(WIDGETS) is None
        assert len(b.stores[0].rows[WIDGETS]) == rows
        assert b.stores[0].staled == [WIDGETS]


async def test_wanted_again_within_the_linger_it_just_goes_on() -> None:
    async with bench() as b:
        runtime = await opened(b)
        runtime.want(WIDGETS)()
        await until(b, runtime, Live)
        await asyncio.sleep(200)
        release = runtime.want(WIDGETS)
        await asyncio.sleep(1000)
        assert isinstance(runtime.state_of(WIDGETS), Live)
        assert b.stores[0].staled == []
        release()
        release()
        await asyncio.sleep(301)
        assert runtime.state_of(WIDGETS) is None


async def test_a_core_kind_never_stops() -> None:
    async with bench() as b:
        runtime = await opened(b)
        runtime.want(PODS)()
        await asyncio.sleep(1000)
        assert isinstance(runtime.state_of(PODS), Live)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ForbiddenError("forbidden", "Not allowed to list widgets."), Forbidden),
        (ServerError("not_found", "Not found.", status=404), Unserved),
        (ConnectError("reset", "The connection was reset."), Lost),
    ],
)
async def test_what_fails_is_that_kind_alone_and_it_is_tried_again(
    error: ForbiddenError | ServerError | ConnectError, state: type[ReflectorState]
) -> None:
    async with bench() as b:
        runtime = await opened(b)
        b.world.plays["columns"] = error
        runtime.want(WIDGETS)
        await until(b, runtime, state)
        assert b.said(Unsynced) == 0
        del b.world.plays["columns"]
        if state is not Lost:
            runtime.wake()
        await until(b, runtime, Live)
        assert isinstance(runtime.state_of(WIDGETS), Live)
        assert b.said(Unsynced) == 0


async def test_revoking_ends_all_lists_and_refuses_new_ones() -> None:
    async with bench() as b:
        runtime = await opened(b)
        runtime.want(WIDGETS)
        await until(b, runtime, Live)
        b.host.revoke(runtime.order.epoch)
        runtime.want(Resource("", "v1", "configmaps"))()
        assert runtime.state_of(Resource("", "v1", "configmaps")) is None
        assert await b.host.teardown(runtime.order.epoch) == []
        assert b.world.requests[next(iter(b.world.requests))] == 0
