"""The five phases of an opening, as they are shown: each with its clock, its deadline and a word on what it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import msgspec

from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import ClusterError, DeadlineError
from quarterdeck.model.states import Phase, PhaseName, PhaseStatus

_ADVICE = {
    PhaseName.RESOLVE: "Check the VPN and the name server, then retry.",
    PhaseName.CONNECT: "Check that the server is up and that the VPN or proxy lets you through, then retry.",
    PhaseName.AUTHENTICATE: "The server takes connections and is silent. Check that it is well, and what stands between"
    " (VPN, proxy, load balancer), then retry.",
    PhaseName.DISCOVER: "The server is slow to say what it serves. Retry, or raise the discover deadline.",
    PhaseName.LIST: "The server stopped sending. Retry, or raise the list silence deadline.",
}
_VERB = {
    PhaseName.RESOLVE: "The name lookup gave no answer",
    PhaseName.CONNECT: "No answer to the connection",
    PhaseName.AUTHENTICATE: "No answer to the first request",
    PhaseName.DISCOVER: "No answer to what it serves",
    PhaseName.LIST: "The lists stopped",
}


def phase_timed_out(name: PhaseName, after: float) -> DeadlineError:
    """What a person reads when a phase's deadline passed. `after` in seconds."""
    return DeadlineError(f"{name}_timeout", f"{_VERB[name]} within {after:g} s.", advice=_ADVICE[name])


class PhaseTrack:
    """Owns the phases of one opening; `changed` is called after each change, synchronously.

    `now` is wall clock, for people; durations come from the loop's clock.
    """

    def __init__(
        self,
        deadlines: Deadlines,
        now: Callable[[], float],
        changed: Callable[[tuple[Phase, ...]], None],
    ) -> None:
        limits = {
            PhaseName.RESOLVE: deadlines.resolve,
            PhaseName.CONNECT: deadlines.connect,
            PhaseName.AUTHENTICATE: deadlines.authenticate,
            PhaseName.DISCOVER: deadlines.discover,
            PhaseName.LIST: deadlines.list_silence,
        }
        self._phases = {name: Phase(name, deadline_s=limits[name]) for name in PhaseName}
        self._began: dict[PhaseName, float] = {}
        self._now = now
        self._changed = changed

    @property
    def phases(self) -> tuple[Phase, ...]:
        return tuple(self._phases.values())

    def start(self, name: PhaseName, detail: str = "") -> None:
        self._began[name] = asyncio.get_running_loop().time()
        self._put(
            msgspec.structs.replace(
                self._phases[name], status=PhaseStatus.ACTIVE, started_at=self._now(), duration_ms=None, detail=detail
            )
        )

    def tell(self, name: PhaseName, detail: str, *, person: bool = False, deadline_s: float | None = None) -> None:
        """Changes the word on an active phase; says nothing anew if it is the same."""
        phase = self._phases[name]
        deadline = phase.deadline_s if deadline_s is None else deadline_s
        if (phase.detail, phase.waiting_for_person, phase.deadline_s) != (detail, person, deadline):
            self._put(msgspec.structs.replace(phase, detail=detail, waiting_for_person=person, deadline_s=deadline))

    def end(self, name: PhaseName, status: PhaseStatus = PhaseStatus.DONE, detail: str | None = None) -> None:
        """Ends a phase that runs; one that never began or has ended stays as it is."""
        phase = self._phases[name]
        if phase.status is not PhaseStatus.ACTIVE:
            return
        took = (asyncio.get_running_loop().time() - self._began[name]) * 1000
        self._put(
            msgspec.structs.replace(
                phase,
                status=status,
                duration_ms=took,
                waiting_for_person=False,
                detail=phase.detail if detail is None else detail,
            )
        )

    def stop(self, status: PhaseStatus) -> None:
        """Ends all that run, since the opening failed or was cancelled."""
        for name in PhaseName:
            self.end(name, status)

    @asynccontextmanager
    async def run(self, name: PhaseName, timeout: float, detail: str = "") -> AsyncGenerator[None]:
        """One phase with the deadline fixed as it starts. Raises DeadlineError when it passes."""
        self.start(name, detail)
        try:
            async with asyncio.timeout(timeout):
                yield
        except TimeoutError as error:
            self.end(name, PhaseStatus.FAILED)
            raise phase_timed_out(name, timeout) from error
        except ClusterError:
            self.end(name, PhaseStatus.FAILED)
            raise
        except asyncio.CancelledError:
            self.end(name, PhaseStatus.CANCELLED)
            raise
        self.end(name)

    def _put(self, phase: Phase) -> None:
        self._phases[phase.name] = phase
        self._changed(self.phases)
