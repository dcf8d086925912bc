"""Log lines hold what happened, never what was in our hands when it did."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from quarterdeck.cli.logs import configure_logs
from quarterdeck.cli.main import main
from quarterdeck.settings.model import LogFormat, LogLevel, LogSettings
from tests.unit.cli.composed import Composed


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def fail_with_a_secret() -> None:
    token = "".join(["s3cr", "et-token"])
    try:
        int(f"junk {len(token)}")
    except ValueError:
        structlog.get_logger("ours").exception("it failed")
        logging.getLogger("theirs").exception("it failed")


@pytest.mark.parametrize("shape", LogFormat)
def test_a_traceback_shows_no_local_variable(shape: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(format=shape))
    fail_with_a_secret()
    said = capsys.readouterr().err
    assert said.count("fail_with_a_secret") >= 2
    assert "s3cret-token" not in said


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(format=LogFormat.JSON))
    fail_with_a_secret()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["it failed", "it failed"]
    assert lines[0]["exception"][0]["exc_type"] == "ValueError"


def test_a_level_hides_what_is_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(level=LogLevel.WARNING))
    structlog.get_logger("ours").info("a detail")
    structlog.get_logger("ours").warning("a warning")
    said = capsys.readouterr().err
    assert "a warning" in said
    assert "a detail" not in said


@pytest.mark.parametrize(
    ("arguments", "environment", "logs"),
    [
        (["contexts"], {}, False),
        (["doctor", "a"], {}, False),
        (["doctor", "a", "--log-level=info"], {}, True),
        (["doctor", "a"], {"QUARTERDECK_LOG_LEVEL": "info"}, True),
    ],
)
def test_commands_that_answer_log_warnings_only_unless_asked_for_more(
    arguments: list[str],
    environment: dict[str, str],
    logs: bool,
    composed: Composed,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(arguments) == 0
    capsys.readouterr()
    structlog.get_logger("ours").info("a detail")
    structlog.get_logger("ours").warning("a warning")
    said = capsys.readouterr().err
    assert "a warning" in said
    assert ("a detail" in said) is logs
