"""One process that answers questions, as its owner sees it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from quarterdeck.asking.protocol import HEADER, Question, Reply, framed, reply

_ROOM = 8_000_000
"""Bytes that a reply may have beside its rows: what is said of clusters and tables."""
_BUFFER = 1_048_576


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

    async def exchange(self, question: Question) -> Reply:
        """Raises WorkerEndedError. Cancelled in the middle, it must be killed: the reply is still on its way."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(framed(question))
            await self._process.stdin.drain()
            size = HEADER.unpack(await self._process.stdout.readexactly(HEADER.size))[0]
            if size > question.limits.size + _ROOM:
                raise WorkerEndedError
            return reply(await self._process.stdout.readexactly(size))
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:  # msgspec.DecodeError is a ValueError
            raise WorkerEndedError from error

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
