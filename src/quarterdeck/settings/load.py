"""Settings from their sources: default < TOML file < environment < flags. Each value knows where it came from."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import cast

import msgspec
import platformdirs

from quarterdeck.model.errors import SettingsError
from quarterdeck.settings.model import Settings
from quarterdeck.settings.table import BY_ENV, BY_PATH, TABLE, Setting

CONFIG_ENV = "QUARTERDECK_CONFIG"
_KNOWN_ENV = {CONFIG_ENV, "QUARTERDECK_REQUIRE"}
_TABLE_LINE = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-\s\"']+)\]")
_KEY_LINE = re.compile(r"\s*([A-Za-z0-9_.\-\"']+(?:\s*\.\s*[A-Za-z0-9_\-\"']+)*)\s*=")
_TOML_AT = re.compile(r"(.*) \(at line (\d+), column \d+\)")


class Origin(StrEnum):
    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    FLAG = "flag"


class Source(msgspec.Struct, frozen=True):
    """`where`: `/path/config.toml:12`, `QUARTERDECK_SERVER_PORT`, `--port`; empty for a default."""

    origin: Origin = Origin.DEFAULT
    where: str = ""


class Loaded(msgspec.Struct, frozen=True):
    """`sources` by path, for every setting. `file` is the one that was read, None where there is none."""

    settings: Settings
    sources: Mapping[str, Source]
    file: Path | None = None
    warnings: tuple[str, ...] = ()


def default_file() -> Path:
    return platformdirs.user_config_path("quarterdeck", appauthor=False) / "config.toml"


def load(
    flags: Mapping[str, object] | None = None,
    assigned: Mapping[str, object] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Loaded:
    """`flags` by path, None meaning not given; `assigned` are those given by --set. `file` (else QUARTERDECK_CONFIG,
    else the platform's place) must exist where it was named. Reads one file: call it before the loop runs. Raises
    SettingsError."""
    environ = os.environ if environ is None else environ
    named = file or (Path(environ[CONFIG_ENV]).expanduser() if environ.get(CONFIG_ENV) else None)
    path = named or default_file()
    values: dict[str, object] = {setting.path: setting.default for setting in TABLE}
    sources: dict[str, Source] = {setting.path: Source() for setting in TABLE}
    found = path if named is not None or path.is_file() else None
    given = [
        *(_of_file(path) if found else ()),
        *_of_environment(environ),
        *_of_flags(assigned or {}, "--set"),
        *_of_flags(flags or {}),
    ]
    for setting, value, source in given:
        try:
            values[setting.path] = setting.parse(value)
        except ValueError as error:
            raise SettingsError(f"{source.where}: {setting.path} {error}.") from None
        sources[setting.path] = source
    _check(values, sources)
    return Loaded(_settings(values), sources, found, tuple(_strangers(environ)))


def _of_file(path: Path) -> Iterator[tuple[Setting, object, Source]]:
    try:
        content = path.read_bytes().decode("utf-8")
        document = tomllib.loads(content)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: it is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        said = _TOML_AT.fullmatch(str(error))
        where, what = (f"{path}:{said[2]}", said[1]) if said else (str(path), str(error))
        raise SettingsError(f"{where}: {what}.") from None
    lines = _lines(content)
    for name, value in _flat(document):
        line = min((at for key, at in lines.items() if key == name or key.startswith(name + ".")), default=0)
        where = f"{path}:{line}" if line else str(path)
        setting = BY_PATH.get(name)
        if setting is None:
            raise SettingsError(f"{where}: there is no setting {name}.{_meant(name, BY_PATH)}")
        yield setting, value, Source(Origin.FILE, where)


def _flat(document: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and any(path.startswith(name + ".") for path in BY_PATH):
            yield from _flat(cast("dict[str, object]", value), name + ".")
        else:
            yield name, value


def _lines(content: str) -> dict[str, int]:
    """Where each key stands, 1-based. Good for what people write by hand; what it misses goes without a line."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(content.splitlines(), start=1):
        if (match := _TABLE_LINE.match(line)) is not None:
            table = _bare(match[1]) + "."
            lines.setdefault(table[:-1], number)
        elif (match := _KEY_LINE.match(line)) is not None:
            lines.setdefault(table + _bare(match[1]), number)
    return lines


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def _of_environment(environ: Mapping[str, str]) -> Iterator[tuple[Setting, object, Source]]:
    for setting in TABLE:
        if environ.get(setting.env):
            yield setting, environ[setting.env], Source(Origin.ENVIRONMENT, setting.env)


def _of_flags(flags: Mapping[str, object], by: str = "") -> Iterator[tuple[Setting, object, Source]]:
    for path, value in flags.items():
        setting = BY_PATH.get(path)
        if setting is None:
            raise SettingsError(f"--set: there is no setting {path}.{_meant(path, BY_PATH)}")
        if value is not None:
            yield setting, value, Source(Origin.FLAG, f"{by} {path}" if by else setting.flag)


def _check(values: Mapping[str, object], sources: Mapping[str, Source]) -> None:
    first, most = values["deadlines.backoff_first"], values["deadlines.backoff_most"]
    if cast("float", first) > cast("float", most):
        where = sources["deadlines.backoff_first"].where or sources["deadlines.backoff_most"].where
        raise SettingsError(f"{where}: deadlines.backoff_first must not be longer than deadlines.backoff_most.")


def _settings(values: Mapping[str, object]) -> Settings:
    sections: dict[str, dict[str, object]] = {}
    for path, value in values.items():
        section, _, name = path.partition(".")
        sections.setdefault(section, {})[name] = value
    defaults = Settings()
    made = {name: type(getattr(defaults, name))(**fields) for name, fields in sections.items()}
    return Settings(**made)


def _strangers(environ: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(environ):
        if name.startswith("QUARTERDECK_") and name not in BY_ENV and name not in _KNOWN_ENV:
            yield f"{name} is no setting and is ignored.{_meant(name, BY_ENV)}"


def _meant(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""
