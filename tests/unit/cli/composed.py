"""A composition root in memory: the console of tests/unit/api/fake.py, whose clusters settle by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest

from quarterdeck.api.wire import Facts
from quarterdeck.model.errors import ErrorClass
from quarterdeck.model.states import AuthRequired, Failed, Failure, Phase, PhaseName, PhaseStatus, Ready
from quarterdeck.selection.intents import Intent, Origin
from quarterdeck.selection.protocol import Accepted
from quarterdeck.settings.model import Settings
from tests.unit.api.fake import FakeConsole, FakeSelection, cluster, key

PHASES = tuple(Phase(name, PhaseStatus.DONE, 0.0, 12.0) for name in PhaseName)
EXPIRED = Failure(
    ErrorClass.AUTH, "expired", "The login of sso has expired.", "Log in, then retry.", "aws sso login", PhaseName.LIST
)
NO_USER = Failure(
    ErrorClass.CONFIG,
    "unknown_user",
    "Context 'adrift' names user 'ghost', who is not there.",
    file="/k/config",
    line=37,
)
_ENDS = {cluster("expired"): AuthRequired(0.0, EXPIRED), cluster("adrift"): Failed(0.0, NO_USER)}


class _Settling(FakeSelection):
    """Each change settles in the next turn; a cluster named `expired` needs a login, one named `adrift` a user."""

    def submit(self, intent: Intent, origin: Origin = Origin()) -> Accepted:  # noqa: B008 - frozen
        accepted = super().submit(intent, origin)
        asyncio.get_running_loop().call_soon(self._finish, accepted)
        return accepted

    def _finish(self, accepted: Accepted) -> None:
        self.settle(accepted.generation)
        for i in accepted.selected:
            self.become(i, _ENDS.get(i) or Ready(time.time(), PHASES))


class Composed:
    """Stands in for app.console.running; notes how it was called."""

    def __init__(self, names: Sequence[str] = ("a", "b")) -> None:
        self.names = names
        self.broken: Failure | None = None
        self.calls: list[tuple[Settings, bool, bool]] = []
        self.console: FakeConsole | None = None

    @asynccontextmanager
    async def __call__(
        self, settings: Settings, *, transient: bool = False, demo: bool = False
    ) -> AsyncGenerator[FakeConsole]:
        self.calls.append((settings, transient, demo))
        self.console = FakeConsole(self.names)
        self.console.broken = self.broken
        self.console.selection = _Settling([cluster(name) for name in self.names])
        self.console.facts = {key(name): Facts(version="v1.34.1") for name in self.names}
        yield self.console


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> Composed:
    composed = Composed()
    monkeypatch.setattr("quarterdeck.cli.main.composition", lambda: composed)
    return composed
