"""The reflector: list and watch of one kind into the store, as "state + step" (kube-rs `watcher.rs`).

::

    Starting ─▶ Listing ─▶ Live ◀──┐      410 anywhere: Starting (list again)
        ▲          │         │     │      403: Forbidden, 401: AuthWait, 404 where it may be: Unserved
        └──────────┴─▶ Lost ◀┘─────┘      all else: Lost, with back-off

A Lost that has a complete list resumes its watch where it stopped. Only this module writes rows. A 403 of a watch is
none of the kind: what may only be listed is Live, listed every half minute, and says so.

**Watches that die silently.** A server sends a bookmark about once a minute to a watch that allows them
(kube-apiserver `cacher.go`, bookmarkFrequency; KEP-956), so a stream without a byte for WATCH_SILENCE is taken for
dead and opened again where it stopped; nothing is shown, since rows stay right if the server agrees. A dead transport
is found sooner, by the runtime's heartbeat.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Generic, TypeVar

import structlog

from quarterdeck.aio.backoff import Backoff
from quarterdeck.catalog.kinds import Decoded, KindSpec
from quarterdeck.catalog.printed_rows import ColumnsChangedError
from quarterdeck.clusters.pages import FIRST_PAGE, page_size
from quarterdeck.clusters.rate import Rate
from quarterdeck.clusters.reflected_rows import ReflectedRows, RevokedError
from quarterdeck.clusters.reflector_state import (
    AuthWait,
    Forbidden,
    Listing,
    Live,
    Lost,
    ReflectorState,
    ReflectorStats,
    Starting,
    Unserved,
)
from quarterdeck.clusters.watching import Streaming, Watching
from quarterdeck.kubeclient.protocol import EventType, Lister, WatchEvent
from quarterdeck.kubeclient.turns import pace_of_loop
from quarterdeck.model.errors import (
    AuthError,
    ClusterError,
    ConnectError,
    DeadlineError,
    ForbiddenError,
    GoneError,
    InternalError,
    ServerError,
    ThrottledError,
)
from quarterdeck.model.states import Failure
from quarterdeck.stores.protocol import RowWriter

log = structlog.get_logger(__name__)
T = TypeVar("T", bound=Decoded)

BOOKMARK_PATIENCE = 5.0
"""Seconds after the last event of a streamed list within which the closing bookmark must come (DESIGN)."""
WATCH_SILENCE = 150.0
"""Seconds: two and a half bookmarks."""
FORBIDDEN_RETRY = 300.0
"""Seconds; roles change rarely, and a person can ask at any time."""
SETTLED = 10.0
"""Seconds after which a watch counts as progress even without an event, and a 410 as no part of a storm."""


class _Pages:
    """Where a list by pages stands. `deadline` is loop time; each page that comes moves it on."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.token = self.version = ""
        self.limit = FIRST_PAGE


class Reflector(Generic[T]):
    """`run` until cancelled; it returns by itself only when its writer was revoked, and raises no ClusterError but,
    of a printed kind, ColumnsChangedError.

    `told` and `answered` are called on the loop, synchronously: `told` with each new state; `answered` once, when the
    server answered the first request with success or with 403, before any row is written. `permit` is awaited between
    that moment and the first write and gives the writer. `slot` is held while rows are computed and written, never
    while the network is waited for. `now` is wall clock; `silence` in seconds. `optional`: the server
    need not know the kind. `polled`: the kind cannot be watched, and is listed again after so many seconds.
    `after_page`: its first page is asked for alone, and this is awaited before the stream of all is.
    """

    def __init__(
        self,
        kind: KindSpec[T],
        lister: Lister,
        *,
        permit: Callable[[], Awaitable[RowWriter]],
        slot: Callable[[], AbstractAsyncContextManager[object]],
        told: Callable[[ReflectorState], None],
        answered: Callable[[], None],
        backoff: Backoff,
        streaming: Streaming | None = None,
        silence: float = 30.0,
        now: Callable[[], float] = time.time,
        optional: bool = False,
        polled: float | None = None,
        after_page: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.kind = kind
        self._optional = optional
        self._watching = Watching(polled, asyncio.get_running_loop().time)
        self._lister = lister
        self._rows = ReflectedRows(kind, permit, slot)
        self._after_page = after_page
        self._told = told
        self._answered = answered
        self._backoff = backoff
        self._streaming = streaming or Streaming()
        self._silence = silence
        self._now = now
        self._state: ReflectorState = Starting(now())
        self._wake = asyncio.Event()
        self._was_answered = False
        self._version = ""
        self._tries = 0
        self._listed_at: float | None = None
        self._stack = AsyncExitStack()
        self._batches: AsyncIterator[list[WatchEvent[T]]] | None = None
        self._opened_at = 0.0
        self._events = Rate(asyncio.get_running_loop().time)
        self._lists = self._polls = self._resumes = 0

    @property
    def state(self) -> ReflectorState:
        return self._state

    @property
    def stats(self) -> ReflectorStats:
        return ReflectorStats(
            self._events.total,
            self._events.per_second(),
            self._rows.objects,
            self._lists,
            max(0, self._lists - self._polls - 1),
            self._resumes,
            self._rows.unreadable,
        )

    def wake(self) -> None:
        """Tries again now: credentials are back, the transport is, or a person asked. Nothing while all is well."""
        self._wake.set()

    async def run(self) -> None:
        self._told(self._state)
        try:
            while True:
                self._set_state(await self._step(self._state))
        except RevokedError:
            return
        finally:
            await self._hang_up()

    def _set_state(self, state: ReflectorState) -> None:
        if state != self._state:
            self._state = state
            self._told(state)

    async def _step(self, state: ReflectorState) -> ReflectorState:
        try:
            match state:
                case Starting() | Listing():
                    return await self._list()
                case Live():
                    return await self._follow()
                case Lost(retry_at=at) | Forbidden(retry_at=at) | Unserved(retry_at=at):
                    await self._rest(at - self._now())
                    return await self._resume()
                case AuthWait():
                    await self._rest(None)
                    return await self._resume()
        except ClusterError as error:
            return await self._after(error)
        except (RevokedError, ColumnsChangedError):
            raise
        except Exception as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            # A reflector that ended here would leave a table that stands still and looks alive.
            log.exception("a list stumbled over a mistake of ours", kind=self.kind.kind)
            advice = "It is tried again by itself. Save the diagnostics and report it."
            return await self._after(
                InternalError("internal", f"Internal error: {type(error).__name__}.", advice=advice)
            )

    async def _after(self, error: ClusterError) -> ReflectorState:
        """The state that follows a failure."""
        if isinstance(self._state, Live) and asyncio.get_running_loop().time() - self._opened_at > SETTLED:
            self._progress()
        await self._hang_up()
        self._wake.clear()
        now, failure = self._now(), Failure.of(error)
        if isinstance(error, GoneError):
            self._version = ""
            if self._calm():
                return Starting(now)
        if self._optional and isinstance(error, ServerError) and error.status == 404:
            self._version = ""  # what is not served has no rows
            await self._rows.empty()
            return Unserved(now, failure, now + FORBIDDEN_RETRY)
        if isinstance(error, InternalError):
            self._version = ""  # a write may have been missed: only a list makes the rows right again
        await self._rows.stale()
        if isinstance(error, ForbiddenError):
            self._answer()
            return Forbidden(now, failure, now + FORBIDDEN_RETRY)
        if isinstance(error, AuthError):
            return AuthWait(now, failure)
        wait = self._backoff.next()
        if isinstance(error, ThrottledError):
            wait = max(wait, error.retry_after)
        self._tries += 1
        return Lost(now, failure, now + wait, self._tries)

    async def _rest(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
                await self._wake.wait()
            self._watching.forget()
        except TimeoutError:
            pass
        self._wake.clear()

    async def _resume(self) -> ReflectorState:
        if not self._version or not self._watching.tried or not await self._watch_here():
            return await self._list()
        self._resumes += 1
        return self._live()

    def _live(self) -> Live:
        left_out = self._lister.note
        return Live(self._now(), " ".join(note for note in (left_out, self._watching.note) if note), left_out)

    def _calm(self) -> bool:
        """No list was made just now: making another at once is no storm."""
        return self._listed_at is None or asyncio.get_running_loop().time() - self._listed_at > SETTLED

    # --- the list ----------------------------------------------------------------------------------------------------

    async def _list(self) -> ReflectorState:
        self._version = ""
        self._listed_at = asyncio.get_running_loop().time()
        self._lists += 1
        pages = _Pages(self._listed_at + self._silence)
        # A stream brings all in one piece. Where many clusters open, first pages go before the rest of any.
        if self._after_page is not None and not self._was_answered:
            if await self._list_page(pages):
                return self._live()
            await self._after_page()
            pages.deadline = asyncio.get_running_loop().time() + self._silence
        if self._streaming.offered and self._watching.tried:
            try:
                await self._connect(initial_events=True)
            except (ForbiddenError, ServerError) as error:
                if not self._watching.refused(error):
                    if not isinstance(error, ServerError) or error.status not in (400, 422):
                        raise
                    self._streaming.offered = False
                pages.deadline = asyncio.get_running_loop().time() + self._silence
        if self._batches is not None and (last := await self._list_by_stream(self._batches)) is not None:
            # Where reading itself is behind, the end may have come and waits for its turn.
            if not pace_of_loop().decoding.crowded:
                log.info("the server does not end streamed lists; listing by pages", kind=self.kind.kind)
                self._streaming.offered = False
            await self._hang_up()
            pages = _Pages(last + self._silence)
        if self._batches is None:
            while not await self._list_page(pages):
                pass
        return self._live()

    async def _list_by_stream(self, batches: AsyncIterator[list[WatchEvent[T]]]) -> float | None:
        """None when complete; the loop time of the last event where the closing bookmark did not come."""
        loop = asyncio.get_running_loop()
        await self._begin(streamed=True)
        last = loop.time()
        while True:
            try:
                async with asyncio.timeout_at(last + BOOKMARK_PATIENCE):
                    batch = await anext(batches)
            except TimeoutError:
                return last
            except StopAsyncIteration:
                raise ConnectError("cut", "The server ended the list before it was complete.") from None
            end = next((i for i, event in enumerate(batch) if event.initial_events_end), None)
            await self._rows.apply(batch if end is None else batch[:end])
            last = loop.time()
            if end is not None:
                await self._finish(batch[end].resource_version)
                await self._apply_live(batch[end + 1 :])
                return None
            self._tell(streamed=True)

    async def _list_page(self, pages: _Pages) -> bool:
        """The next page; True when it was the last."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            async with asyncio.timeout_at(pages.deadline):
                page = await self._lister.list_page(
                    self.kind.resource, self.kind.decoder, limit=pages.limit, continue_token=pages.token
                )
        except TimeoutError as error:
            raise self._silent() from error
        took = loop.time() - asked
        if not pages.token:
            await self._begin(streamed=False)
            pages.limit, pages.version = page_size(took), page.resource_version
        await self._rows.upsert(page.items)
        pages.token = page.continue_token
        if not pages.token:
            await self._finish(pages.version)
            return True
        self._tell(streamed=False, remaining=page.remaining)
        pages.deadline = loop.time() + self._silence
        return False

    async def _begin(self, *, streamed: bool) -> None:
        self._answer()
        await self._rows.begin()
        if not isinstance(self._state, Listing):
            self._set_state(Listing(self._now(), streamed))

    async def _finish(self, version: str) -> None:
        await self._rows.finish(version, self._lister.note)
        self._version = version

    def _tell(self, *, streamed: bool, remaining: int | None = None) -> None:
        since = self._state.since if isinstance(self._state, Listing) else self._now()
        self._set_state(Listing(since, streamed, self._rows.objects, remaining))

    def _answer(self) -> None:
        if not self._was_answered:
            self._was_answered = True
            self._answered()

    def _silent(self) -> DeadlineError:
        return DeadlineError(
            "list_silence",
            f"The server sent nothing for {self._silence:g} s when asked for {self.kind.title.lower()}.",
            advice="It is tried again by itself.",
        )

    # --- the watch ---------------------------------------------------------------------------------------------------

    async def _follow(self) -> ReflectorState:
        """One batch, or one rotation, of the watch; or the next list of what is not watched."""
        if not self._watching.tried:
            await self._rest(self._watching.pause)
            self._polls += 1
            return await self._list()
        if self._batches is None and not await self._watch_here():
            return await self._list() if self._calm() else self._live()
        assert self._batches is not None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(WATCH_SILENCE):
                batch = await anext(self._batches)
        except TimeoutError:
            await self._hang_up()
            return self._state
        except StopAsyncIteration:
            await self._hang_up()
            if loop.time() - self._opened_at > SETTLED:
                self._progress()
            if loop.time() - self._opened_at < 1:
                raise ConnectError("ended", "The server ends the watch as soon as it is opened.") from None
            return self._state
        await self._apply_live(batch)
        self._progress()
        return self._state

    async def _watch_here(self) -> bool:
        """Opens the watch where the rows stand; False where that is forbidden. Raises GoneError where the server no
        longer knows that place."""
        try:
            await self._connect(initial_events=False)
        except (ForbiddenError, ServerError) as error:
            if not self._watching.refused(error):
                raise
            return False
        await self._rows.touch(self._version)
        return True

    async def _connect(self, *, initial_events: bool) -> None:
        """Opens the stream. Returns when the server has answered."""
        await self._hang_up()
        try:
            async with asyncio.timeout(self._silence):
                stream = await self._stack.enter_async_context(
                    self._lister.watch(
                        self.kind.resource,
                        self.kind.decoder,
                        resource_version=self._version,
                        initial_events=initial_events,
                    )
                )
        except TimeoutError as error:
            raise self._silent() from error
        self._batches = aiter(stream)
        self._opened_at = asyncio.get_running_loop().time()

    async def _hang_up(self) -> None:
        self._batches = None
        stack, self._stack = self._stack, AsyncExitStack()
        try:
            await stack.aclose()
        except ClusterError as error:
            log.debug("a watch did not end cleanly", kind=self.kind.kind, reason=error.reason)

    async def _apply_live(self, batch: Sequence[WatchEvent[T]]) -> None:
        """Events after the list: what they bring is noted as the place to resume at."""
        if not batch:
            return
        self._events.add(sum(1 for event in batch if event.type is not EventType.BOOKMARK))
        await self._rows.apply(batch)
        version = next((e.resource_version for e in reversed(batch) if e.resource_version), "")
        self._version = version or self._version
        if batch[-1].type is EventType.BOOKMARK:
            await self._rows.touch(self._version)

    def _progress(self) -> None:
        self._backoff.reset()
        self._tries = 0
