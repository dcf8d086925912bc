"""What can be wrong with a simulated cluster, each switched on and off while it runs."""

from __future__ import annotations

import asyncio
from enum import StrEnum

import msgspec


class Hang(StrEnum):
    """Where everything stops without a word."""

    ACCEPT = "accept"
    """The connection is taken and no TLS is spoken."""
    TLS = "tls"
    """TLS is done and no answer comes."""
    REQUEST = "request"
    """The same for connections that exist; open watches fall silent too."""
    WATCH = "watch"
    """Watches fall silent; all else is answered."""
    LIST = "list"
    """A list or WatchList stops after its first objects."""


class Fault(StrEnum):
    LATENCY = "latency"
    HANG = "hang"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    THROTTLED = "429"
    ERROR = "500"
    RESET = "reset"
    EXPIRE = "expire"


class FaultSettings(msgspec.Struct):
    """`latency_ms` holds up each response, `connect_ms` each connection before TLS.

    `forbidden` names resources, `*` all; `throttled` is a Retry-After in seconds; `times` bounds how many requests
    401, 403, 429 and 500 are given to (None: all).
    """

    latency_ms: float = 0
    connect_ms: float = 0
    hang: Hang | None = None
    unauthorized: bool = False
    forbidden: tuple[str, ...] = ()
    throttled: int | None = None
    error: bool = False
    reset: bool = False
    times: int | None = None


class Faults:
    """Of one cluster. Setting anything wakes whoever waits in `passed_hang`."""

    def __init__(self) -> None:
        self._settings = FaultSettings()
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def settings(self) -> FaultSettings:
        return self._settings

    def set(self, **changes: object) -> None:
        """Changes some of FaultSettings' members. Raises ValueError or TypeError on a bad one."""
        known = msgspec.structs.asdict(self._settings)
        if unknown := changes.keys() - known.keys():
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        try:
            self._settings = msgspec.convert(known | changes, FaultSettings, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error
        self._wake()

    def clear(self) -> None:
        self._settings = FaultSettings()
        self._wake()

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def passed_hang(self, *places: Hang) -> None:
        """Returns at once unless the cluster hangs at one of `places`; then when it no longer does."""
        while self._settings.hang in places:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)

    def spend(self) -> None:
        """One request was answered by a fault; the last of `times` ends it."""
        times = self._settings.times
        if times is None:
            return
        if times > 1:
            self._settings.times = times - 1
            return
        self.set(unauthorized=False, forbidden=(), throttled=None, error=False, times=None)
