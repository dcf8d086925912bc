"""Names looked up in threads of their own.

The loop's executor would not do: uvloop runs two lookups at a time, plain asyncio six, and a hung lookup cannot be
cancelled, so a few hung names would starve every other cluster (DESIGN, "Names").
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

Lookup = Callable[[str], Sequence[str]]
"""Runs in a thread: a name to its addresses, in the order in which to try them; raises OSError (gaierror)."""


class NamesStats(msgspec.Struct, frozen=True):
    """`running` threads now, `abandoned` of them with nobody waiting; the rest counts since the start."""

    running: int
    queued: int
    abandoned: int
    lookups: int
    failures: int
    cache_hits: int
    abandoned_total: int


def system_lookup(name: str) -> list[str]:
    """The system's resolver: /etc/hosts, search domains, mDNS and all."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@lru_cache(4096)
def is_address(host: str) -> bool:
    """Whether `host` is an IP literal (a zone index is one too), which takes no lookup."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Flight:
    """One lookup and all who wait for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiters: set[asyncio.Future[tuple[str, ...]]] = set()
        self.started = False
        self.abandoned = False


class Names:
    """Belongs to one loop. `threads` caps the lookups that run at once, hung ones included: a hung name holds one
    thread however often it is asked for, since later askers join the running lookup. Answers are kept for `ttl`
    seconds of the loop's clock, failures are not.
    """

    def __init__(
        self, *, threads: int = 512, ttl: float = 30.0, capacity: int = 2048, lookup: Lookup = system_lookup
    ) -> None:
        self._threads = threads
        self._ttl = ttl
        self._capacity = capacity
        self._lookup = lookup
        self._cache: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()
        self._flights: dict[str, _Flight] = {}
        self._queue: deque[_Flight] = deque()
        self._running = 0
        self._lookups = 0
        self._failures = 0
        self._hits = 0
        self._abandoned_total = 0

    async def lookup(self, name: str) -> tuple[str, ...]:
        """Addresses of `name`, at least one. Raises socket.gaierror or another OSError.

        Has no deadline of its own: the caller's phase has. On cancel the lookup is abandoned and counted.
        """
        if is_address(name):
            return (name,)
        loop = asyncio.get_running_loop()
        known = self._cache.get(name)
        if known is not None:
            if loop.time() < known[0]:
                self._hits += 1
                return known[1]
            del self._cache[name]
        flight = self._flights.get(name)
        if flight is None:
            flight = self._flights[name] = _Flight(name)
            self._queue.append(flight)
        flight.abandoned = False
        waiter: asyncio.Future[tuple[str, ...]] = loop.create_future()
        flight.waiters.add(waiter)
        try:
            self._start_queued(loop)
            return await waiter
        finally:
            flight.waiters.discard(waiter)
            if not flight.waiters and self._flights.get(name) is flight:
                self._abandon(flight)

    def forget(self, name: str) -> None:
        """Drops a kept answer, since its addresses did not serve."""
        self._cache.pop(name, None)

    def stats(self) -> NamesStats:
        return NamesStats(
            running=self._running,
            queued=len(self._queue),
            abandoned=sum(flight.abandoned for flight in self._flights.values()),
            lookups=self._lookups,
            failures=self._failures,
            cache_hits=self._hits,
            abandoned_total=self._abandoned_total,
        )

    def _abandon(self, flight: _Flight) -> None:
        if flight.started:
            flight.abandoned = True
            self._abandoned_total += 1
        else:
            self._queue.remove(flight)
            del self._flights[flight.name]

    def _start_queued(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._queue and self._running < self._threads:
            flight = self._queue.popleft()
            flight.started = True
            self._running += 1
            self._lookups += 1
            # Daemon, so that a hung lookup does not hold up the end of the process.
            threading.Thread(
                target=self._run, args=(loop, flight), name=f"lookup {flight.name[:40]}", daemon=True
            ).start()

    def _run(self, loop: asyncio.AbstractEventLoop, flight: _Flight) -> None:
        answer: tuple[str, ...] | OSError
        try:
            answer = tuple(self._lookup(flight.name)) or socket.gaierror(socket.EAI_NONAME, "no address for this name")
        except OSError as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - e.g. UnicodeError of an impossible name; waiters must hear of it
            answer = socket.gaierror(socket.EAI_NONAME, f"not a name that can be looked up ({type(error).__name__})")
        try:
            loop.call_soon_threadsafe(self._landed, loop, flight, answer)
        except RuntimeError:
            return  # the loop has been closed meanwhile: nobody waits any more

    def _landed(self, loop: asyncio.AbstractEventLoop, flight: _Flight, answer: tuple[str, ...] | OSError) -> None:
        self._running -= 1
        self._flights.pop(flight.name, None)
        if isinstance(answer, OSError):
            self._failures += 1
        else:
            self._cache[flight.name] = (loop.time() + self._ttl, answer)
            while len(self._cache) > self._capacity:
                self._cache.popitem(last=False)
        for waiter in flight.waiters:
            if waiter.done():
                continue
            if isinstance(answer, OSError):
                waiter.set_exception(answer)
            else:
                waiter.set_result(answer)
        self._start_queued(loop)
