"""The one place where commands meet the composition root."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from quarterdeck.api.ports import Console
from quarterdeck.settings.model import Settings


class Compose(Protocol):
    def __call__(
        self, settings: Settings, *, transient: bool = False, demo: bool = False
    ) -> AbstractAsyncContextManager[Console]:
        """A console that lives as long as the block. `transient`: reads the data folder and writes nothing there, and
        opens nothing by itself. `demo`: on simulated clusters."""
        ...


def composition() -> Compose:
    """Imported late: `--help` and `settings` need none of it."""
    from quarterdeck.app.console import running

    return running
