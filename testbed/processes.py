"""One process of a fleet: started, seen alive, killed, waited for.

Nothing here is bound to an event loop, so that a fleet started by one loop (a session fixture's) can be driven from
another (each test's).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from testbed import watchdog

_POLL = 0.01


class TestbedError(Exception):
    """The test ground did not do what it was asked for; the message holds the end of the process's log."""

    __test__ = False


class Process:
    """A child process whose output goes to `log`. `mark` is the fleet's directory (see watchdog)."""

    def __init__(self, name: str, argv: Sequence[str | Path], *, log: Path, mark: Path) -> None:
        self.name = name
        self.log = log
        self._argv = [str(a) for a in argv]
        self._mark = mark
        self._popen: subprocess.Popen[bytes] | None = None
        self._retired = False

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise TestbedError(f"{self.name} was never started")
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def start(self) -> None:
        """Starts the process, in a session of its own: Ctrl-C is for the driver, which then stops it in order."""
        if self._retired:
            raise TestbedError(f"{self.name} belongs to a fleet that was stopped")
        if self.alive:
            raise TestbedError(f"{self.name} runs already")
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._mark),
            "TMPDIR": str(self._mark),
            watchdog.MARK: str(self._mark),
        }
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self._mark,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        if self._popen is not None:
            self._popen.send_signal(number)

    def kill_now(self) -> None:
        """kill -9, without waiting for the end."""
        if self._popen is not None and self._popen.poll() is None:
            self._popen.kill()

    def retire(self) -> None:
        """kill -9, and no start from now on: a restart under way elsewhere must not outrun the end of its fleet."""
        self._retired = True
        self.kill_now()

    async def gone(self, *, within: float = 10) -> None:
        """Returns when the process has ended; raises TestbedError after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while self.alive:  # noqa: ASYNC110 - an exit is seen from any loop and thread only by asking
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            raise self.failed(f"did not end within {within} s") from None

    async def kill(self, *, within: float = 10) -> None:
        """kill -9, and returns when the process is gone."""
        self.kill_now()
        await self.gone(within=within)

    def log_tail(self, lines: int = 15) -> str:
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 20_000))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def failed(self, what: str) -> TestbedError:
        return TestbedError(f"{self.name} {what}; the end of its log:\n{self.log_tail()}")


class Watchdog:
    """Ends a fleet whose driver died; `close` waits for it to have cleaned up."""

    def __init__(self, directory: Path) -> None:
        # Without the mark in its environment, or it would kill itself first.
        environment = {k: v for k, v in os.environ.items() if k != watchdog.MARK}
        self._popen = subprocess.Popen(
            [sys.executable, watchdog.__file__, str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )

    async def close(self, *, within: float = 20) -> None:
        if self._popen.stdin is not None:
            self._popen.stdin.close()
        try:
            async with asyncio.timeout(within):
                while self._popen.poll() is None:  # noqa: ASYNC110 - as in Process.gone
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            self._popen.kill()
            self._popen.wait(5)
            raise TestbedError(f"the watchdog did not clean up within {within} s") from None
