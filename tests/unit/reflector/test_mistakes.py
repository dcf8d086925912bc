"""A mistake of ours in the middle of a list is shown, logged and tried again: no table silently stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import _AsyncGeneratorContextManager  # pyright: ignore[reportPrivateUsage] - what the base returns
from typing import Any

import pytest
import structlog

from quarterdeck.clusters.reflector_state import Lost
from quarterdeck.model.errors import ErrorClass
from tests.unit.reflector.fakes import Bench, Server, added, bookmark, passes, running

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])
    yield
    structlog.reset_defaults()


class Mistaken(Server):
    """Its client stumbles over itself so many times."""

    mistakes = 1

    def watch(self, *args: Any, **kwargs: Any) -> _AsyncGeneratorContextManager[Any, None]:
        if self.mistakes:
            self.mistakes -= 1
            raise AttributeError("'Source' object has no attribute 'path'")
        return super().watch(*args, **kwargs)


async def test_a_mistake_is_shown_and_the_list_is_tried_again() -> None:
    server = Mistaken([[added("a", version="1"), [bookmark("2", end=True)]]])
    bench = Bench(server)
    async with running(bench):
        await passes(0.1)
        state = bench.reflector.state
        assert isinstance(state, Lost)
        assert (state.failure.error_class, state.failure.reason) == (ErrorClass.INTERNAL, "internal")
        assert "AttributeError" in state.failure.message
        await passes(2)
        assert bench.tags[-1] == "live"
        assert set(bench.writer.rows.values()) == {"a"}
