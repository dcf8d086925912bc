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
from quarterdeck.stores.protocol import Row, RowWriter

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
TURN_SECONDS = 0.002
"""How long rows are projected before the loop has a turn."""


class _RevokedError(Exception):
    """The writer's lease went to another epoch: this reflector has nothing left to do."""


class Reflector(Generic[T]):
    """`run` until cancelled; it returns by itself only when its writer was revoked, and raises no ClusterError but,
    of a printed kind, ColumnsChangedError.

    `told` and `answered` are called on the loop, synchronously: `told` with each new state; `answered` once, when the
    server answered the first request with success or with 403, before any row is written. `permit` is awaited between
    that moment and the first write and gives the writer. `slot` is held while rows are computed and written, never
    while the network is waited for. `now` is wall clock; `silence` in seconds. `optional`: the server
    need not know the kind. `polled`: the kind cannot be watched, and is listed again after so many seconds.
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
    ) -> None:
        self.kind = kind
        self._optional = optional
        self._watching = Watching(polled, asyncio.get_running_loop().time)
        self._lister = lister
        self._permit = permit
        self._slot = slot
        self._told = told
        self._answered = answered
        self._backoff = backoff
        self._streaming = streaming or Streaming()
        self._silence = silence
        self._now = now
        self._state: ReflectorState = Starting(now())
        self._writer: RowWriter | None = None
        self._wake = asyncio.Event()
        self._was_answered = False
        self._upserted = False
        self._version = ""
        self._tries = 0
        self._listed_at: float | None = None
        self._stack = AsyncExitStack()
        self._batches: AsyncIterator[list[WatchEvent[T]]] | None = None
        self._opened_at = 0.0
        self._events = Rate(asyncio.get_running_loop().time)
        self._lists = self._resumes = self._unreadable = self._objects = 0

    @property
    def state(self) -> ReflectorState:
        return self._state

    @property
    def stats(self) -> ReflectorStats:
        return ReflectorStats(
            self._events.total,
            self._events.per_second(),
            self._objects,
            self._lists,
            max(0, self._lists - 1),
            self._resumes,
            self._unreadable,
        )

    def wake(self) -> None:
        """Tries again now: credentials are back, the transport is, or a person asked. Nothing while all is well."""
        self._wake.set()

    async def run(self) -> None:
        self._told(self._state)
        try:
            while True:
                self._set_state(await self._step(self._state))
        except _RevokedError:
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
        except (_RevokedError, ColumnsChangedError):
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
            await self._empty()
            return Unserved(now, failure, now + FORBIDDEN_RETRY)
        if isinstance(error, InternalError):
            self._version = ""  # a write may have been missed: only a list makes the rows right again
        await self._stale()
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

    async def _empty(self) -> None:
        """What is not served has no rows."""
        self._version = ""
        try:
            if self._writer is None:
                self._writer = await self._permit()
            await self._write(self._writer.begin(self.kind.resource))
            await self._write(self._writer.finish(self.kind.resource, ""))
        except ClusterError as error:
            log.warning("rows could not be dropped", kind=self.kind.kind, reason=error.reason)

    async def _stale(self) -> None:
        if self._writer is None:
            return
        try:
            await self._write(self._writer.stale(self.kind.resource))
        except ClusterError as error:
            log.warning("rows could not be marked stale", kind=self.kind.kind, reason=error.reason)

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
        self._objects = 0
        self._listed_at = asyncio.get_running_loop().time()
        self._lists += 1
        if self._streaming.offered and self._watching.tried:
            try:
                await self._connect(initial_events=True)
            except (ForbiddenError, ServerError) as error:
                if not self._watching.refused(error):
                    if not isinstance(error, ServerError) or error.status not in (400, 422):
                        raise
                    self._streaming.offered = False
        if self._batches is None:
            await self._list_by_pages(asyncio.get_running_loop().time() + self._silence)
        elif (last := await self._list_by_stream(self._batches)) is not None:
            log.info("the server does not end streamed lists; listing by pages", kind=self.kind.kind)
            self._streaming.offered = False
            await self._hang_up()
            await self._list_by_pages(last + self._silence)
        return self._live()

    async def _list_by_stream(self, batches: AsyncIterator[list[WatchEvent[T]]]) -> float | None:
        """None when complete; the loop time of the last event where the closing bookmark did not come."""
        loop = asyncio.get_running_loop()
        writer = await self._begin(streamed=True)
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
            await self._apply(writer, batch if end is None else batch[:end])
            last = loop.time()
            if end is not None:
                await self._finish(writer, batch[end].resource_version)
                await self._apply_live(writer, batch[end + 1 :])
                return None
            self._tell(streamed=True)

    async def _list_by_pages(self, deadline: float) -> None:
        """`deadline` is loop time; each page that comes moves it on."""
        loop = asyncio.get_running_loop()
        token, version, limit = "", "", FIRST_PAGE
        writer: RowWriter | None = None
        while True:
            asked = loop.time()
            try:
                async with asyncio.timeout_at(deadline):
                    page = await self._lister.list_page(
                        self.kind.resource,
                        self.kind.decoder,
                        limit=limit,
                        continue_token=token,
                    )
            except TimeoutError as error:
                raise self._silent() from error
            took = loop.time() - asked
            if writer is None:
                writer = await self._begin(streamed=False)
                limit = page_size(took)
            version = version or page.resource_version
            await self._upsert(writer, page.items)
            self._objects += len(page.items)
            token = page.continue_token
            if not token:
                await self._finish(writer, version)
                return
            self._tell(streamed=False, remaining=page.remaining)
            deadline = loop.time() + self._silence

    async def _begin(self, *, streamed: bool) -> RowWriter:
        self._answer()
        if self._writer is None:
            self._writer = await self._permit()
        await self._write(self._writer.begin(self.kind.resource))
        self._set_state(Listing(self._now(), streamed))
        return self._writer

    async def _finish(self, writer: RowWriter, version: str) -> None:
        await self._write(writer.finish(self.kind.resource, version))
        self._version = version

    def _tell(self, *, streamed: bool, remaining: int | None = None) -> None:
        since = self._state.since if isinstance(self._state, Listing) else self._now()
        self._set_state(Listing(since, streamed, self._objects, remaining))

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
            return await self._list()
        if self._batches is None and not await self._watch_here():
            return await self._list() if self._calm() else self._live()
        assert self._batches is not None and self._writer is not None, "live only after a list"
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
        await self._apply_live(self._writer, batch)
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
        assert self._writer is not None, "resumed only after a list"
        await self._write(self._writer.touch(self.kind.resource, self._version))
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

    async def _apply_live(self, writer: RowWriter, batch: Sequence[WatchEvent[T]]) -> None:
        """Events after the list: what they bring is noted as the place to resume at."""
        if not batch:
            return
        self._events.add(sum(1 for event in batch if event.type is not EventType.BOOKMARK))
        await self._apply(writer, batch)
        version = next((e.resource_version for e in reversed(batch) if e.resource_version), "")
        self._version = version or self._version
        if batch[-1].type is EventType.BOOKMARK:
            await self._write(writer.touch(self.kind.resource, self._version))

    def _progress(self) -> None:
        self._backoff.reset()
        self._tries = 0

    # --- rows --------------------------------------------------------------------------------------------------------

    async def _apply(self, writer: RowWriter, batch: Sequence[WatchEvent[T]]) -> None:
        """The newest event of each object counts."""
        newest: dict[str, WatchEvent[T]] = {}
        for event in batch:
            if event.object is not None:
                uid = event.object.metadata.uid
                newest.pop(uid, None)
                newest[uid] = event
        gone = [uid for uid, event in newest.items() if event.type is EventType.DELETED]
        if gone:
            await self._write(writer.delete(self.kind.resource, gone))
        here = [e.object for e in newest.values() if e.type is not EventType.DELETED and e.object is not None]
        self._objects += len(here)
        await self._upsert(writer, here)

    async def _upsert(self, writer: RowWriter, objects: Sequence[T]) -> None:
        if not objects:
            return
        async with self._slot():
            rows: list[Row] = []
            turns, first = pace_of_loop().decoding, not self._upserted
            await turns.take(ahead=first)
            turn = time.perf_counter()
            for item in objects:
                row = self._project(item)
                if row is not None:
                    rows.append(row)
                if time.perf_counter() - turn > TURN_SECONDS:
                    await turns.take(ahead=first)
                    turn = time.perf_counter()
            self._upserted = True
            await self._write(writer.upsert(self.kind.resource, rows))

    def _project(self, item: T) -> Row | None:
        try:
            return self.kind.project(item)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
            self._unreadable += 1
            if self._unreadable == 1:
                log.warning("an object has no row", kind=self.kind.kind, error=type(error).__name__)
            return None

    async def _write(self, call: Awaitable[bool]) -> None:
        if not await call:
            raise _RevokedError
