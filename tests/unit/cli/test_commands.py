"""What a person sees of the commands, and how they exit."""

from __future__ import annotations

import builtins
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from quarterdeck.api.ports import Known
from quarterdeck.api.wire import Facts
from quarterdeck.cli.entry import main as entry
from quarterdeck.cli.exits import Exit
from quarterdeck.cli.main import main
from quarterdeck.model.errors import ErrorClass, SettingsError
from quarterdeck.model.states import Failure
from quarterdeck.model.target import Key
from tests.unit.api.fake import FakeConsole, cluster, key
from tests.unit.cli.composed import Composed


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_contexts_are_listed_without_opening_any(composed: Composed, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contexts"]) == Exit.OK
    out = capsys.readouterr().out
    assert "config:a" in out
    assert composed.calls[0][1:] == (True, False)
    assert composed.console is not None
    assert composed.console.selection.generation == 0


def test_contexts_as_json_are_what_the_api_says(composed: Composed, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contexts", "--json"]) == Exit.OK
    assert [c["name"] for c in json.loads(capsys.readouterr().out)["contexts"]] == ["a", "b"]


def test_a_line_of_an_answer_is_whole_where_it_goes_into_a_pipe(
    composed: Composed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    arn = "arn:aws:eks:eu-central-1:123456789012:cluster/a-cluster-with-a-name-as-long-as-those-of-some-companies"
    composed.names = (arn,)
    assert main(["contexts"]) == Exit.OK
    [_, line] = capsys.readouterr().out.splitlines()
    assert line.split()[:2] == [arn, cluster(arn)]


def test_where_log_lines_are_json_so_is_what_goes_wrong(
    composed: Composed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTERDECK_NO_SUCH", "1")
    assert main(["doctor", "nobody", "--log-format", "json"]) == Exit.USAGE
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["level"], line["event"].split(".")[0]) for line in lines] == [
        ("warning", "QUARTERDECK_NO_SUCH is no setting and is ignored"),
        ("error", "There is no context nobody"),
    ]


def test_doctor_says_a_line_for_each_and_exits_by_the_worst(
    composed: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    composed.names = ("a", "expired")
    assert main(["doctor", "--all"]) == Exit.FAILED
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["a", "ready"]
    assert "v1.34.1" in lines[0]
    assert "connect 12 ms" in lines[0]
    assert lines[1].split()[:2] == ["expired", "auth_required"]
    assert lines[2].strip() == "auth/expired: The login of sso has expired. Log in, then retry."
    assert lines[3].strip() == "$ aws sso login"


def test_doctor_says_which_contexts_are_of_one_cluster(
    composed: Composed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    twins: dict[Key, tuple[Key, ...]] = {key("a"): (key("b"), key("closed")), key("b"): (key("a"),)}

    def known(_: FakeConsole, of: Key) -> Known:
        return Known(Facts(), same_server_as=twins.get(of, ()))

    monkeypatch.setattr(FakeConsole, "known", known)
    assert main(["doctor", "--all"]) == Exit.OK
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1::2] == ["the same cluster as b", "the same cluster as a"]
    assert main(["doctor", "--all", "--json"]) == Exit.OK
    assert [found["same_server_as"] for found in json.loads(capsys.readouterr().out)] == [["b"], ["a"]]


def test_doctor_says_where_in_which_file_a_context_is_wrong(
    composed: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    composed.names = ("adrift",)
    assert main(["doctor", "--all"]) == Exit.FAILED
    line = capsys.readouterr().out.splitlines()[1]
    assert line.strip() == "config/unknown_user: Context 'adrift' names user 'ghost', who is not there. (/k/config:37)"
    assert main(["doctor", "--all", "--json"]) == Exit.FAILED
    [found] = json.loads(capsys.readouterr().out)
    assert (found["file"], found["line"]) == ("/k/config", 37)


@pytest.mark.parametrize("command", ["contexts", "doctor"])
@pytest.mark.parametrize("names", [("a",), ()])
def test_a_broken_kubeconfig_is_told_with_its_line_even_where_it_leaves_no_context(
    composed: Composed, capsys: pytest.CaptureFixture[str], command: str, names: tuple[str, ...]
) -> None:
    composed.names = names
    composed.broken = Failure(ErrorClass.CONFIG, "invalid", "A tab cannot start a token.", file="/k/config", line=4)
    code = main([command, *(["--all"] if command == "doctor" else [])])
    assert code == (Exit.OK if names or command == "contexts" else Exit.USAGE)
    assert capsys.readouterr().err.splitlines()[0] == "quarterdeck: ~/.kube/config:4: A tab cannot start a token."


def test_doctor_names_one_and_exits_well(composed: Composed, capsys: pytest.CaptureFixture[str]) -> None:
    composed.names = ("a", "expired")
    for name in ("a", cluster("a"), key("a")):
        assert main(["doctor", name, "--json"]) == Exit.OK
        found = json.loads(capsys.readouterr().out)
        assert [(f["name"], f["ok"], f["version"]) for f in found] == [("a", True, "v1.34.1")]
        assert found[0]["phases"][0]["name"] == "resolve"


def test_doctor_without_a_name_takes_the_current_context(
    composed: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--json"]) == Exit.OK
    assert [f["name"] for f in json.loads(capsys.readouterr().out)] == ["a"]


def test_doctor_keeps_its_rows_apart_from_the_consoles(composed: Composed, tmp_path: Path) -> None:
    assert main(["doctor"]) == Exit.OK
    settings, transient, _ = composed.calls[0]
    assert transient
    assert settings.folders.data == tmp_path / "data"
    assert settings.folders.cache != tmp_path / "cache"
    assert not settings.folders.cache.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["doctor", "nobody"], "There is no context nobody."),
        (["doctor", "a", "--all"], "Give names or --all, not both."),
        (["--nope"], "Unknown option: --nope."),
        (["nope"], "No command, and no argument of one: nope."),
        (["contexts", "a"], "No command, and no argument of one: a."),
        (["settings", "--set", "server.port"], "--set takes PATH=VALUE"),
        (["settings", "--set", "server.port=x"], "--set server.port: server.port must be a whole number"),
        (["settings", "--config", "/nowhere.toml"], "/nowhere.toml: No such file"),
        (["--port", "x"], "--port: server.port must be"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    arguments: list[str], says: str, composed: Composed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == Exit.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err


def test_a_name_in_several_files_is_ambiguous(composed: Composed, capsys: pytest.CaptureFixture[str]) -> None:
    from quarterdeck.api.ports import ContextEntry, ContextsNow
    from quarterdeck.cli.choose import choose
    from quarterdeck.cli.exits import CommandError
    from quarterdeck.model.target import ClusterId, key_of

    ids = [ClusterId("one:default"), ClusterId("two:default")]
    now = ContextsNow({key_of(i): ContextEntry(i, key_of(i), "default", "") for i in ids})
    with pytest.raises(CommandError, match="name one of one:default, two:default"):
        choose(now, ["default"], everything=False)
    assert [e.id for e in choose(now, ["two:default", "two:default"], everything=False)] == [ids[1]]
    with pytest.raises(CommandError, match="no current context"):
        choose(now, [], everything=False)


def test_settings_show_each_value_with_its_source(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[log]\nlevel = 'error'\n")
    assert main(["settings", "--config", str(file), "--set", "selection.slots=9", "--json"]) == Exit.OK
    said = json.loads(capsys.readouterr().out)
    assert said["log.level"] == {"value": "error", "source": "file", "where": f"{file}:2"}
    assert said["selection.slots"] == {"value": 9, "source": "flag", "where": "--set selection.slots"}
    assert said["folders.data"]["source"] == "environment"
    assert said["server.port"]["source"] == "default"
    assert main(["settings"]) == Exit.OK
    assert "QUARTERDECK_FOLDERS_DATA" in capsys.readouterr().out


def test_our_mistake_exits_70_with_the_rest_in_the_log(
    composed: Composed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("quarterdeck.cli.main.composition", broken)
    assert main(["contexts", "--log-format", "json"]) == Exit.INTERNAL
    lines = capsys.readouterr().err.splitlines()
    logged = json.loads(lines[0])
    assert (logged["level"], logged["event"]) == ("error", "command failed")
    assert "ZeroDivisionError" in json.dumps(logged)
    assert json.loads(lines[-1])["event"].startswith("Something went wrong")


def test_ctrl_c_while_it_still_imports_is_an_end_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who mistyped the command presses it at once; the imports take most of the first second."""
    imported = builtins.__import__

    def interrupted(name: str, *arguments: Any) -> object:
        if name == "quarterdeck.cli.main":
            raise KeyboardInterrupt
        return imported(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    assert entry() == Exit.INTERRUPTED
    monkeypatch.undo()
    before = "import quarterdeck.cli.entry, sys; print({'asyncio', 'msgspec', 'rich'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", before], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_what_the_composition_refuses_is_told(
    composed: Composed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> None:
        raise SettingsError("folders.data: it cannot be written.")

    monkeypatch.setattr("quarterdeck.cli.main.composition", refused)
    assert main(["contexts"]) == Exit.USAGE
    assert capsys.readouterr().err == "quarterdeck: folders.data: it cannot be written.\n"


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == Exit.OK
    out = " ".join(capsys.readouterr().out.split())
    for code in Exit:
        assert f"{code.value} " in out
