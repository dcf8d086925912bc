"""The opening of one runtime: its phases in order, each with its deadline, overlapping where nothing forbids it.

Round trips are the budget: TCP, TLS, the first answer. The first list goes before every other request; its first answer
is the authentication. Version, discovery and the other lists follow on connections opened together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.clusters.parts import Parts
from quarterdeck.clusters.phases import PhaseTrack, phase_timed_out
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.credentials import CredentialSource
from quarterdeck.model.errors import AuthError, ClusterError, DeadlineError
from quarterdeck.model.states import Failure, PhaseName, PhaseStatus

_TELL_SECONDS = 0.25
"""How often a wait for a login looks whether a person is waited for."""
_ROWS_SECONDS = 1.0
"""How long a failure waits for the rows of before: they are on this machine's disk."""


class FailedStepError(Exception):
    """A failure that a reflector has already booked, brought to the opening that waits for it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Steps(Protocol):
    """What an opening asks of its runtime."""

    bag: TaskBag

    async def open_rows(self) -> None:
        """The store is open, and rows of last time may be shown."""
        ...

    async def first_answer(self) -> None:
        """Starts the first list; returns when the server has answered it. Raises FailedStepError instead."""
        ...

    async def permitted(self) -> None:
        """Asks to be committed, and waits for that."""
        ...

    async def start_rest(self) -> None:
        """Starts the other lists, discovery, the heartbeat."""
        ...

    async def discovered(self) -> None: ...

    async def listed(self) -> None:
        """All first lists are complete or forbidden. Raises FailedStepError where one fell silent."""
        ...


class Opening:
    """Runs once. `committed` tells how far it came when it failed."""

    def __init__(
        self, parts: Parts, client: ClusterClient, source: CredentialSource, steps: Steps, track: PhaseTrack
    ) -> None:
        self._parts = parts
        self._client = client
        self._source = source
        self._steps = steps
        self._track = track
        self.committed = False
        self.phase = PhaseName.RESOLVE
        self._rows: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Raises ClusterError of the class that fits; never longer than the deadline of the whole, which a person's
        wait extends once."""
        deadlines = self._parts.deadlines
        try:
            async with asyncio.timeout(deadlines.open) as whole:
                await self._run(whole)
        except TimeoutError as error:
            self._track.stop(PhaseStatus.FAILED)
            raise DeadlineError(
                "open_timeout",
                f"Not open within {deadlines.open:g} s.",
                advice="The server answers, but slowly. Retry, or raise the open deadline.",
            ) from error
        except (ClusterError, FailedStepError):
            self._track.stop(PhaseStatus.FAILED)
            await self._rows_shown()
            raise
        except asyncio.CancelledError:
            self._track.stop(PhaseStatus.CANCELLED)
            raise

    async def _run(self, whole: asyncio.Timeout) -> None:
        deadlines = self._parts.deadlines
        self._rows = rows = self._steps.bag.spawn(self._steps.open_rows(), "rows")
        login = self._steps.bag.spawn(self._quietly(self._client.credential), "login")
        async with self._phase(PhaseName.RESOLVE, deadlines.resolve):
            await self._client.resolve()
        async with self._phase(PhaseName.CONNECT, deadlines.connect):
            await self._client.connect()
        await self._authenticate(login, whole)
        await rows
        await self._steps.permitted()
        self.committed = True
        await self._steps.start_rest()
        self.phase = PhaseName.LIST
        self._track.start(PhaseName.LIST)
        discovering = self._steps.bag.spawn(self._quietly(self._discover), "discover")
        try:
            await self._steps.listed()
        except FailedStepError:
            self._track.end(PhaseName.LIST, PhaseStatus.FAILED)
            raise
        self._track.end(PhaseName.LIST)
        self.phase = PhaseName.DISCOVER
        if (error := await discovering) is not None:
            raise error

    async def _rows_shown(self) -> None:
        """A cluster that refuses at once is looked at as it was, too: what is kept of it comes before its failure."""
        if self._rows is not None:
            await asyncio.wait({self._rows}, timeout=_ROWS_SECONDS)

    async def _discover(self) -> None:
        async with self._track.run(PhaseName.DISCOVER, self._parts.deadlines.discover):
            await self._steps.discovered()

    async def _authenticate(self, login: asyncio.Task[ClusterError | None], whole: asyncio.Timeout) -> None:
        """From the credential to the first answer; the deadline stands still for nobody but a person."""
        loop = asyncio.get_running_loop()
        deadlines = self._parts.deadlines
        self.phase = PhaseName.AUTHENTICATE
        self._track.start(PhaseName.AUTHENTICATE)
        limit = loop.time() + deadlines.authenticate
        person = False
        try:
            while not login.done():
                left = limit - loop.time()
                if left <= 0:
                    raise _nobody_came(deadlines.person) if person else _no_login(deadlines.authenticate)
                await asyncio.wait({login}, timeout=min(_TELL_SECONDS, left))
                if self._source.queued:  # Its plugin's clock starts when it runs.
                    limit += _TELL_SECONDS
                    whole.reschedule((whole.when() or loop.time()) + _TELL_SECONDS)
                    self._track.tell(PhaseName.AUTHENTICATE, "Waiting for other credential plugins")
                waits_for = self._source.waiting_for_person
                if waits_for and not person:
                    person = True
                    limit = loop.time() + deadlines.person
                    whole.reschedule(loop.time() + deadlines.person + deadlines.open)
                if waits_for:
                    self._track.tell(PhaseName.AUTHENTICATE, waits_for, person=True, deadline_s=deadlines.person)
            if (error := login.result()) is not None:
                raise error
            if person:
                limit = loop.time() + deadlines.authenticate
            async with asyncio.timeout_at(limit):
                await self._steps.first_answer()
        except TimeoutError as error:
            raise phase_timed_out(PhaseName.AUTHENTICATE, deadlines.authenticate) from error
        self._track.end(PhaseName.AUTHENTICATE)

    async def _quietly(self, step: Callable[[], Coroutine[Any, Any, object]]) -> ClusterError | None:
        """Its error as a value: whoever awaits it raises it when it is its turn."""
        try:
            await step()
        except ClusterError as error:
            return error
        return None

    def _phase(self, name: PhaseName, timeout: float) -> AbstractAsyncContextManager[None]:
        self.phase = name
        return self._track.run(name, timeout)


def _no_login(after: float) -> DeadlineError:
    """What should bring a credential is silent, not the server. `after` in seconds."""
    return DeadlineError(
        "authenticate_timeout",
        f"No credential came within {after:g} s.",
        advice="Log in once in a terminal to see what it waits for, then retry.",
    )


def _nobody_came(after: float) -> AuthError:
    """Not a timeout: that would be tried again by itself, and open one login page after another. `after` in seconds."""
    return AuthError(
        "login_timeout",
        f"Nobody logged in within {after / 60:g} min.",
        advice="Retry when you are ready to log in.",
    )
