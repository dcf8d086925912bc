"""The browser on this machine, and the Node that drives it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"
"""Where playwright-core is installed."""
HOW_TO_GET_IT = "Chromium was not found: `apt-get install chromium-headless-shell`, or set QUARTERDECK_CHROMIUM"
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The shell first: without the windows that nobody sees a test takes a third of the time."""
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> str | None:
    named = os.environ.get("QUARTERDECK_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    return found or (str(_MAC) if _MAC.exists() else None)


def node() -> str:
    """The pinned one beside this interpreter, else one on the PATH."""
    beside = Path(sys.executable).with_name("node")
    return str(beside) if beside.exists() else "node"


def environment(chromium: str) -> dict[str, str]:
    """For a driver in Node."""
    return {**os.environ, "QUARTERDECK_CHROMIUM": chromium, "QUARTERDECK_FRONTEND": f"{FRONTEND}/"}
