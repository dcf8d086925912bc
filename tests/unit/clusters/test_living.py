"""What a runtime does after its opening: the heartbeat, lost logins, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from quarterdeck.clusters.heartbeat import Heartbeat
from quarterdeck.clusters.login import wait_for_login
from quarterdeck.clusters.protocol import LostCredentials, LostTransport, Opened, RecoveredCredentials
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import ClusterError, ConnectError, ErrorClass
from quarterdeck.model.states import Failure
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.intents import ChangeSelection, ClearSelection, KubeconfigChanged
from tests.unit.clusters.stage import HANG, A, B, Bench, bench

pytestmark = pytest.mark.anyio
REFUSED = ConnectError("refused", "The connection was refused.")


# --- the heartbeat ----------------------------------------------------------------------------------------------------


async def beating(b: Bench, lost: Callable[[Failure], None]) -> tuple[Heartbeat, asyncio.Task[None]]:
    source = b.parts.credentials(b.world.clusters[A].target())
    client: ClusterClient = b.parts.connect(b.world.clusters[A].target(), source)
    heartbeat = Heartbeat(client, Deadlines(), lost, lambda _: None)
    return heartbeat, asyncio.create_task(heartbeat.run())


@pytest.mark.parametrize(("play", "error_class"), [(HANG, ErrorClass.TIMEOUT), (REFUSED, ErrorClass.CONNECT)])
async def test_three_unanswered_beats_in_a_row_lose_the_transport(
    play: str | ClusterError, error_class: ErrorClass
) -> None:
    b = Bench()
    lost: list[Failure] = []
    b.world.plays["ping"] = play
    heartbeat, task = await beating(b, lost.append)
    await task
    assert [failure.error_class for failure in lost] == [error_class]
    assert b.world.pings == 3
    assert heartbeat.latency_ms is None


async def test_an_answer_begins_the_count_anew() -> None:
    b = Bench()
    lost: list[Failure] = []
    heartbeat, task = await beating(b, lost.append)
    for _ in range(4):
        b.world.plays["ping"] = REFUSED
        await asyncio.sleep(10)
        del b.world.plays["ping"]
        await asyncio.sleep(5.5)
    assert not lost
    assert heartbeat.latency_ms == 1
    task.cancel()
    await asyncio.wait({task})


async def test_a_doubt_beats_at_once() -> None:
    b = Bench()
    heartbeat, task = await beating(b, lambda _: None)
    await asyncio.sleep(0.1)
    assert b.world.pings == 0
    heartbeat.check()
    await asyncio.sleep(0.1)
    assert b.world.pings == 1
    task.cancel()
    await asyncio.wait({task})


async def test_a_runtime_whose_server_falls_silent_says_that_its_transport_is_lost() -> None:
    async with bench() as b:
        assert isinstance(await b.open(), Opened)
        b.world.plays["ping"] = HANG
        await asyncio.sleep(31)
        assert b.said(LostTransport) == 1


# --- logins -----------------------------------------------------------------------------------------------------------


async def test_a_login_is_asked_for_only_when_a_try_is_worth_it() -> None:
    b = Bench()
    source = b.parts.credentials(b.world.clusters[A].target())
    stage = b.sources[0]
    stage.become(CredentialState.INVALID)
    waiting = asyncio.create_task(wait_for_login(source, 180))
    await asyncio.sleep(600)
    assert not waiting.done()
    stage.become(CredentialState.RECOVERING)
    await asyncio.wait_for(waiting, 1)


async def test_a_try_that_fails_or_hangs_waits_for_the_next_news() -> None:
    b = Bench()
    source = b.parts.credentials(b.world.clusters[A].target())
    stage = b.sources[0]
    b.world.plays["credential"] = HANG
    stage.become(CredentialState.RECOVERING)
    waiting = asyncio.create_task(wait_for_login(source, 180))
    await asyncio.sleep(200)
    assert not waiting.done()
    del b.world.plays["credential"]
    await asyncio.sleep(600)
    assert not waiting.done()
    stage.become(CredentialState.RECOVERING)
    await asyncio.wait_for(waiting, 1)
    await source.close()


async def test_a_login_that_is_lost_is_told_once_and_that_it_is_back() -> None:
    async with bench() as b:
        assert isinstance(await b.open(), Opened)
        b.world.clusters[A].logged_in = False
        await asyncio.sleep(120)
        assert b.said(LostCredentials) == 1
        assert b.said(RecoveredCredentials) == 0
        b.world.clusters[A].logged_in = True
        await asyncio.sleep(120)
        assert (b.said(LostCredentials), b.said(RecoveredCredentials)) == (1, 1)


# --- its end ----------------------------------------------------------------------------------------------------------


async def test_a_revoked_runtime_says_nothing_more_and_its_handle_refuses() -> None:
    async with bench() as b:
        await b.open()
        runtime = b.host.runtime(1)
        assert runtime is not None
        b.host.revoke(1)
        b.host.revoke(1)
        assert runtime.handle.revoked
        told = len(b.events)
        await asyncio.sleep(300)
        assert len(b.events) == told


async def test_what_will_not_stop_goes_to_the_reaper_which_names_it_until_it_is_gone() -> None:
    async with bench() as b:
        await b.open()
        runtime = b.host.runtime(1)
        assert runtime is not None
        let_go = asyncio.Event()

        async def stubborn() -> None:
            while not let_go.is_set():
                try:
                    await let_go.wait()
                except asyncio.CancelledError:
                    continue

        runtime.bag.spawn(stubborn(), "stubborn")
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        began = loop.time()
        left = await b.host.teardown(1)
        assert loop.time() - began <= Deadlines().close
        assert left == [f"{A}#1/stubborn"]
        assert b.host.stragglers == {1: left}
        let_go.set()
        await asyncio.sleep(5)
        assert b.host.stragglers == {}


async def test_one_store_serves_a_cluster_until_it_is_released() -> None:
    async with bench() as b:
        order = b.order()
        await b.host.open(order)
        await b.host.open(b.order(proxy_url="http://elsewhere"))  # The same server and identity.
        assert len(b.stores) == 1
        await b.host.release(order.key)
        assert b.stores[0].closed


async def test_another_server_has_another_store_and_the_old_one_is_closed_first() -> None:
    async with bench() as b:
        await b.host.open(b.order())
        await b.host.teardown(1)
        await b.host.open(b.order(server="https://another"))
        assert [store.closed for store in b.stores] == [True, False]


async def test_clearing_the_selection_shuts_credentials_down_before_clients() -> None:
    b = Bench()
    coordinator = Coordinator(
        b.host,
        deadlines=b.parts.deadlines,
        now=b.parts.now,
        slots=b.parts.slots,
        rng=b.parts.rng,
    )
    coordinator.submit(KubeconfigChanged({c: b.world.clusters[c].target() for c in (A, B)}, {}))
    await coordinator.settled(coordinator.submit(ChangeSelection(open=(A, B))).generation)
    assert b.world.closed == []
    await coordinator.settled(coordinator.submit(ClearSelection()).generation)
    for cluster in (A, B):
        ended = [line.split()[0] for line in b.world.closed if cluster in line]
        assert ended == ["credentials", "client"]
    assert not b.world.open_clients
    assert await coordinator.close() == []
    assert await b.host.close() == []
