"""Serves a fleet until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import resource
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from simfleet.fleet import SimFleet


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 1 << 20), hard))


def _note(state: Path, latest: Path) -> None:
    """Makes `latest` a copy that only this user reads."""
    with suppress(OSError):
        latest.unlink(missing_ok=True)
        latest.touch(mode=0o600)
        shutil.copyfile(state, latest)


def _forget(state: Path, latest: Path) -> None:
    """Unless another fleet has become the newest since."""
    with suppress(OSError):
        if latest.read_bytes() == state.read_bytes():
            latest.unlink()


async def _serve(arguments: argparse.Namespace, latest: Path) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    fleet = SimFleet(
        clusters=arguments.clusters,
        pods=arguments.pods,
        seed=arguments.seed,
        churn=arguments.churn,
        kubeconfig=arguments.kubeconfig,
        admin=True,
        exec_every=arguments.exec_every,
        token_lifetime=arguments.token_lifetime,
        history=arguments.history,
        measured=arguments.measured,
    )
    async with fleet:
        _note(fleet.state_path, latest)
        gc.collect()
        gc.freeze()
        total = sum(len(c.world.pods) for c in fleet.clusters.values())
        print(f"{len(fleet.clusters)} clusters, {total} pods", flush=True)
        print(f"export KUBECONFIG={fleet.kubeconfig_path}", flush=True)
        print("ready", flush=True)
        if arguments.ready_fd is not None:
            with suppress(OSError):
                os.write(arguments.ready_fd, b"ready\n")
                os.close(arguments.ready_fd)
        await stopped.wait()
        _forget(fleet.state_path, latest)


def serve(arguments: argparse.Namespace, latest: Path) -> int:
    """Returns the exit code."""
    _raise_file_limit()
    factory = None
    if sys.platform != "win32":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(arguments, latest))
    return 0
