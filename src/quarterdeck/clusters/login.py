"""Waiting for credentials: what a runtime does after its credentials were lost, until a login brings them back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from quarterdeck.aio.backoff import Backoff
from quarterdeck.model.credentials import CredentialSource, CredentialState
from quarterdeck.model.errors import AuthError, ClusterError, ErrorClass

_ANSWERS = (ErrorClass.FORBIDDEN, ErrorClass.SERVER)
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


async def wait_until_taken(
    source: CredentialSource, ask: Callable[[], Awaitable[object]], backoff: Backoff, deadline: float
) -> None:
    """Returns once the server has taken a credential: a token that is only offered again may be refused again.

    `ask` asks the server something; whatever it answers but 401 is the proof, a refusal of the question too.
    `deadline` in seconds is that of `wait_for_login`.
    """
    while True:
        await wait_for_login(source, deadline)
        try:
            await ask()
        except AuthError:
            if source.state not in _WORTH_A_TRY:
                continue
        except ClusterError as error:
            if error.error_class in _ANSWERS:
                return
        else:
            return
        await asyncio.sleep(backoff.next())
