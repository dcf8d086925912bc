"""The heartbeat: does the transport still live? Any HTTP answer counts, refusals too; silence or a cut is a miss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.deadlines import Deadlines
from quarterdeck.model.errors import AuthError, ClusterError, DeadlineError
from quarterdeck.model.states import Failure


class Heartbeat:
    """Runs until it is cancelled, or until it has called `lost` once: after so many misses in a row.

    `judged(failure)` after each answer: None, or how the credentials were refused. Watches that the server let in live
    on with a token that has died since (the API server asks once), so that this is the only place where it is seen.

    `latency_ms` is of the newest answer. `check` beats at once: a list was cut, or the machine woke from sleep.
    """

    def __init__(
        self,
        client: ClusterClient,
        deadlines: Deadlines,
        lost: Callable[[Failure], None],
        judged: Callable[[Failure | None], None],
    ) -> None:
        self._client = client
        self._deadlines = deadlines
        self._lost = lost
        self._judged = judged
        self._now_please = asyncio.Event()
        self.latency_ms: float | None = None

    def check(self) -> None:
        self._now_please.set()

    async def run(self) -> None:
        misses = 0
        while True:
            await self._rest()
            failure = await self._beat()
            misses = 0 if failure is None else misses + 1
            if failure is not None and misses >= self._deadlines.heartbeats_lost:
                self._lost(failure)
                return

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._deadlines.heartbeat):
                await self._now_please.wait()
        except TimeoutError:
            return
        self._now_please.clear()

    async def _beat(self) -> Failure | None:
        try:
            async with asyncio.timeout(self._deadlines.heartbeat):
                self.latency_ms = await self._client.ping() * 1000
        except TimeoutError:
            return Failure.of(
                DeadlineError(
                    "heartbeat",
                    f"The server did not answer within {self._deadlines.heartbeat:g} s.",
                    advice="It is connected again by itself as soon as it answers.",
                )
            )
        except AuthError as error:
            self._judged(Failure.of(error))
            return None
        except ClusterError as error:
            return Failure.of(error)
        self._judged(None)
        return None
