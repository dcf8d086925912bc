"""Waiting for credentials: what a runtime does after its credentials were lost, until a login brings them back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quarterdeck.aio.backoff import Backoff
from quarterdeck.model.credentials import CredentialSource, CredentialState
from quarterdeck.model.errors import ClusterError


async def wait_for_login(source: CredentialSource, backoff: Backoff, deadline: Callable[[], float]) -> None:
    """Returns once the source gives a credential again.

    Asks again with back-off, or at once when another cluster's success changes the source's state; the broker holds
    the plugin itself back, by login. A source that waited for a person is not asked by itself: no browser window
    opens unbidden. `deadline` in seconds bounds each try.
    """
    asked_person = bool(source.waiting_for_person)
    changed = asyncio.Event()

    def listen(state: CredentialState) -> None:
        if state is CredentialState.VALID:
            changed.set()

    stop = source.subscribe(listen)
    try:
        while True:
            wait = None if asked_person else backoff.next()
            try:
                async with asyncio.timeout(wait):
                    await changed.wait()
            except TimeoutError:
                pass
            changed.clear()
            try:
                async with asyncio.timeout(deadline()):
                    await source.get()
            except (TimeoutError, ClusterError):
                asked_person = asked_person or bool(source.waiting_for_person)
                continue
            return
    finally:
        stop()
