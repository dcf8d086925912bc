"""Waiting for credentials: what a runtime does after its credentials were lost, until a login brings them back."""

from __future__ import annotations

import asyncio

from quarterdeck.model.credentials import CredentialSource, CredentialState
from quarterdeck.model.errors import ClusterError

_WORTH_A_TRY = (CredentialState.RECOVERING, CredentialState.VALID)


async def wait_for_login(source: CredentialSource, deadline: float) -> None:
    """Returns once the source gives a credential again; whether the server takes it is seen by using it.

    Asks only when the source says that a try is worth it: the broker holds plugins back by login, so that fifty of
    these wait behind one expired login, and no browser window opens unbidden. `deadline` in seconds bounds each try.
    """
    news = asyncio.Event()
    stop = source.subscribe(lambda _: news.set())
    try:
        while True:
            while source.state not in _WORTH_A_TRY:
                news.clear()
                await news.wait()
            news.clear()
            try:
                async with asyncio.timeout(deadline):
                    await source.get()
            except (TimeoutError, ClusterError):
                if source.state in _WORTH_A_TRY:
                    await news.wait()
                continue
            return
    finally:
        stop()
