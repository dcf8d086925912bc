"""The event loop of a command: uvloop where there is one, and an end that Ctrl-C asks for."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

if sys.platform != "win32":
    import resource

    import uvloop

_T = TypeVar("_T")
_WANTED_FILES = 65_536
_COLLECT_AFTER = (5_000, 1_000, 10)
"""At Python's 700 the collector runs hundreds of times a second while lists are read, for garbage that is no cycle; at
25,000 each of its walks is a stall. Through what is older it is kept from walking: cli/collecting.py has it do so."""
_SWITCH_S = 0.0005
"""How long a thread that wants the interpreter waits for it. A write to a store takes it back some fifteen times: at
Python's 5 ms a page of rows would wait 75 ms beside a busy loop."""


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Runs `main`; Ctrl-C cancels it, and a second one ends the process as usual."""
    raise_file_limit()
    sys.setswitchinterval(_SWITCH_S)
    gc.set_threshold(*_COLLECT_AFTER)
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    if sys.platform != "win32":
        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)


def stop_on_signals(stop: asyncio.Event) -> Callable[[], None]:
    """Sets `stop` on SIGTERM and SIGINT. Returns how to give them back; after the first, they act as usual."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        before = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(stop.set))

        def give_back() -> None:
            signal.signal(signal.SIGTERM, before)

        return give_back

    def restore() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    def asked() -> None:
        stop.set()
        restore()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    return restore


def raise_file_limit() -> None:
    """Each watch is a socket; many systems start processes with 1,024 descriptors or fewer."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, _WANTED_FILES)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
