"""An object's YAML, equal to `kubectl get -o yaml --show-managed-fields`. Blocking: for a thread."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyYAML's stubs leave the dumper's events unknown.

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import TypeVar, cast

import msgspec
import yaml

from quarterdeck.catalog.manifests.parts import opened
from quarterdeck.catalog.manifests.scalars import ordered, style_of

T = TypeVar("T")
_TEXT = "tag:yaml.org,2002:str"
_PAUSE_EVERY = 64
"""Scalars. Between two pauses less than a millisecond goes by, so that a loop in another thread waits no longer."""


def yaml_of(raw: bytes) -> str:
    """Of an object's JSON. Raises msgspec.DecodeError."""
    stream = io.StringIO()
    # Without anchors, as JSON has none; event by event, for the library's own walk holds the interpreter's lock.
    dumper = yaml.CSafeDumper(stream, width=80, allow_unicode=True)
    try:
        dumper.open()
        dumper.emit(yaml.DocumentStartEvent(explicit=False))
        _Walk(dumper).json(raw)
        dumper.emit(yaml.DocumentEndEvent(explicit=False))
        dumper.close()
    finally:
        dumper.dispose()
    return stream.getvalue()


class _Walk:
    def __init__(self, dumper: yaml.CSafeDumper) -> None:
        self._dumper = dumper
        self._scalars = 0

    def json(self, raw: bytes | msgspec.Raw) -> None:
        """Part by part, so that never much of it is decoded, or let go of, at once."""
        parts = opened(raw)
        if isinstance(parts, dict):
            self._mapping(parts, self.json)
        elif isinstance(parts, list):
            self._sequence(parts, self.json)
        else:
            self.value(msgspec.json.decode(raw))

    def value(self, value: object) -> None:
        match value:
            case dict():
                self._mapping(cast("dict[str, object]", value), self.value)
            case list():
                self._sequence(cast("list[object]", value), self.value)
            case str():
                self._text(value)
            case None:
                self._plain("null")
            case bool():
                self._plain("true" if value else "false")
            case float():
                self._plain(str(yaml.SafeDumper(io.StringIO()).represent_float(value).value))
            case _:
                self._plain(str(value))

    def _mapping(self, found: dict[str, T], each: Callable[[T], None]) -> None:
        self._dumper.emit(yaml.MappingStartEvent(None, None, implicit=True, flow_style=not found))
        for key in ordered(list(found)):
            self._text(key)
            each(found[key])
        self._dumper.emit(yaml.MappingEndEvent())

    def _sequence(self, items: list[T], each: Callable[[T], None]) -> None:
        self._dumper.emit(yaml.SequenceStartEvent(None, None, implicit=True, flow_style=not items))
        for one in items:
            each(one)
        self._dumper.emit(yaml.SequenceEndEvent())

    def _text(self, text: str) -> None:
        style = style_of(text)
        # What this library would read as something else is quoted all the same.
        read_as = cast(str, self._dumper.resolve(yaml.ScalarNode, text, (True, False)))
        plain = style is None and read_as == _TEXT
        self._scalar(yaml.ScalarEvent(None, None, (plain, True), text, style=style))

    def _plain(self, text: str) -> None:
        self._scalar(yaml.ScalarEvent(None, None, (True, False), text))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._dumper.emit(event)
        self._scalars += 1
        if self._scalars % _PAUSE_EVERY == 0:
            time.sleep(0)
