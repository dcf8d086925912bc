"""Handing the launch token to the browser: in a file that its person alone can read, never on a command line, where
`ps` shows it to everybody."""

from __future__ import annotations

import html
import os
import secrets
import sys
import time
import webbrowser
from pathlib import Path

from quarterdeck.api.tokens import LAUNCH_LIFE_S
from quarterdeck.kubeconfig.identity import write_private

_PREFIX = "launch-"


def launch_url(url: str, launch: str) -> str:
    """The part after `#` stays in the browser: it is in no request, log or referrer."""
    return f"{url}#launch={launch}"


def write_launch_file(folder: Path, url: str, launch: str) -> Path:
    """A page of mode 0600 that goes to `url`. Older ones, whose tokens are spent, are removed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_launch_files(folder, older_than_s=LAUNCH_LIFE_S)
    target = html.escape(launch_url(url, launch), quote=True)
    path = folder / f"{_PREFIX}{secrets.token_hex(4)}.html"
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0;url={target}"><title>Quarterdeck</title></head>'
        f'<body><p><a href="{target}">Open Quarterdeck</a></p></body></html>\n'
    )
    write_private(path, page.encode())
    return path


def remove_launch_files(folder: Path, older_than_s: float = 0) -> None:
    for path in folder.glob(f"{_PREFIX}*.html"):
        try:
            if time.time() - path.stat().st_mtime >= older_than_s:
                path.unlink()
        except OSError:
            continue  # gone meanwhile, or another's


def can_open() -> bool:
    """Whether there is a screen: without one, `webbrowser` would start a browser in this very terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_file(path: Path) -> bool:
    """False where no browser took it."""
    try:
        return webbrowser.open(path.as_uri())
    except webbrowser.Error:
        return False
