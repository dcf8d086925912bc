"""How doctor looks: a table that moves while it works, then a line for each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from rich.console import Console as Terminal
from rich.live import Live
from rich.table import Table
from rich.text import Text

from quarterdeck.api.ports import Console, ContextEntry
from quarterdeck.cli.doctor import Finding, phases_of, state_of
from quarterdeck.model.states import Connecting, Phase, PhaseName, PhaseStatus, state_name

REDRAW_S = 0.1
_COLOURS = {"ready": "green", "connecting": "cyan", "degraded": "yellow", "auth_required": "yellow", "failed": "red"}


async def show_progress(console: Console, entries: Sequence[ContextEntry], terminal: Terminal) -> None:
    """Draws until cancelled."""
    with Live(_table(console, entries), console=terminal, auto_refresh=False, transient=True) as live:
        while True:
            live.update(_table(console, entries), refresh=True)
            await asyncio.sleep(REDRAW_S)


def _table(console: Console, entries: Sequence[ContextEntry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("context", "state", *(phase.value for phase in PhaseName), "elapsed"):
        table.add_column(title, justify="left" if title in ("context", "state") else "right")
    now = time.time()
    for entry in entries:
        state = state_of(console, entry)
        phases = {phase.name: phase for phase in phases_of(state)}
        elapsed = f"{now - state.since:.1f} s" if isinstance(state, Connecting) else ""
        cells = [_cell(phases.get(name), now) for name in PhaseName]
        table.add_row(Text(entry.name), _coloured(state_name(state)), *cells, elapsed)
    return table


def _cell(phase: Phase | None, now: float) -> Text:
    if phase is None or phase.status is PhaseStatus.PENDING:
        return Text("·", style="dim")
    if phase.status is PhaseStatus.ACTIVE:
        return Text(f"{now - (phase.started_at or now):.1f} s…", style="cyan")
    style = "red" if phase.status is PhaseStatus.FAILED else ""
    return Text(_duration(phase.duration_ms), style=style)


def print_findings(findings: Sequence[Finding], terminal: Terminal) -> None:
    """A line each, and under those that failed what to do."""
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        times = "  ".join(
            f"{phase.name} {_duration(phase.duration_ms)}" for phase in finding.phases if phase.duration_ms is not None
        )
        line = Text.assemble(f"{finding.name:<{width}}  ", _coloured(f"{finding.state:<13}"))
        line.append(f"  {_duration(finding.total_ms):>8}")
        if finding.version:
            line.append(f"  {finding.version}")
        if times:
            line.append(f"  {times}", style="dim")
        terminal.print(line, soft_wrap=True)
        if finding.same_server_as:
            terminal.print(Text(f"  the same cluster as {', '.join(finding.same_server_as)}"), soft_wrap=True)
        if finding.message:
            kind = f"{finding.error_class}/{finding.reason}: " if finding.error_class else ""
            place = f"({finding.file}:{finding.line})" if finding.line else f"({finding.file})" if finding.file else ""
            told = " ".join(filter(None, (finding.message, finding.advice, place)))
            terminal.print(Text(f"  {kind}{told}"), soft_wrap=True)
        if finding.command:
            terminal.print(Text(f"  $ {finding.command}"), soft_wrap=True)


def _coloured(state: str) -> Text:
    return Text(state, style=_COLOURS.get(state.strip(), ""))


def _duration(duration_ms: float | None) -> str:
    if duration_ms is None:
        return "-"
    return f"{duration_ms:.0f} ms" if duration_ms < 10_000 else f"{duration_ms / 1000:.1f} s"
