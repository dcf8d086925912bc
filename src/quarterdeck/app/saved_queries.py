"""Questions that a person keeps: a private file in the data folder, written before the answer says that it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from quarterdeck.kubeconfig.identity import write_private
from quarterdeck.model.asking import QueryPut, SavedQueries, SavedQuery
from quarterdeck.model.errors import RefusedError

log = structlog.get_logger(__name__)

MOST = 500


class QueryShelf:
    """Satisfies api.ports.QueryShelf. `file` None keeps nothing on disk. `told` after each change."""

    def __init__(
        self, file: Path | None, now: Callable[[], float] = time.time, told: Callable[[], None] = lambda: None
    ) -> None:
        self._file = file
        self._told = told
        self._now = now
        self._turn = asyncio.Lock()
        self._read = False
        self._queries: dict[str, SavedQuery] = {}

    async def all(self) -> SavedQueries:
        """Raises RefusedError where the file is there and cannot be read."""
        async with self._turn:
            await self._load()
            return self._listed()

    async def put(self, name: str, query: QueryPut) -> SavedQuery:
        """Keeps it under this ID, in place of the one that has it. Raises RefusedError."""
        async with self._turn:
            await self._load()
            if name not in self._queries and len(self._queries) >= MOST:
                raise RefusedError(f"{MOST} questions are saved, which is the most. Delete one first.")
            saved = SavedQuery(name, query.name.strip() or "Unnamed", query.sql, list(query.clusters), self._now())
            await self._write(self._queries | {name: saved})
            return saved

    async def delete(self, name: str) -> None:
        """One that is not there is deleted already. Raises RefusedError."""
        async with self._turn:
            await self._load()
            if name in self._queries:
                await self._write({key: one for key, one in self._queries.items() if key != name})

    def _listed(self) -> SavedQueries:
        return SavedQueries(sorted(self._queries.values(), key=lambda one: (one.name.lower(), one.id)))

    async def _load(self) -> None:
        if self._read or self._file is None:
            return
        try:
            self._queries = await asyncio.to_thread(_read, self._file)
        except OSError as error:
            raise RefusedError(f"The saved questions cannot be read: {error.strerror}.") from error
        self._read = True

    async def _write(self, queries: dict[str, SavedQuery]) -> None:
        if self._file is not None:
            content = msgspec.json.format(msgspec.json.encode(SavedQueries(list(queries.values()))), indent=2)
            try:
                await asyncio.to_thread(write_private, self._file, content + b"\n")
            except OSError as error:
                raise RefusedError(f"The question could not be saved: {error.strerror}.") from error
        self._queries = queries
        self._told()


def _read(file: Path) -> dict[str, SavedQuery]:
    """A damaged file is laid aside, never written over: it is all that a person saved. Blocking. Raises OSError."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        saved = _decode_saved_queries(content)
    except msgspec.DecodeError as error:
        aside = file.with_name(f"{file.name}.damaged-{int(time.time())}")
        file.rename(aside)
        log.warning(
            "the saved questions could not be read; the file was laid aside", file=str(aside), reason=str(error)
        )
        return {}
    return {one.id: one for one in saved.queries}


_decode_saved_queries = msgspec.json.Decoder(SavedQueries).decode
