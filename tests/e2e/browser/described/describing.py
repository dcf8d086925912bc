"""Reads `kubectl describe`, and finds each line of it in the drawer.

What is described is a tree of labels. A kind's `SAID` has, for every label, the place in the drawer where its words
stand, or why the drawer leaves it out; what is in neither fails, so that a newer kubectl's lines are met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.e2e.browser.described.drawers import Drawer

_LABEL = re.compile(r"^( *)([A-Za-z/\"(.](?:(?! {2})[^:])*):(?: +(.*))?$")
_TITLE = re.compile(r"^[A-Z][A-Za-z]+(?: [A-Z][a-z]+)?$")
_HEADER = re.compile(r"^ *(Type|Resources?|Kind|Name|Host|Namespace)  +[A-Z]")
_RULER = re.compile(r"^[\s=-]+$")
_NOTHING = {"<none>", "<unset>", "<unknown>", "nil", "[]"}


@dataclass
class Line:
    """`path`: `Containers/web/State/Reason`. `said`: its value, with the lines that go on with it."""

    path: str
    said: str


def lines_of(text: str) -> list[Line]:
    """Lines go on where the value before them began; the rows of a table belong to its first header, and what is no
    label to the label above it."""
    found: list[Line] = []
    stack: list[tuple[int, str]] = []
    began = -1
    for raw in text.splitlines():
        if not raw.strip() or _RULER.match(raw):
            continue
        line = re.sub(r"^( *)- ", r"\1  ", raw)
        indent = len(line) - len(line.lstrip())
        head = _TITLE.match(line) or _HEADER.match(line)
        match = None if head else _LABEL.match(line)
        if found and not head and (match is None or indent == began):
            found[-1].said = f"{found[-1].said} {line.strip()}".strip()
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        label, said = (match[2], match[3] or "") if match else ((head[1] if head and head.re is _HEADER else line), "")
        stack.append((indent, label.strip()))
        found.append(Line("/".join(label for _, label in stack), said.strip()))
        began = match.start(3) if match and match[3] else -1
    return found


Words = Callable[[str], list[str]]


def words(said: str) -> list[str]:
    """As they are, without what joins them."""
    return [word for word in re.split(r"[\s,;'\[\]()|]+|:(?=\s|$)", said) if word and word not in _NOTHING]


@dataclass(frozen=True)
class Place:
    """Facts and sections of the drawer by their names; none of either: anywhere. `means`: the words that the drawer has
    for what kubectl says."""

    facts: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    means: Words = words

    def text(self, drawer: Drawer) -> str:
        if not self.facts and not self.sections:
            return drawer.all
        told = [drawer.facts.get(name, "") for name in self.facts]
        return " ".join([*told, *(drawer.sections.get(title, "") for title in self.sections)])


@dataclass(frozen=True)
class LeftOut:
    why: str


Said = Mapping[str, Place | LeftOut]


def fact(*names: str, means: Words = words) -> Place:
    return Place(names, (), means)


def section(*titles: str, means: Words = words) -> Place:
    return Place((), titles, means)


def anywhere(means: Words = words) -> Place:
    return Place(means=means)


def always(*told: str) -> Words:
    """These words, whatever kubectl has for it."""
    return lambda said: list(told) if words(said) else []


def seconds(said: str) -> list[str]:
    """`90s` is `90 s`."""
    return [f"{said.removesuffix('s').removesuffix(' seconds')} s"] if words(said) else []


def missing(text: str, drawer: Drawer, said: Said) -> list[str]:
    """What kubectl describes and the drawer does not say."""
    wrong: list[str] = []
    for line in lines_of(text):
        rule = next((rule for pattern, rule in said.items() if fnmatchcase(line.path, pattern)), None)
        if rule is None:
            if words(line.said):
                wrong.append(f"{line.path}: {line.said!r} is compared with nothing")
            continue
        if isinstance(rule, LeftOut):
            continue
        told = rule.text(drawer)
        lost = [word for word in rule.means(line.said) if word not in told]
        if lost:
            wrong.append(f"{line.path}: {line.said!r} lacks {lost} in {told!r}")
    return wrong
