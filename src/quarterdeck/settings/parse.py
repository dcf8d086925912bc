"""Values from TOML (typed) or from text (environment, flags) into what Settings hold.

Each parser takes what it was given and returns the value, or raises ValueError with the end of a sentence that begins
with the setting's name ("must be ...").
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar, cast

_Choice = TypeVar("_Choice", bound=StrEnum)
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)?\s*")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}")
_CONTEXT_NAMESPACE = re.compile(r"\S.*:[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def text(given: object) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError("must be text")
    return given.strip()


def boolean(given: object) -> bool:
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    if word not in _TRUE + _FALSE:
        raise ValueError("must be true or false")
    return word in _TRUE


def integer(least: int, most: int) -> Callable[[object], int]:
    def parse(given: object) -> int:
        try:
            number = int(given.strip().replace("_", "")) if isinstance(given, str) else given
        except ValueError:
            number = None
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            raise ValueError(f"must be a whole number from {least:,} to {most:,}")
        return number

    return parse


def seconds(least: float, most: float) -> Callable[[object], float]:
    """A number of seconds, or text with a unit: `500ms`, `5s`, `3m`."""

    def parse(given: object) -> float:
        number: float | None = None
        if isinstance(given, int | float) and not isinstance(given, bool):
            number = float(given)
        elif isinstance(given, str) and (match := _DURATION.fullmatch(given)) is not None:
            number = float(match[1]) * _UNITS[match[2]]
        if number is None or not least <= number <= most:
            raise ValueError(f"must be from {least:g} to {most:g} seconds, such as 5, 5s, 500ms or 3m")
        return number

    return parse


def choice(kind: type[_Choice]) -> Callable[[object], _Choice]:
    def parse(given: object) -> _Choice:
        try:
            return kind(given.strip().lower() if isinstance(given, str) else "")
        except ValueError:
            raise ValueError(f"must be one of {', '.join(kind)}") from None

    return parse


def path(given: object) -> Path:
    """`~` is the home folder; a relative path is relative to where the program was started."""
    if not isinstance(given, str) or not given.strip():
        raise ValueError("must be a path")
    return Path(given.strip()).expanduser().absolute()


def paths(given: object) -> tuple[Path, ...]:
    """A list, or text with the platform's path separator as in KUBECONFIG."""
    parts = given.split(os.pathsep) if isinstance(given, str) else given
    if not isinstance(parts, list | tuple):
        raise ValueError("must be a list of paths")  # noqa: TRY004 - one kind of error, told to a person
    return tuple(path(part) for part in cast("list[object]", parts) if part != "")


def hosts(given: object) -> tuple[str, ...]:
    """A list, or text with commas."""
    return _texts(given, _HOST, "host:port")


def namespaces(given: object) -> tuple[str, ...]:
    """A list, or text with commas, of CONTEXT:NAMESPACE. Names of contexts may hold colons, namespaces none."""
    return _texts(given, _CONTEXT_NAMESPACE, "CONTEXT:NAMESPACE")


def _texts(given: object, form: re.Pattern[str], called: str) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else given
    texts = cast("list[object]", parts) if isinstance(parts, list | tuple) else [""]
    named = [part.strip() for part in texts if isinstance(part, str)]
    if not all(form.fullmatch(name) for name in named):
        raise ValueError(f"must be a list of {called}")
    return tuple(named)
