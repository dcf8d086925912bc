"""Every test proves that it left nothing behind: no task, thread, socket, process or file handle.

Async tests are anyio tests (`pytestmark = pytest.mark.anyio`). `anyio_backend` gives them virtual time by looptime,
so that deadlines of minutes pass in microseconds; a test that meets threads, processes or real servers asks for real
time with `@pytest.mark.parametrize("anyio_backend", [REAL_TIME], indirect=False)` or by overriding the fixture.

A call of Quarterdeck's that blocks the loop (a file, a name, a sleep, SQLite's waits) fails the test that made it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Iterator
from typing import Any

import looptime
import psutil
import pytest
from blockbuster import blockbuster_ctx

from tests import examples as examples  # its profiles, before pytest asks for one

pytest_plugins = ["testbed.fixtures"]

VIRTUAL_TIME: tuple[str, dict[str, Any]] = ("asyncio", {"loop_factory": looptime.new_event_loop})
REAL_TIME: tuple[str, dict[str, Any]] = ("asyncio", {"use_uvloop": False})


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Virtual time, unless the test or its module is marked `real_time`."""
    return REAL_TIME if request.node.get_closest_marker("real_time") else VIRTUAL_TIME


MAY_BLOCK = (
    # A few kB into a memfd: it never reaches a disk.
    ("os.write", "quarterdeck/kubeclient/trust.py", {"_as_file"}),
    # What our own process costs is read from /proc, which is no disk.
    ("io.BufferedReader.read", "quarterdeck/app/diagnostics.py", {"__init__", "runtimes", "vitals"}),
    ("io.TextIOWrapper.read", "quarterdeck/app/diagnostics.py", {"__init__", "runtimes", "vitals"}),
    ("os.listdir", "quarterdeck/app/diagnostics.py", {"runtimes"}),
    # uvloop joins the threads of its executor from within, when all that ran on it is over.
    ("threading.Lock.acquire", "asyncio/runners.py", {"close"}),
    # Tests end their pool where they made it; the app does so in a thread.
    ("threading.Lock.acquire", "quarterdeck/stores/pool.py", {"close"}),
    # The source lines of a traceback that is logged: a mistake of ours costs a few ms once.
    ("os.stat", "linecache.py", {"updatecache", "checkcache"}),
    ("os.stat", "quarterdeck/api/problems.py", {"on_mistake"}),
)


@pytest.fixture(autouse=True, scope="session")
def nothing_blocks_the_loop() -> Iterator[None]:
    with blockbuster_ctx("quarterdeck") as watched:
        for name, file, functions in MAY_BLOCK:
            watched.functions[name].can_block_in(file, functions)
        yield


def pytest_collection_finish() -> None:
    """What the imports made is taken out of the collector's sight: to go through it after each test cost more than the
    tests did."""
    gc.collect()
    gc.freeze()


def _threads() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if t.is_alive() and not t.daemon}


def _open_files() -> set[str]:
    """What the process's descriptors point at, of the kinds that a test can leak."""
    found: set[str] = set()
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []:  # noqa: PTH112, PTH208 - hot
        try:
            target = os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115
        except OSError:
            continue
        if target.startswith("socket:") or (target.startswith("/") and not target.startswith(("/dev/", "/proc/"))):
            found.add(f"{name} -> {target}")
    return found


def _children() -> list[psutil.Process]:
    """All descendants. To list them reads every process of the machine, so first the kernel says if any is ours."""
    if hasattr(os, "waitid"):
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return []
    return psutil.Process().children(recursive=True)


@pytest.fixture(autouse=True)
def leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test that leaks, by name, with what it leaked."""
    if request.node.get_closest_marker("keeps"):
        yield
        return
    threads, files = _threads(), _open_files()
    children = {p.pid for p in _children()}
    yield
    gc.collect()
    for thread in _threads() - threads:
        thread.join(2)
    left = [f"thread {t.name}" for t in _threads() - threads]
    left += [f"file {f}" for f in _open_files() - files]
    for child in _children():
        if child.pid not in children and child.status() != psutil.STATUS_ZOMBIE:
            left.append(f"process {child.pid} {child.name()}")
    assert not left, f"left behind: {left}"


def _is_runner(task: asyncio.Task[Any]) -> bool:
    """anyio's own task, in which tests and fixtures run."""
    return "TestRunner" in getattr(task.get_coro(), "__qualname__", "")


@pytest.fixture(autouse=True)
async def leaves_no_task(anyio_backend: object) -> Any:
    """Async tests end with no task of theirs pending."""
    before = asyncio.all_tasks()
    yield
    pending = [t for t in asyncio.all_tasks() - before if not t.done() and not _is_runner(t)]
    assert not pending, f"tasks left behind: {pending}"
