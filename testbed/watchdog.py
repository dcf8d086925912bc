"""Outlives a driver that is killed, and then ends what the driver had started.

Run as a program: `watchdog.py DIRECTORY`, standard input a pipe whose other end only the driver holds. When the pipe
closes, for whatever reason, every process that carries the fleet's mark in its environment is killed, their children
too (KWOK runs `kubectl exec` commands on this machine), and DIRECTORY is removed.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

MARK = "QUARTERDECK_TESTBED"


def marked(directory: str) -> list[int]:
    """The processes of one fleet, by the environment they were started with; the watchdog's own is without the mark."""
    import psutil

    found: list[int] = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == directory and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def sweep(directory: str, *, within: float = 5.0) -> None:
    """Kills the processes of one fleet until none is left, for `within` seconds at most."""
    import psutil

    deadline = time.monotonic() + within
    while (pids := marked(directory)) and time.monotonic() < deadline:
        for pid in pids:
            try:
                psutil.Process(pid).kill()
            except psutil.Error:
                continue
        time.sleep(0.02)


def remove(directory: str) -> None:
    """Removes a fleet's directory; tries again while a dying process still writes into it."""
    for _ in range(50):
        shutil.rmtree(directory, ignore_errors=True)
        if not Path(directory).exists():
            return
        time.sleep(0.02)


def main() -> None:
    directory = sys.argv[1]
    while sys.stdin.buffer.read(4096):
        pass
    sweep(directory)
    remove(directory)


if __name__ == "__main__":
    main()
