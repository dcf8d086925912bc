"""YAML as go-yaml reads it, into nodes that know their line.

Composed from libyaml's events and not by PyYAML's composer, whose C recursion ends the process on deep nesting.
Scalars resolve as in sigs.k8s.io/yaml (go-yaml v2, YAML 1.1), which kubectl reads kubeconfigs with. Aliases share
their node, so an alias bomb costs nothing until it is walked, and walks are bounded by a `Budget`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

MAX_DEPTH: Final = 100
MAX_STEPS: Final = 2_000_000

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER = re.compile(
    r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|[0-9]+)|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
)


class DocumentError(Exception):
    """`line` is 1-based, 0 if unknown. The message never quotes the file's values."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Scalar:
    __slots__ = ("line", "plain", "text")

    def __init__(self, text: str, plain: bool, line: int) -> None:
        self.text = text
        self.plain = plain
        self.line = line

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULL

    @property
    def boolean(self) -> bool | None:
        """None if it is no boolean."""
        if self.plain and self.text in _TRUE:
            return True
        return False if self.plain and self.text in _FALSE else None

    @property
    def number(self) -> int | float | None:
        """None if it is no number. Infinity and NaN are none: JSON has no word for them."""
        if not self.plain or self.text[:1] == "_" or not _NUMBER.fullmatch(digits := self.text.replace("_", "")):
            return None
        try:
            return int(digits, 8) if re.fullmatch(r"[-+]?0[0-7]+", digits) else int(digits, 0)
        except ValueError:
            if not re.fullmatch(r"[-+.0-9eE]+", digits):
                return None
            value = float(digits)
            # Go writes whole floats without a fraction.
            return int(value) if value.is_integer() and abs(value) < 1e21 else value

    @property
    def is_text(self) -> bool:
        """What go-yaml hands on as a string. Timestamps are, for its own backward compatibility."""
        if not self.plain:
            return True
        special = _SPECIAL_FLOAT.fullmatch(self.text)
        return not (self.is_null or self.boolean is not None or self.number is not None or special)


class Sequence:
    __slots__ = ("items", "line")

    def __init__(self, line: int) -> None:
        self.items: list[Node] = []
        self.line = line


class Mapping:
    __slots__ = ("line", "pairs")

    def __init__(self, line: int) -> None:
        self.pairs: list[tuple[Node, Node]] = []
        self.line = line


Node = Scalar | Sequence | Mapping


class Budget:
    """How many nodes may still be walked, aliases counted as often as they are met."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._steps = steps

    def spend(self, node: Node) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise DocumentError("aliases make this document too large", node.line)


def parse(data: bytes) -> Node | None:
    """The first document, as kubectl reads it; None if there is none. Raises DocumentError."""
    try:
        return _compose(yaml.parse(data, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DocumentError(error.problem or "not YAML", mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        before = data[: error.position] if isinstance(error.position, int) else b""
        raise DocumentError("not text: it holds bytes that YAML does not allow", before.count(b"\n") + 1) from None
    except yaml.YAMLError:
        raise DocumentError("not YAML", 0) from None
    except UnicodeDecodeError:
        raise DocumentError("not text: it is not UTF-8", 0) from None


def _compose(events: Iterator[yaml.Event]) -> Node | None:
    anchors: dict[str, Node] = {}
    stack: list[tuple[Sequence | Mapping, list[Node]]] = []
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.AliasEvent():
                found = anchors.get(event.anchor or "")
                if found is None:
                    raise DocumentError("an alias names an anchor that is not there", line)
                node = found
            case yaml.ScalarEvent():
                plain = bool(event.implicit[0]) and event.tag is None
                node = Scalar(event.value, plain, line)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                node = Sequence(line) if isinstance(event, yaml.SequenceStartEvent) else Mapping(line)
                if event.anchor:
                    anchors[event.anchor] = node
                stack.append((node, []))
                if len(stack) > MAX_DEPTH:
                    raise DocumentError("nested too deeply", line)
                continue
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                node = _close(*stack.pop())
            case yaml.DocumentEndEvent():
                return None
            case _:
                continue
        if isinstance(event, yaml.ScalarEvent) and event.anchor:
            anchors[event.anchor] = node
        if not stack:
            return node
        stack[-1][1].append(node)
    return None


def _close(container: Sequence | Mapping, children: list[Node]) -> Node:
    if isinstance(container, Sequence):
        container.items = children
    else:
        container.pairs = list(zip(children[::2], children[1::2], strict=True))
    return container


def fields(node: Mapping, budget: Budget) -> dict[str, Node]:
    """Values by key. Merge keys (`<<`) are followed; as in go-yaml the last one of a name wins, merged or not."""
    found: dict[str, Node] = {}
    _collect(node, found, budget, 0)
    return found


def _collect(node: Mapping, into: dict[str, Node], budget: Budget, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise DocumentError("merge keys are nested too deeply", node.line)
    for key, value in node.pairs:
        budget.spend(key)
        if not isinstance(key, Scalar):
            raise DocumentError("a key is not a plain word", key.line)
        if key.plain and key.text == "<<":
            # Earlier ones of a list take precedence.
            for merged in reversed(value.items) if isinstance(value, Sequence) else [value]:
                if not isinstance(merged, Mapping):
                    raise DocumentError("a merge key needs a mapping", value.line)
                _collect(merged, into, budget, depth + 1)
            continue
        boolean = key.boolean
        into[key.text if boolean is None else str(boolean).lower()] = value


Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def plain(node: Node, budget: Budget, depth: int = 0) -> Json:
    """As JSON would hold it. Raises DocumentError where it would be too large or has no end."""
    budget.spend(node)
    if depth > MAX_DEPTH:
        raise DocumentError("nested too deeply", node.line)
    match node:
        case Mapping():
            return {k: plain(v, budget, depth + 1) for k, v in fields(node, budget).items()}
        case Sequence():
            return [plain(v, budget, depth + 1) for v in node.items]
        case Scalar():
            if node.is_null:
                return None
            boolean = node.boolean
            if boolean is not None:
                return boolean
            number = node.number
            return node.text if number is None else number
