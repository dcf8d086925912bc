"""Names in threads: joined, kept, capped, abandoned."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from quarterdeck.aio.names import Names, is_address

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


class Resolver:
    """Answers each name with 192.0.2.1 once `release` is set; names starting with "fast" at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.release = threading.Event()
        self.started = threading.Semaphore(0)

    def __call__(self, name: str) -> list[str]:
        self.asked.append(name)
        self.started.release()
        if name == "unknown":
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        if name == "empty":
            return []
        if name == "junk":
            raise UnicodeError("label too long")
        if not name.startswith("fast"):
            self.release.wait(10)
        return ["192.0.2.1"]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    made = Resolver()
    yield made
    made.release.set()


async def settle(names: Names) -> None:
    """Until no thread looks up anything."""
    async with asyncio.timeout(5):
        while names.stats().running:  # noqa: ASYNC110 - threads end it, and only the loop's next turns hear of them
            await asyncio.sleep(0)


async def test_an_address_takes_no_lookup(resolver: Resolver) -> None:
    names = Names(lookup=resolver)
    assert await names.lookup("127.0.0.1") == ("127.0.0.1",)
    assert await names.lookup("::1") == ("::1",)
    assert resolver.asked == []
    assert is_address("fe80::1%eth0")
    assert not is_address("localhost")


async def test_askers_of_one_name_share_one_lookup_and_later_ones_its_answer(resolver: Resolver) -> None:
    names = Names(lookup=resolver)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(names.lookup("a")) for _ in range(5)]
        await asyncio.sleep(0)
        resolver.release.set()
    assert {task.result() for task in tasks} == {("192.0.2.1",)}
    assert await names.lookup("a") == ("192.0.2.1",)
    assert resolver.asked == ["a"]
    assert names.stats().cache_hits == 1
    names.forget("a")
    await names.lookup("a")
    assert resolver.asked == ["a", "a"]


@pytest.mark.parametrize("name", ["unknown", "empty", "junk"])
async def test_a_failure_is_raised_and_not_kept(resolver: Resolver, name: str) -> None:
    names = Names(lookup=resolver)
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            await names.lookup(name)
    assert names.stats().failures == 2


async def test_a_hung_name_delays_no_other_and_holds_one_thread_however_often_it_is_asked(resolver: Resolver) -> None:
    names = Names(lookup=resolver, threads=2)
    for _ in range(3):
        task = asyncio.create_task(names.lookup("hung"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert (names.stats().running, names.stats().abandoned, names.stats().abandoned_total) == (1, 1, 3)
    assert await names.lookup("fast") == ("192.0.2.1",)
    assert resolver.asked == ["hung", "fast"]
    resolver.release.set()
    await settle(names)
    assert names.stats().abandoned == 0
    assert await names.lookup("hung") == ("192.0.2.1",), "a late answer is kept for the next asker"
    assert resolver.asked == ["hung", "fast"]


async def test_over_the_cap_lookups_queue_in_order_and_a_cancelled_one_never_starts(resolver: Resolver) -> None:
    names = Names(lookup=resolver, threads=1)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(names.lookup(name)) for name in ("a", "b", "c")]
        await asyncio.sleep(0)
        assert (names.stats().running, names.stats().queued) == (1, 2)
        tasks[1].cancel()
        await asyncio.sleep(0)
        assert names.stats().queued == 1
        resolver.release.set()
    assert resolver.asked == ["a", "c"]


async def test_300_hung_names_leave_room_for_the_next(resolver: Resolver) -> None:
    names = Names(lookup=resolver)
    async with asyncio.TaskGroup() as group:
        hung = [group.create_task(names.lookup(f"hung-{i}")) for i in range(300)]
        await asyncio.sleep(0)
        assert await names.lookup("fast") == ("192.0.2.1",)
        resolver.release.set()
    assert len(hung) == 300
    await settle(names)


async def test_the_system_finds_localhost() -> None:
    found = await Names().lookup("localhost")
    assert set(found) & {"127.0.0.1", "::1"}
