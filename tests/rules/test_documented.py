"""Docs that lag fail here: routes, problems, errors, close codes, exit codes, settings."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import quarterdeck
from quarterdeck.api.problems import KINDS
from quarterdeck.api.stream import connection
from quarterdeck.cli.exits import Exit
from quarterdeck.model.errors import ErrorClass, QuarterdeckError, RequestError
from quarterdeck.settings.table import TABLE
from tests.rules.sources import ROOT

DOCS = ROOT / "docs"
OPENAPI: dict[str, Any] = json.loads((DOCS / "api" / "openapi.json").read_text("utf-8"))


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in OPENAPI["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield method.upper(), path, operation


def test_every_route_is_documented() -> None:
    written = (DOCS / "api" / "README.md").read_text("utf-8")
    missing = [f"{method} {path}" for method, path, _ in _operations() if f"`{method} {path}`" not in written]
    assert not missing, f"docs/api/README.md lacks {missing}"
    silent = [operation["operationId"] for _, _, operation in _operations() if not operation.get("description")]
    assert not silent, f"no docstring: {silent}"


def test_no_route_is_documented_that_is_not_there() -> None:
    written = re.findall(r"`(GET|PUT|POST|DELETE) (/[^`]*)`", (DOCS / "api" / "README.md").read_text("utf-8"))
    there = {(method, path) for method, path, _ in _operations()} | {("GET", "/schema")}
    assert set(written) <= there


def _error_classes() -> set[type[QuarterdeckError]]:
    for module in pkgutil.walk_packages(quarterdeck.__path__, "quarterdeck."):
        importlib.import_module(module.name)
    found: set[type[QuarterdeckError]] = set()
    todo: list[type[QuarterdeckError]] = [QuarterdeckError]
    while todo:
        for kind in todo.pop().__subclasses__():
            if kind not in found and kind.__module__.startswith("quarterdeck."):
                found.add(kind)
                todo.append(kind)
    return found


def test_every_error_class_is_documented() -> None:
    written = (DOCS / "api" / "errors.md").read_text("utf-8")
    missing = sorted(kind.__name__ for kind in _error_classes() if f"`{kind.__name__}`" not in written)
    assert not missing, f"docs/api/errors.md lacks {missing}"
    assert all(f"`{word}`" in written for word in ErrorClass)


def test_every_problem_is_documented_and_every_request_error_is_one() -> None:
    written = (DOCS / "api" / "errors.md").read_text("utf-8")
    assert not [kind for kind in KINDS if f"`{kind}`" not in written]
    for kind in _error_classes():
        if issubclass(kind, RequestError):
            assert kind.kind in KINDS, kind


def test_the_streams_close_codes_are_documented() -> None:
    written = (DOCS / "api" / "README.md").read_text("utf-8")
    codes = [value for name, value in vars(connection).items() if name.startswith("CLOSE_")]
    assert len(codes) == 3
    assert all(f"| {code} |" in written for code in codes)


def test_commands_and_exit_codes_are_documented() -> None:
    written = (DOCS / "cli.md").read_text("utf-8")
    assert all(f"| {code.value} |" in written for code in Exit)
    for command in (
        "quarterdeck",
        "quarterdeck contexts",
        "quarterdeck doctor",
        "quarterdeck query",
        "quarterdeck demo",
        "quarterdeck settings",
    ):
        assert f"`{command}" in written
    for setting in TABLE:
        assert not setting.flag or f"`{setting.flag}" in written, setting.flag
