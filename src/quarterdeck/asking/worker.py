"""One process that answers questions, as its owner sees it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from msgspec.structs import replace

from quarterdeck.asking.protocol import HEADER, READY, Answered, Question, Reply, framed, reply

_MOST_BYTES = 16_000_000
"""Of a reply without its rows: what is said of clusters and tables."""
_PIECE = 262_144
_BUFFER = 262_144


class WorkerEndedError(Exception):
    """The process is gone, or says what makes no sense."""


class Worker:
    """One question at a time. `kill` ends it, whatever it does; `ended` waits until it is gone."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> Worker:
        """Raises OSError. It leads a session of its own: Ctrl-C is for the one who owns it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # what lies in the present folder is nobody's module
            "-m",
            "quarterdeck.asking",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_BUFFER,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ready(self) -> None:
        """Raises WorkerEndedError. A question's time begins behind it."""
        assert self._process.stdout is not None
        try:
            await self._process.stdout.readexactly(len(READY))
        except (OSError, asyncio.IncompleteReadError) as error:
            raise WorkerEndedError from error

    async def exchange(self, question: Question) -> Reply:
        """Raises WorkerEndedError. Cancelled in the middle, it must be killed: the reply is still on its way."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(framed(question))
            await self._process.stdin.drain()
            size = HEADER.unpack(await self._process.stdout.readexactly(HEADER.size))[0]
            if size > _MOST_BYTES:
                raise WorkerEndedError
            said = reply(await self._process.stdout.readexactly(size))
            rows = await self._rows(self._process.stdout, said.size if isinstance(said, Answered) else 0)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:  # msgspec.DecodeError is a ValueError
            raise WorkerEndedError from error
        return replace(said, rows=rows) if isinstance(said, Answered) else said

    async def _rows(self, source: asyncio.StreamReader, size: int) -> bytes:
        """In pieces: each copy of megabytes is a stall of milliseconds."""
        pieces: list[bytes] = []
        while size:
            pieces.append(await source.readexactly(min(size, _PIECE)))
            size -= len(pieces[-1])
        whole = b"".join(pieces)
        await asyncio.sleep(0)  # whoever sends it copies it once more
        return whole

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
