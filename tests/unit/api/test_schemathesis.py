"""Whatever is sent, the server answers by its own description and never with an error of ours."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from quarterdeck.api.app import document
from quarterdeck.api.server import serving
from quarterdeck.api.tokens import Tokens
from quarterdeck.selection.intents import ChangeSelection
from quarterdeck.settings.model import ServerSettings
from tests.unit.api.fake import FakeConsole, cluster, key

pytestmark = [pytest.mark.slow, pytest.mark.real_time, pytest.mark.timeout(300)]
EXAMPLES = 30
NO_HTTP = "Invalid HTTP request received."
"""The HTTP parser's own answer: an address of tens of kilobytes never reaches a route."""
OPENAPI_CHECKS: Any = checks
CHECKS: list[Any] = [
    OPENAPI_CHECKS.status_code_conformance,
    OPENAPI_CHECKS.content_type_conformance,
    OPENAPI_CHECKS.response_schema_conformance,
]


@contextmanager
def served() -> Generator[tuple[str, str]]:
    """A real server in a thread of its own: its address and a token."""
    ready = threading.Event()
    told: dict[str, Any] = {}

    async def main() -> None:
        tokens, console, stop = Tokens(), FakeConsole(), asyncio.Event()
        console.selection.submit(ChangeSelection((cluster("a"),)))
        console.selection.settle(1)
        async with serving(console, ServerSettings(port=0), tokens) as where:
            told.update(url=where.url, token=tokens.bearer(), stop=stop, loop=asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert ready.wait(20)
        yield told["url"], told["token"]
    finally:
        told["loop"].call_soon_threadsafe(told["stop"].set)
        thread.join(20)


def test_no_request_makes_a_server_error() -> None:
    # Real keys among the made-up ones, or nothing behind a key would ever be reached.
    described = document()
    for item in described["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "key":
                    parameter["schema"] = {"enum": [key("a"), key("b"), "ffffffffffff"]}
                if parameter["name"] == "wait":
                    parameter["schema"] = {"type": "string", "maxLength": 0}  # nothing here would ever settle
    schema: Any = schemathesis.openapi.from_dict(described)
    with served() as (url, token):
        for result in schema.get_all_operations():
            for mode in GenerationMode:
                _probe(result.ok(), mode, url.rstrip("/"), token)


def _probe(operation: Any, mode: GenerationMode, url: str, token: str) -> None:
    """`mode` NEGATIVE breaks the description on purpose; what has nothing to break is left out."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
        database=None,
    )
    @given(operation.as_strategy(generation_mode=mode))
    def probe(case: Any) -> None:
        answer = case.call(base_url=url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text}"
        if answer.status_code == 400 and answer.text == NO_HTTP:
            return
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"], answer.headers

    try:
        probe()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE
