"""Where a setting comes from, and what is said when it makes no sense."""

from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from quarterdeck.model.errors import SettingsError
from quarterdeck.settings.document import settings_document
from quarterdeck.settings.load import Loaded, Origin, load
from quarterdeck.settings.model import SelectionMode, Settings
from quarterdeck.settings.table import BY_PATH, TABLE

ROOT = Path(__file__).resolve().parents[3]


def loaded(tmp_path: Path, toml: str = "", env: dict[str, str] | None = None, **flags: object) -> Loaded:
    file = tmp_path / "config.toml"
    file.write_text(toml)
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return load(named, environ=env or {}, file=file)


def test_a_flag_stands_over_the_environment_over_the_file_over_the_default(tmp_path: Path) -> None:
    toml = "[server]\nport = 1\n\n[selection]\nmode = 'serial'\nslots = 5\n"
    env = {"QUARTERDECK_SERVER_PORT": "2", "QUARTERDECK_SELECTION_SLOTS": "6"}
    result = loaded(tmp_path, toml, env, server__port=3, server__host=None)
    assert result.settings.server.port == 3
    assert result.settings.selection.slots == 6
    assert result.settings.selection.mode is SelectionMode.SERIAL
    assert result.settings.server.host == "127.0.0.1"
    said = {path: (source.origin, source.where) for path, source in result.sources.items()}
    assert said["server.port"] == (Origin.FLAG, "--port")
    assert said["selection.slots"] == (Origin.ENVIRONMENT, "QUARTERDECK_SELECTION_SLOTS")
    assert said["selection.mode"] == (Origin.FILE, f"{tmp_path / 'config.toml'}:5")
    assert said["server.host"] == (Origin.DEFAULT, "")


@pytest.mark.parametrize(
    ("toml", "line", "says"),
    [
        ("[server]\nport = 70000\n", 2, "server.port must be a whole number from 0 to 65,535"),
        ("[server]\n\nport = '80a'\n", 3, "server.port must be a whole number"),
        ("[server]\nport = true\n", 2, "server.port must be a whole number"),
        ("[server]\nprot = 80\n", 2, "there is no setting server.prot. Did you mean server.port?"),
        ("sever.port = 80\n", 1, "there is no setting sever"),
        ("# a\n[deadlines]\n# b\nconnect = 'soon'\n", 4, "deadlines.connect must be from 0.1 to 3600 seconds"),
        ("[deadlines]\nconnect = 0\n", 2, "deadlines.connect must be from 0.1"),
        ("[selection]\nmode = 'fast'\n", 2, "selection.mode must be one of parallel, serial"),
        ("[server]\nallowed_hosts = ['nope']\n", 2, "server.allowed_hosts must be a list of host:port"),
        ("[lists]\nnamespaces = ['prod']\n", 2, "lists.namespaces must be a list of CONTEXT:NAMESPACE"),
        ("[server]\nallowed_hosts = 4\n", 2, "server.allowed_hosts must be a list of host:port"),
        ("[kubeconfig]\ndirectories = 4\n", 2, "kubeconfig.directories must be a list of paths"),
        ("[server]\nopen_browser = 'maybe'\n", 2, "server.open_browser must be true or false"),
        ("[deadlines]\nbackoff_first = 90\n", 2, "deadlines.backoff_first must not be longer than"),
        ("server = 5\n", 1, "there is no setting server"),
        ("[server\nport = 1\n", 1, "Expected ']'"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path, toml: str, line: int, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, toml)
    assert str(error.value).startswith(f"{tmp_path / 'config.toml'}:{line}: "), str(error.value)
    assert says in str(error.value)


def test_a_mistake_in_the_environment_or_a_flag_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^QUARTERDECK_SERVER_PORT: server.port must be"):
        loaded(tmp_path, env={"QUARTERDECK_SERVER_PORT": "x"})
    with pytest.raises(SettingsError, match=r"^--port: server.port must be"):
        loaded(tmp_path, server__port=-1)
    with pytest.raises(SettingsError, match=r"^--set selection.slots: "):
        load({}, {"selection.slots": "many"}, environ={})
    with pytest.raises(SettingsError, match=r"^--set: there is no setting selection.slot. Did you mean"):
        load({}, {"selection.slot": "1"}, environ={})


def test_a_variable_that_is_no_setting_is_warned_of(tmp_path: Path) -> None:
    result = loaded(tmp_path, env={"QUARTERDECK_PORT": "80", "QUARTERDECK_REQUIRE": "all"})
    assert len(result.warnings) == 1
    assert "QUARTERDECK_PORT is no setting and is ignored. Did you mean QUARTERDECK_SERVER_PORT?" in result.warnings[0]


def test_a_file_that_was_named_must_be_there_and_readable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: No such file"):
        load(environ={}, file=tmp_path / "nowhere.toml")
    with pytest.raises(SettingsError, match=r"nowhere\.toml: No such file"):
        load(environ={"QUARTERDECK_CONFIG": str(tmp_path / "nowhere.toml")})
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        load(environ={}, file=tmp_path / "binary.toml")


def test_values_are_taken_as_people_write_them(tmp_path: Path) -> None:
    env = {
        "QUARTERDECK_DEADLINES_CONNECT": "500ms",
        "QUARTERDECK_DEADLINES_PERSON": "3m",
        "QUARTERDECK_SERVER_OPEN_BROWSER": "off",
        "QUARTERDECK_SERVER_ALLOWED_HOSTS": "deck.example:443, [::1]:80",
        "QUARTERDECK_KUBECONFIG_DIRECTORIES": "~/kube:/etc/kube",
        "QUARTERDECK_LISTS_NAMESPACES": "prod-*:shop, arn:aws:eks:eu-west-1:1:cluster/x:pay",
    }
    settings = loaded(tmp_path, "[deadlines]\nopen = 90\n", env).settings
    assert (settings.deadlines.connect, settings.deadlines.person, settings.deadlines.open) == (0.5, 180, 90)
    assert settings.server.open_browser is False
    assert settings.server.allowed_hosts == ("deck.example:443", "[::1]:80")
    assert settings.lists.namespaces == ("prod-*:shop", "arn:aws:eks:eu-west-1:1:cluster/x:pay")
    assert settings.kubeconfig.directories == (Path.home() / "kube", Path("/etc/kube"))


def test_the_table_names_every_setting_once_and_takes_its_own_default() -> None:
    fields = {
        f"{section}.{field}"
        for section, kind in get_type_hints(Settings).items()
        for field in (f.name for f in msgspec.structs.fields(kind))
    }
    assert [s.path for s in TABLE] == list(BY_PATH)
    assert set(BY_PATH) == fields
    assert len({s.env for s in TABLE}) == len(TABLE)
    for setting in TABLE:
        default: object = setting.default
        assert setting.parse(str(default) if isinstance(default, Path) else default) == default, setting.path


def test_every_setting_is_documented() -> None:
    written = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert written == settings_document(), "run `python -m scripts.settings_doc`"
    for setting in TABLE:
        assert f"`{setting.path}`" in written
        assert f"`{setting.env}`" in written
