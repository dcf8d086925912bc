"""Runs one credential plugin: no shell, no standard input, capped output, its whole process group ended with it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

import msgspec

MAX_OUTPUT_BYTES: Final = 1024 * 1024
_MAX_STDERR_BYTES: Final = 64 * 1024
_TERM_GRACE_S: Final = 0.5
"""Between SIGTERM and SIGKILL: kubelogin closes its local port, aws its cache."""
_KILL_WAIT_S: Final = 1.0
_PIPE_GRACE_S: Final = 0.5
"""For output after the exit: a browser that the plugin started may hold its pipes open for hours."""
_MAX_LINE: Final = 4_096

_PERSON = re.compile(
    r"https?://|\bbrowser\b|device[ _-]?(code|login)|one[- ]time code|enter the code|verification code", re.I
)


class PluginLimits(msgspec.Struct, frozen=True):
    """Seconds, counted from when the plugin starts. `person_s` holds once it evidently waits for a person."""

    run_s: float = 15.0
    person_s: float = 180.0


class PluginOutput(msgspec.Struct, frozen=True):
    """`stdout` is at most MAX_OUTPUT_BYTES; `stderr` its end, not scrubbed."""

    code: int
    stdout: bytes
    stderr: str

    def __repr__(self) -> str:
        return f"PluginOutput({self.code})"


class PluginTimeoutError(Exception):
    """`stderr` is what it said until then, not scrubbed; `seconds` is what it was given; `asked`: for a person."""

    def __init__(self, seconds: float, stderr: str, *, asked: bool) -> None:
        super().__init__(f"no answer within {seconds:g} s")
        self.seconds = seconds
        self.stderr = stderr
        self.asked = asked


class PluginTooLoudError(Exception):
    """It printed more than MAX_OUTPUT_BYTES."""


class PluginNotFoundError(Exception):
    """The command is not in PATH, or may not be run."""


async def run_plugin(
    program: str,
    args: Sequence[str],
    environment: Mapping[str, str],
    limits: PluginLimits,
    waiting: Callable[[str], None],
) -> PluginOutput:
    """Runs `program` to its end. It has no terminal: it leads a session of its own.

    `waiting` is called with the line of stderr by which it asks for a person. Raises PluginTimeoutError,
    PluginTooLoudError, PluginNotFoundError, OSError. Cancelled or failed, it leaves no process of its group.
    """
    loop = asyncio.get_running_loop()
    spawning = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            program,
            *args,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    )
    try:
        process = await asyncio.shield(spawning)
    except asyncio.CancelledError:
        # Cancelled in the middle, the fork has happened or not; only its end tells.
        with suppress(OSError):
            await _end(await spawning)
        raise
    except (FileNotFoundError, PermissionError):
        raise PluginNotFoundError(program) from None
    errors = _Stderr(waiting)
    timer = asyncio.timeout_at(loop.time() + limits.run_s)
    errors.on_person = lambda: timer.reschedule(loop.time() + limits.person_s)
    output = _Stdout()
    readers = asyncio.gather(output.read(process), errors.read(process))
    try:
        async with timer:
            code = await _exit_code(process, readers)
    except TimeoutError:
        seconds = limits.person_s if errors.asked else limits.run_s
        raise PluginTimeoutError(seconds, errors.text(), asked=errors.asked) from None
    finally:
        readers.cancel()
        with suppress(asyncio.CancelledError, PluginTooLoudError):
            await readers
        if process.returncode is None:
            await _end(process)
        _close_pipes(process)
    return PluginOutput(code, bytes(output.data), errors.text())


async def _exit_code(process: asyncio.subprocess.Process, readers: asyncio.Future[tuple[None, None]]) -> int:
    """Once it ended and its output is read, as far as it comes in time."""
    exited = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait((exited, readers), return_when=asyncio.FIRST_COMPLETED)
        if readers.done():
            readers.result()
        code = await exited
    finally:
        exited.cancel()
    await asyncio.wait((readers,), timeout=_PIPE_GRACE_S)
    if readers.done():
        readers.result()
    return code


class _Stdout:
    def __init__(self) -> None:
        self.data = bytearray()

    async def read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while chunk := await process.stdout.read(65_536):
            self.data += chunk
            if len(self.data) > MAX_OUTPUT_BYTES:
                raise PluginTooLoudError


class _Stderr:
    """Reads to the end, keeps the last part, and sees when a person is asked for."""

    def __init__(self, waiting: Callable[[str], None]) -> None:
        self._data = bytearray()
        self._waiting = waiting
        self._line = ""
        self.asked = False
        self.on_person: Callable[[], None] = lambda: None

    def text(self) -> str:
        return self._data.decode(errors="replace")

    async def read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while chunk := await process.stderr.read(8_192):
            self._data += chunk
            if not self.asked:
                self._look(chunk)
            if len(self._data) > _MAX_STDERR_BYTES:
                del self._data[:-_MAX_STDERR_BYTES]

    def _look(self, chunk: bytes) -> None:
        """At new lines only; a prompt may come without the end of its line."""
        *lines, self._line = (self._line + chunk.decode(errors="replace")).split("\n")
        for line in (*lines, self._line):
            if _PERSON.search(line[:_MAX_LINE]):
                self.asked = True
                self.on_person()
                self._waiting(line[:_MAX_LINE].strip())
                return
        self._line = self._line[-_MAX_LINE:]


async def _end(process: asyncio.subprocess.Process) -> None:
    """By process group; bounded by _TERM_GRACE_S + _KILL_WAIT_S, also while being cancelled again."""
    _signal(process.pid, signal.SIGTERM)
    if not await _gone(process, _TERM_GRACE_S):
        _signal(process.pid, signal.SIGKILL)
        await _gone(process, _KILL_WAIT_S)
    # Children may outlive their parent's polite exit.
    _signal(process.pid, signal.SIGKILL)


async def _gone(process: asyncio.subprocess.Process, seconds: float) -> bool:
    waiter = asyncio.ensure_future(process.wait())
    try:
        done, _ = await asyncio.wait((waiter,), timeout=seconds)
    except asyncio.CancelledError:
        _signal(process.pid, signal.SIGKILL)
        raise
    finally:
        waiter.cancel()
    return bool(done)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _close_pipes(process: asyncio.subprocess.Process) -> None:
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()
