"""Exports that were asked for: each is fetched once, by a ticket.

A browser's own download sends no bearer token, and a token has no place in an address. So who has one is given a ticket
for one file, good once and for a moment. It is all that the address holds; only its digest is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping

import msgspec

from quarterdeck.api.exports.file import ExportFile
from quarterdeck.api.exports.writing import Content, file_name, is_whole, writer
from quarterdeck.api.guard import DOWNLOADS_PATH
from quarterdeck.api.ports import Console, ContextEntry
from quarterdeck.api.wire import ExportQuestion, ExportView
from quarterdeck.model.errors import ObjectNotFoundError, RefusedError
from quarterdeck.model.target import Key

FETCH_SECONDS = 30.0
MOST_OPEN = 8
MOST_KEPT = 64
"""Of those that have ended how they ended can still be asked; the oldest is forgotten first."""


class ExportDesk:
    """`close` ends what is being written."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.time) -> None:
        self._console = console
        self._clock = clock
        self._files: OrderedDict[str, ExportFile] = OrderedDict()
        self._tickets: dict[bytes, tuple[ExportFile, asyncio.TimerHandle]] = {}
        self._asking = 0

    async def begin(self, question: ExportQuestion) -> ExportView:
        """Its rows are of now, whenever it is fetched. Raises as Windows.export, and RefusedError where too many are
        being written."""
        if self._asking + sum(file.is_open for file in self._files.values()) >= MOST_OPEN:
            raise RefusedError(f"{MOST_OPEN} exports are being written already. Wait for one, or cancel it.")
        self._asking += 1
        try:
            rows = await self._console.windows.export(question)
        finally:
            self._asking -= 1
        picked = question.only is not None
        complete = all(is_whole(part) or (picked and part.status in ("ready", "partial")) for part in rows.parts)
        names = names_of(self._console.contexts().entries)
        content = Content(question.resource, rows.columns, rows.parts, names, complete, self._clock())
        file = ExportFile(
            secrets.token_hex(8),
            file_name(content, question.format),
            rows,
            writer(question.format, content),
            complete,
            self._forget,
        )
        self._files[file.name] = file
        return msgspec.structs.replace(file.view(), url=f"{DOWNLOADS_PATH}{self._ticket(file)}")

    def file(self, name: str) -> ExportFile:
        """Raises ObjectNotFoundError."""
        found = self._files.get(name)
        if found is None:
            raise ObjectNotFoundError("There is no such export, or it ended long ago.")
        return found

    def redeem(self, ticket: str) -> ExportFile:
        """Once. Raises ObjectNotFoundError for a ticket that is spent, too old, or none."""
        file, timer = self._tickets.pop(_digest(ticket), (None, None))
        if timer is not None:
            timer.cancel()
        if file is None or not file.is_open:
            raise ObjectNotFoundError("This file was fetched before, or is no longer kept. Export it again.")
        return file

    def close(self) -> None:
        for file in tuple(self._files.values()):
            file.fail("The console was stopped.")

    def _ticket(self, file: ExportFile) -> str:
        ticket = secrets.token_urlsafe(32)
        late = f"The browser did not fetch it within {FETCH_SECONDS:.0f} s."
        timer = asyncio.get_running_loop().call_later(FETCH_SECONDS, file.fail, late)
        self._tickets[_digest(ticket)] = (file, timer)
        return ticket

    def _forget(self, ended: ExportFile) -> None:
        """Its ticket, and the oldest of those that have ended."""
        for digest, (file, timer) in tuple(self._tickets.items()):
            if file is ended:
                timer.cancel()
                del self._tickets[digest]
        old = [name for name, file in self._files.items() if not file.is_open]
        for name in old[:-MOST_KEPT]:
            del self._files[name]


def names_of(entries: Mapping[Key, ContextEntry]) -> dict[Key, str]:
    """A context's name, or its ID where several have that name."""
    named = Counter(entry.name for entry in entries.values())
    return {key: entry.name if named[entry.name] == 1 else entry.id for key, entry in entries.items()}


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).digest()
