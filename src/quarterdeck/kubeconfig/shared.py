"""One token that several clusters share: fetched once for all who wait, ended with the last of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final, Protocol

import msgspec

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.kubeconfig.exec_protocol import Secret
from quarterdeck.kubeconfig.logins import Login
from quarterdeck.model.errors import AuthError, ClusterError, InternalError

_END_S: Final = 2.0
"""How long the last waiter waits for the flight it ends; a plugin's process group gets 1.5 s."""
_AHEAD_S: Final = 60.0
_AHEAD_PART: Final = 0.1
"""A token is fetched anew in its last minute, or the last tenth of a shorter life, while it still serves."""
_LEAST_LIFE_S: Final = 10.0
"""A token that comes expired serves this long: else every request would run the plugin."""
_SERIALS = count(1)


class Stamped(msgspec.Struct, frozen=True):
    """A secret with the number that tells it from others; serials grow with time."""

    secret: Secret
    serial: int

    @classmethod
    def new(cls, secret: Secret) -> Stamped:
        return cls(secret, next(_SERIALS))


class Part(Protocol):
    """A part of a cluster's credentials: its token, or its certificate."""

    @property
    def is_fixed(self) -> bool:
        """It can only change with the kubeconfig."""
        ...

    @property
    def waiting(self) -> str:
        """Why a person is waited for, or empty."""
        ...

    @property
    def queued(self) -> bool:
        """It waits for its turn to run, and its clock has not started."""
        ...

    async def get(self) -> Stamped: ...

    def invalidate(self, serial: int) -> None:
        """Nothing if there is a newer one."""
        ...

    def retry(self) -> None:
        """A person asks for another try."""
        ...


class User(Protocol):
    """An open cluster that uses a shared token. Called on the loop, synchronously."""

    def fetch_failed(self, error: ClusterError) -> None: ...

    def woken(self) -> None: ...

    def person_changed(self) -> None: ...


Fetch = Callable[["SharedSecret"], Awaitable[Secret]]


class SharedSecret:
    """Created by the broker, one per key. `fetch` gets one secret; it raises ClusterError."""

    is_fixed = False

    def __init__(
        self,
        login: Login,
        fetch: Fetch,
        bag: TaskBag,
        wall: Callable[[], float],
        *,
        initial: Secret | None = None,
        patience_s: float,
    ) -> None:
        self._login = login
        self._fetch = fetch
        self._bag = bag
        self._wall = wall
        self._patience_s = patience_s
        self._current = Stamped.new(initial) if initial else None
        self._expires_at = initial.expires_at if initial else None
        self._ahead_at: float | None = self._expires_at - _LEAST_LIFE_S if self._expires_at else None
        self._flight: asyncio.Task[Stamped | ClusterError] | None = None
        self._waiters = 0
        self._users: dict[User, None] = {}
        self._waiting = ""
        self._began: float | None = None
        self._background = False

    # --- what sources use

    @property
    def waiting(self) -> str:
        return self._waiting

    @property
    def queued(self) -> bool:
        return self._flight is not None and self._began is None

    @property
    def is_open(self) -> bool:
        return bool(self._users)

    def attach(self, user: User) -> None:
        if not self._users:
            self._login.join(self)
        self._users[user] = None

    async def detach(self, user: User) -> None:
        """Ends a flight that nobody else waits for."""
        self._users.pop(user, None)
        if not self._users:
            self._login.leave(self)
            # Who waits is one of them.
            await self._end()

    def usable(self) -> Stamped | None:
        """The current one, unless it has expired."""
        if self._current is not None and (self._expires_at is None or self._wall() < self._expires_at):
            return self._current
        return None

    def keeps(self) -> bool:
        """It is worth keeping while nobody uses it: it has a token, and an end."""
        return self._flight is not None or (self.usable() is not None and self._expires_at is not None)

    async def get(self) -> Stamped:
        """Raises ClusterError. At once while the current one serves."""
        current = self.usable()
        if current is not None:
            ahead = self._ahead_at is not None and self._wall() >= self._ahead_at
            if ahead and self._flight is None and self._login.blocked(self) is None:
                self._start(background=True)
            return current
        if self._flight is None and (error := self._login.blocked(self)) is not None:
            raise again(error)
        return await self._join()

    def invalidate(self, serial: int) -> None:
        if self._current is not None and self._current.serial == serial:
            self._current = None

    def retry(self) -> None:
        self._login.retry()

    # --- what the login uses

    def probe(self) -> None:
        if self._flight is None and self._users:
            self._login.blocked(self)
            self._start(background=True)

    def woken(self) -> None:
        for user in list(self._users):
            user.woken()

    # --- what `fetch` uses

    def started(self) -> None:
        """It runs now: until here it waited for its turn."""
        self._began = asyncio.get_running_loop().time()

    def waits_for_person(self, why: str) -> None:
        self._waiting = why
        for user in list(self._users):
            user.person_changed()

    def blocked(self) -> ClusterError | None:
        """The login has failed while this one waited for its turn."""
        return self._login.blocked(self)

    # --- the flight

    def _start(self, *, background: bool = False) -> asyncio.Task[Stamped | ClusterError]:
        """One in the background is for all users, and ends with the last of them."""
        self._began = None
        self._background = background
        self._flight = self._bag.spawn(self._fly(), "credentials")
        return self._flight

    async def _join(self) -> Stamped:
        flight = self._flight or self._start()
        self._waiters += 1
        try:
            result = await asyncio.shield(flight)
        except asyncio.CancelledError:
            if flight.cancelled() and not _being_cancelled():
                raise AuthError("closed", "The credentials of this cluster were closed.") from None
            raise
        finally:
            self._waiters -= 1
            if not self._waiters and not self._background and flight is self._flight:
                await self._end()
        if isinstance(result, ClusterError):
            raise again(result)
        return result

    async def _end(self) -> None:
        flight, self._flight = self._flight, None
        if flight is not None and not flight.done():
            flight.cancel()
            await asyncio.wait((flight,), timeout=_END_S)

    async def _fly(self) -> Stamped | ClusterError:
        """Never raises but when cancelled, so that a flight whose waiters are gone is no unseen error."""
        me = asyncio.current_task()
        error: ClusterError
        try:
            secret = await self._fetch(self)
        except asyncio.CancelledError:
            self._given_up()
            raise
        except ClusterError as failure:
            error = failure
        except Exception as failure:  # noqa: BLE001 - a mistake of ours must not leave the waiters waiting
            error = InternalError("credentials", f"Fetching credentials failed: {type(failure).__name__}.")
        else:
            return self._landed(secret)
        finally:
            if self._flight is me:
                self._flight = None
            if self._waiting:
                self.waits_for_person("")
        self._login.failed(self, error)
        if self.usable() is None:
            for user in list(self._users):
                user.fetch_failed(error)
        return error

    def _landed(self, secret: Secret) -> Stamped:
        now = self._wall()
        self._current = stamped = Stamped.new(secret)
        self._expires_at = self._ahead_at = None
        if secret.expires_at is not None:
            self._expires_at = max(secret.expires_at, now + _LEAST_LIFE_S)
            life = self._expires_at - now
            self._ahead_at = self._expires_at - min(_AHEAD_S, life * _AHEAD_PART)
        self._login.succeeded(self)
        self.woken()
        return stamped

    def _given_up(self) -> None:
        """A plugin that all waiters lost patience with has failed; one that was cancelled early has not."""
        began, now = self._began, asyncio.get_running_loop().time()
        if began is not None and not self._waiting and now - began >= self._patience_s and self._users:
            error = AuthError("plugin_timeout", "The credential plugin gave no answer in time.")
            self._login.failed(self, error)
            for user in list(self._users):
                user.fetch_failed(error)
        else:
            self._login.cancelled(self)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def again(error: ClusterError) -> ClusterError:
    """A fresh one that says the same: an exception raised in many tasks would gather their tracebacks."""
    copy = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    copy.args = error.args
    return copy
