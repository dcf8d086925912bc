"""What is found again at the next start: selection, tabs, colours, what was last known of each cluster.

Written behind, off the loop, by atomic rename. A start that opens clusters by itself is marked until it has lived for
10 s: if it crashes before, the next one opens nothing by itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.api.wire import Facts
from quarterdeck.kubeconfig.identity import write_private

log = structlog.get_logger(__name__)

TRIAL_S = 10.0
BEHIND_S = 0.1
"""Changes that follow each other closely are written together."""


class Saved(msgspec.Struct, frozen=True):
    """`opening`: this start opens by itself and has not yet lived for TRIAL_S. `ever`: something was opened once."""

    generation: int = 0
    selected: tuple[str, ...] = ()
    tabs: tuple[str, ...] = ()
    merged: tuple[tuple[str, ...], ...] = ()
    active: str | None = None
    slots: dict[str, int] = {}
    facts: dict[str, Facts] = {}
    opening: bool = False
    ever: bool = False


class Session:
    """`saved` is what stands now. `file` None keeps nothing on disk."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._bag = TaskBag("session")
        self._dirty = asyncio.Event()
        self.saved = Saved()
        self.crashed = False
        """The start before this one ended within its trial."""

    async def start(self) -> None:
        if self._file is not None:
            self.saved = await asyncio.to_thread(_read, self._file)
            self.crashed = self.saved.opening
            # The mark is of that start: this one opens nothing by itself, and may be killed hours from now.
            self.put(opening=False)
            self._bag.spawn(self._write_behind(), "write")

    def put(self, **fields: object) -> None:
        """Stands at once, on disk a moment later."""
        saved = msgspec.structs.replace(self.saved, **fields)
        if saved != self.saved:
            self.saved = saved
            self._dirty.set()

    def try_opening(self) -> None:
        """Marks this start; the mark goes by itself after TRIAL_S, or with a clean end."""
        self.put(opening=True)
        self._bag.spawn(self._trial(), "trial")

    async def close(self) -> None:
        await self._bag.close(2)
        if self._file is not None:
            self.saved = msgspec.structs.replace(self.saved, opening=False)
            await self._write()

    async def _trial(self) -> None:
        await asyncio.sleep(TRIAL_S)
        self.put(opening=False)

    async def _write_behind(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            await self._write()
            await asyncio.sleep(BEHIND_S)

    async def _write(self) -> None:
        assert self._file is not None
        content = msgspec.json.encode(self.saved)
        try:
            await asyncio.to_thread(write_private, self._file, content)
        except OSError as error:
            log.warning("the session could not be saved", reason=error.strerror)


def _read(file: Path) -> Saved:
    try:
        return _decode_saved(file.read_bytes())
    except FileNotFoundError:
        return Saved()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("the session of before could not be read; starting afresh", reason=str(error))
        return Saved()


_decode_saved = msgspec.json.Decoder(Saved).decode
