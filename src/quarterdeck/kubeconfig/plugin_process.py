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
        loop.subprocess_exec(
            lambda: _Plugin(waiting),
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
        transport, plugin = await asyncio.shield(spawning)
    except asyncio.CancelledError:
        # Cancelled in the middle, the fork has happened or not; only its end tells.
        with suppress(OSError):
            transport, plugin = await spawning
            await _end(transport, plugin)
        raise
    except (FileNotFoundError, PermissionError):
        raise PluginNotFoundError(program) from None
    timer = asyncio.timeout_at(loop.time() + limits.run_s)
    try:
        async with timer:
            plugin.watch_for_person(lambda: timer.expired() or timer.reschedule(loop.time() + limits.person_s))
            await asyncio.wait((plugin.exited, plugin.too_loud), return_when=asyncio.FIRST_COMPLETED)
        if plugin.exited.done():
            rest = (plugin.silent, plugin.too_loud)
            await asyncio.wait(rest, timeout=_PIPE_GRACE_S, return_when=asyncio.FIRST_COMPLETED)
    except TimeoutError:
        seconds = limits.person_s if plugin.asked else limits.run_s
        raise PluginTimeoutError(seconds, plugin.stderr(), asked=plugin.asked) from None
    finally:
        plugin.watch_for_person(None)
        if plugin.exited.done():
            transport.close()
        else:
            await _end(transport, plugin)
    if plugin.too_loud.done():
        raise PluginTooLoudError
    code = transport.get_returncode()
    return PluginOutput(-1 if code is None else code, bytes(plugin.stdout), plugin.stderr())


class _Plugin(asyncio.SubprocessProtocol):
    """Gathers what it prints, and sees when a person is asked for.

    A protocol and not streams: uvloop's Process.wait waits for the pipes, too, which a child may hold open.
    """

    def __init__(self, waiting: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.silent: asyncio.Future[None] = loop.create_future()
        self.too_loud: asyncio.Future[None] = loop.create_future()
        self.stdout = bytearray()
        self.asked = False
        self._stderr = bytearray()
        self._line = ""
        self._open = {1, 2}
        self._waiting = waiting
        self._on_person: Callable[[], object] | None = None

    def stderr(self) -> str:
        return self._stderr.decode(errors="replace")

    def watch_for_person(self, on_person: Callable[[], object] | None) -> None:
        """`on_person` is called once, maybe at once."""
        self._on_person = on_person
        if self.asked and on_person is not None:
            on_person()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self.stdout += data[: MAX_OUTPUT_BYTES + 1 - len(self.stdout)]
            if len(self.stdout) > MAX_OUTPUT_BYTES:
                _done(self.too_loud)
            return
        self._stderr += data
        if not self.asked:
            self._look(data)
        if len(self._stderr) > _MAX_STDERR_BYTES:
            del self._stderr[:-_MAX_STDERR_BYTES]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open.discard(fd)
        if not self._open:
            _done(self.silent)

    def process_exited(self) -> None:
        _done(self.exited)

    def _look(self, data: bytes) -> None:
        """At new lines only; a prompt may come without the end of its line."""
        *lines, self._line = (self._line + data.decode(errors="replace")).split("\n")
        for line in (*lines, self._line):
            if _PERSON.search(line[:_MAX_LINE]):
                self.asked = True
                if self._on_person is not None:
                    self._on_person()
                self._waiting(line[:_MAX_LINE].strip())
                return
        self._line = self._line[-_MAX_LINE:]


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _end(transport: asyncio.SubprocessTransport, plugin: _Plugin) -> None:
    """By process group; bounded by _TERM_GRACE_S + _KILL_WAIT_S. Cancelled again, it kills at once."""
    group = transport.get_pid()
    try:
        _signal(group, signal.SIGTERM)
        await asyncio.wait((plugin.exited,), timeout=_TERM_GRACE_S)
        if not plugin.exited.done():
            _signal(group, signal.SIGKILL)
            await asyncio.wait((plugin.exited,), timeout=_KILL_WAIT_S)
    finally:
        # Children may outlive their parent's polite exit.
        _signal(group, signal.SIGKILL)
        transport.close()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
