"""Opens what was open before: the clusters of the active tab first, the others behind them."""

from __future__ import annotations

import asyncio

import structlog

from quarterdeck.app.session import Session
from quarterdeck.app.tabs import TabOrder
from quarterdeck.model.errors import RequestError
from quarterdeck.model.target import ClusterId, key_of
from quarterdeck.selection.coordinator import Coordinator
from quarterdeck.selection.intents import ChangeSelection

log = structlog.get_logger(__name__)

HEAD_START_S = 1.0
"""What is in front goes alone for so long, or until it is settled."""


async def restore(coordinator: Coordinator, session: Session, tabs: TabOrder) -> tuple[ClusterId, ...]:
    """Opens nothing after a crash within the trial of a start that did this, and returns what it held back so."""
    saved = tuple(ClusterId(c) for c in session.saved.selected)
    if not saved:
        return ()
    if session.crashed:
        log.warning("the last start ended at once; nothing is opened by itself this time", clusters=len(saved))
        return saved
    session.try_opening()
    coordinator.expect(saved)
    tabs.hold([key_of(c) for c in saved])
    try:
        await _active_first(coordinator, session, saved)
    finally:
        tabs.hold(())
    return ()


async def _active_first(coordinator: Coordinator, session: Session, saved: tuple[ClusterId, ...]) -> None:
    front = session.saved.active
    shared = next((group for group in session.saved.merged if front in group), (front,))
    active = tuple(c for c in saved if key_of(c) in shared)
    if active and (generation := _open(coordinator, active)) is not None:
        try:
            async with asyncio.timeout(HEAD_START_S):
                await coordinator.settled(generation)
        except TimeoutError:
            log.debug("the active cluster is still opening; the others start too")
    _open(coordinator, tuple(c for c in saved if c not in active))


def _open(coordinator: Coordinator, clusters: tuple[ClusterId, ...]) -> int | None:
    if not clusters:
        return None
    try:
        return coordinator.submit(ChangeSelection(open=clusters)).generation
    except RequestError as error:
        log.warning("not opened again", reason=error.message)
        return None
