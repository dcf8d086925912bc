"""Standard output, for answers."""

from __future__ import annotations

import sys

from rich.console import Console as Terminal

_UNBOUND = 100_000
"""Columns where nobody's screen ends the line."""


def answering() -> Terminal:
    """In a pipe or a file a line is as long as it is: what folds at 80 columns can be neither searched nor cut."""
    return Terminal(highlight=False, markup=False, width=None if sys.stdout.isatty() else _UNBOUND)
