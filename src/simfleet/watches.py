"""Watch: from a version, from now, or as WatchList (KEP-3157); bookmarks; 410 as an event."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web

from simfleet.clock import Clock
from simfleet.faults import Faults, Hang
from simfleet.lists import TURN
from simfleet.objects import Stored
from simfleet.options import ListOptions, parse_version
from simfleet.rendering import Renderer, error_event
from simfleet.selectors import Selector
from simfleet.statuses import StatusError, expired
from simfleet.store import Change, KindStore, TooOldError

DEFAULT_TIMEOUT = 3600.0
"""Seconds; a real server takes 30 to 60 minutes (--min-request-timeout)."""


class Watch:
    """One watch request. `bookmark_interval` in seconds."""

    def __init__(
        self,
        store: KindStore,
        namespace: str,
        options: ListOptions,
        renderer: Renderer,
        *,
        clock: Clock,
        faults: Faults,
        bookmark_interval: float,
    ) -> None:
        """Raises StatusError."""
        self._store = store
        self._namespace = namespace
        self._options = options
        self._renderer = renderer
        self._clock = clock
        self._faults = faults
        self._interval = bookmark_interval
        self._selector = Selector(options.labels, options.fields, store.kind)
        try:
            self._cursor = parse_version(options.version)
        except ValueError as error:
            raise StatusError(500, "", str(error)) from error
        self._whole = options.initial or (options.initial is None and self._cursor == 0)
        if options.initial is False and self._cursor == 0:
            self._cursor = store.revision

    async def run(self, request: web.BaseRequest) -> web.StreamResponse:
        """Streams until its timeout, a too old version or the client's leave."""
        response = web.StreamResponse()
        response.content_type = "application/json"
        response.enable_chunked_encoding()
        loop = asyncio.get_running_loop()
        timeout = self._options.timeout
        deadline = loop.time() + (timeout or DEFAULT_TIMEOUT)
        with suppress(ConnectionResetError):
            writer = await response.prepare(request)
            if writer is not None:
                writer.send_headers()  # a watch with nothing to say yet still shows that it stands
            try:
                if self._whole:
                    await self._initial(response)
                await self._follow(response, deadline)
            except TooOldError as error:
                message = f"too old resource version: {error.wanted} ({error.oldest})"
                await response.write(error_event(expired(message).status()))
            await response.write_eof()
        return response

    async def _initial(self, response: web.StreamResponse) -> None:
        version = self._store.revision
        objects = self._store.snapshot(self._namespace)
        self._cursor = version
        hanging = self._faults.settings.hang is Hang.LIST
        size = 10 if hanging else TURN
        for low in range(0, len(objects), size):
            if low == size:
                await self._faults.passed_hang(Hang.LIST)
            now = self._clock.now()
            part = objects[low : low + size]
            lines = [self._renderer.event("ADDED", s, now) for s in part if self._selector.matches(s)]
            if lines:
                await response.write(b"".join(lines))
            await asyncio.sleep(0)
        if hanging and len(objects) <= size:
            await self._faults.passed_hang(Hang.LIST)
        if self._options.initial and self._options.bookmarks:
            await response.write(self._renderer.bookmark(version, initial_end=True))

    async def _follow(self, response: web.StreamResponse, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        bookmark_at = loop.time() + self._interval
        while loop.time() < deadline:
            await self._faults.passed_hang(Hang.REQUEST, Hang.WATCH)
            await self._send_changes(response)
            if loop.time() >= bookmark_at:
                bookmark_at = loop.time() + self._interval
                if self._options.bookmarks:
                    self._cursor = max(self._cursor, self._store.revision)
                    await response.write(self._renderer.bookmark(self._cursor))
                    continue
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(deadline, bookmark_at)):
                    await self._store.changed()

    async def _send_changes(self, response: web.StreamResponse) -> None:
        while changes := self._store.since(self._cursor):
            now = self._clock.now()
            lines: list[bytes] = []
            for change in changes[:TURN]:
                self._cursor = change.version
                found = self._seen_as(change)
                if found is not None:
                    lines.append(self._renderer.event(*found, now))
            if lines:
                await response.write(b"".join(lines))

    def _matches(self, stored: Stored | None) -> bool:
        if stored is None or (self._namespace and stored.namespace != self._namespace):
            return False
        return self._selector.matches(stored)

    def _seen_as(self, change: Change) -> tuple[str, Stored] | None:
        """An object that begins or ceases to match appears or disappears."""
        was, is_now = self._matches(change.old), self._matches(change.new)
        if is_now and change.new is not None:
            return ("MODIFIED" if was else "ADDED"), change.new
        if was and change.old is not None:
            gone = change.last if change.last is not None else change.old.at(change.version)
            return "DELETED", gone
        return None
