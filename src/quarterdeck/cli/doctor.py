"""Opens contexts in parallel and says what each came to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from quarterdeck.api.ports import Console, ContextEntry
from quarterdeck.model.errors import UnknownClusterError
from quarterdeck.model.states import (
    AuthRequired,
    Closed,
    ClusterState,
    Connecting,
    Degraded,
    Failed,
    Failure,
    Phase,
    Ready,
    state_name,
)
from quarterdeck.model.target import Key
from quarterdeck.selection.intents import ChangeSelection


class PhaseTime(msgspec.Struct, frozen=True):
    name: str
    status: str
    duration_ms: float | None


class Finding(msgspec.Struct, frozen=True):
    """One context's line. `ok`: it is ready. `total_ms`: from the request until it settled."""

    id: str
    key: str
    name: str
    ok: bool
    state: str
    phases: list[PhaseTime]
    total_ms: float | None = None
    version: str = ""
    error_class: str = ""
    reason: str = ""
    message: str = ""
    advice: str = ""
    command: str | None = None
    file: str = ""
    """Where a kubeconfig is wrong, with `line`, from 1."""
    line: int = 0
    same_server_as: list[str] = []
    """Names of other contexts that were opened and are of the same cluster."""


def state_of(console: Console, entry: ContextEntry) -> ClusterState:
    try:
        return console.selection.status(entry.id).state
    except UnknownClusterError:
        return Closed()


def phases_of(state: ClusterState) -> Sequence[Phase]:
    return state.phases if isinstance(state, Connecting | Ready | Degraded | AuthRequired | Failed) else ()


def failure_of(state: ClusterState) -> Failure | None:
    return state.failure if isinstance(state, Degraded | AuthRequired | Failed) else None


async def examine(console: Console, entries: Sequence[ContextEntry], within_s: float) -> list[Finding]:
    """Opens them all, waits until each has settled (`within_s` seconds at most) and closes them again."""
    ids = tuple(entry.id for entry in entries)
    generation = console.selection.submit(ChangeSelection(open=ids)).generation
    try:
        async with asyncio.timeout(within_s):
            await console.selection.settled(generation)
    except TimeoutError:
        pass  # what did not settle is shown as what it is
    names = {entry.key: entry.name for entry in entries}
    return [_finding(console, entry, generation, names) for entry in entries]


def _finding(console: Console, entry: ContextEntry, generation: int, names: Mapping[Key, str]) -> Finding:
    state = state_of(console, entry)
    record = console.selection.record(generation)
    part = next((part for part in record.clusters if part.key == entry.key), None) if record is not None else None
    failure = failure_of(state)
    known = console.known(entry.key)
    return Finding(
        id=entry.id,
        key=entry.key,
        name=entry.name,
        ok=isinstance(state, Ready),
        state=state_name(state),
        phases=[PhaseTime(phase.name.value, phase.status.value, phase.duration_ms) for phase in phases_of(state)],
        total_ms=part.settled_ms if part is not None else None,
        version=known.facts.version,
        error_class=failure.error_class.value if failure is not None else "",
        reason=failure.reason if failure is not None else "",
        message=failure.message if failure is not None else "",
        advice=failure.advice if failure is not None else "",
        command=failure.command if failure is not None else None,
        file=failure.file if failure is not None else "",
        line=failure.line if failure is not None else 0,
        same_server_as=[names[key] for key in known.same_server_as if key in names],
    )
