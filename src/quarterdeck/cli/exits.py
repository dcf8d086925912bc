"""Exit codes, the same for every command."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Shown in `quarterdeck --help` and in docs/cli.md."""

    OK = 0
    FAILED = 1
    """A cluster failed (doctor), a question took too much or an answer has not all of it (query), or the console could
    not start."""
    USAGE = 2
    """A flag, a setting or a context's name makes no sense."""
    INTERNAL = 70
    """A mistake of ours (EX_SOFTWARE)."""
    INTERRUPTED = 130
    """Ctrl-C, or a request to end."""


class CommandError(Exception):
    """One sentence for a person, and how to exit."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
