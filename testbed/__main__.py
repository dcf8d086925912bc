"""`python -m testbed build` and `python -m testbed up`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

from testbed import build


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m testbed", description="Real API servers on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="build the binaries (some six minutes the first time)")
    building.add_argument("--force", action="store_true", help="build all of them anew")
    up = commands.add_parser("up", help="a fleet that runs until Ctrl-C")
    up.add_argument("--clusters", type=int, default=2)
    up.add_argument("--pods", type=int, default=0, help="pods in each cluster")
    up.add_argument("--kwok", action="store_true", help="nodes on which pods run, with logs, exec and port-forward")
    up.add_argument("--controllers", action="store_true", help="controller-manager and scheduler: Deployments live")
    up.add_argument("--rtt", type=float, default=0, metavar="MS", help="a proxy with that round-trip time before each")
    up.add_argument("--kubeconfig", type=Path, help="where to write the kubeconfig (default: the fleet's directory)")
    return parser


async def _up(arguments: argparse.Namespace) -> None:
    from testbed.demo import Wishes, fleet_for_a_person

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    wishes = Wishes(
        clusters=arguments.clusters,
        pods=arguments.pods,
        kwok=arguments.kwok,
        controllers=arguments.controllers,
        latency=arguments.rtt / 2000,
        kubeconfig=arguments.kubeconfig,
    )
    serving = asyncio.ensure_future(fleet_for_a_person(wishes, stop, say=_say))
    for number in (signal.SIGINT, signal.SIGTERM):
        # Before it is up, waiting for `stop` is far away: the first Ctrl-C then cancels the start.
        loop.add_signal_handler(number, lambda: (stop.set(), serving.cancel()))
    try:
        await serving
    except asyncio.CancelledError:
        _say("stopped")


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    arguments = _parser().parse_args()
    try:
        started = time.monotonic()
        if arguments.command == "build":
            if build.build(say=_say, force=arguments.force):
                print(f"test ground built in {time.monotonic() - started:.0f} s")
            return 0
        build.build(say=_say)
        asyncio.run(_up(arguments))
    except build.BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
