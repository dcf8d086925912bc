"""`quarterdeck`: serves the page until asked to end."""

from __future__ import annotations

import asyncio
import gc
import sys

from rich.console import Console as Terminal

from quarterdeck.api.server import Served, serving
from quarterdeck.api.tokens import LAUNCH_LIFE_S, Tokens
from quarterdeck.app.instance import Instance, single_instance
from quarterdeck.cli.browser import can_open, launch_url, open_file, remove_launch_files, write_launch_file
from quarterdeck.cli.collecting import collecting
from quarterdeck.cli.compose import Compose
from quarterdeck.cli.giving_back import giving_back
from quarterdeck.cli.loop import run, stop_on_signals
from quarterdeck.cli.second import ask_for_launch, find_running
from quarterdeck.settings.load import Loaded, Origin
from quarterdeck.settings.model import Settings


def serve(loaded: Loaded, compose: Compose, *, demo: bool = False) -> None:
    """Serves, or opens the page of the one that serves already. Raises CommandError and SettingsError."""
    settings = loaded.settings
    terminal = Terminal(stderr=False, highlight=False)
    with single_instance(settings.folders.data) as instance:
        if instance is None:
            running = find_running(settings.folders.data)
            launch = ask_for_launch(running)
            terminal.print(f"Quarterdeck runs already, at {running.url}", soft_wrap=True)
            _hand_over(settings, running.url, launch, terminal)
            return
        # A default port that is taken is no reason to fail; one that was asked for is.
        or_any = loaded.sources["server.port"].origin is Origin.DEFAULT
        try:
            run(_serve(settings, compose, instance, terminal, or_any=or_any, demo=demo))
        finally:
            remove_launch_files(settings.folders.data)


async def _serve(
    settings: Settings, compose: Compose, instance: Instance, terminal: Terminal, *, or_any: bool, demo: bool
) -> None:
    stop = asyncio.Event()
    restore = stop_on_signals(stop)
    try:
        tokens = Tokens()
        async with compose(settings, demo=demo) as console, serving(
            console, settings.server, tokens, or_any=or_any
        ) as served:  # fmt: skip
            await asyncio.to_thread(instance.announce, served.url, tokens.bearer())
            _greet(served, settings, terminal)
            await asyncio.to_thread(_hand_over, settings, served.url, tokens.launch(), terminal)
            gc.freeze()
            async with giving_back():
                with collecting(console.selection):
                    await stop.wait()
            terminal.print("Closing.")
    finally:
        restore()


def _greet(served: Served, settings: Settings, terminal: Terminal) -> None:
    terminal.print(f"Quarterdeck is at {served.url} (Ctrl-C ends it).", soft_wrap=True)
    if settings.server.host not in ("127.0.0.1", "localhost", "::1"):
        terminal.print("It is not on loopback: whoever reaches that port reaches its door. Put TLS in front of it.")


def _hand_over(settings: Settings, url: str, launch: str, terminal: Terminal) -> None:
    """To the browser by a file; where none is to be opened, to the person in front of the terminal."""
    path = write_launch_file(settings.folders.data, url, launch)
    if settings.server.open_browser and can_open() and open_file(path):
        return
    if sys.stdout.isatty():
        terminal.print(f"Open within {LAUNCH_LIFE_S:.0f} s: {launch_url(url, launch)}", soft_wrap=True)
    else:
        terminal.print(f"Open within {LAUNCH_LIFE_S:.0f} s: {path.as_uri()}", soft_wrap=True)
