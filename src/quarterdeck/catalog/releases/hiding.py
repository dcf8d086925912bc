"""What may be shown of a release unasked: not the values of its Secrets, nor those whose names say that they are
secret. Blocking: for a thread."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from typing import Any, cast

import msgspec
import yaml

from quarterdeck.catalog.manifests.printing import yaml_of
from quarterdeck.catalog.secrets import HIDDEN

_TELLS = re.compile(
    r"pass(?:word|wd|phrase|code)?$|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key|dsn$"
    r"|connection[-_]?string|htpasswd|^auth$|\.dockerconfigjson",
    re.IGNORECASE,
)
"""Names of values that are secret, as charts have them."""
_SPLIT = re.compile(r"^---[ \t]*(?:#.*)?$\n?", re.MULTILINE)
_MAYBE = re.compile(r"""["']?kind["']?\s*:\s*["']?(?:Secret|List|SecretList)\b""")
_MOST_PARSED = 1_000_000
_TELLING = 6
"""Characters from which on a text that holds a value gives it away; shorter ones are in any text."""


class Hidden(msgspec.Struct):
    """`texts`: what must not stand anywhere else either."""

    count: int = 0
    texts: set[str] = set()


def values_of(config: msgspec.Raw, hidden: Hidden | None) -> str:
    """YAML of the values that the user gave; `hidden` None: all of them. Empty where there are none."""
    raw = bytes(config)
    if raw in (b"", b"null", b"{}"):
        return ""
    if hidden is not None:
        found = msgspec.json.decode(raw)
        raw = msgspec.json.encode(_without_secrets(found, hidden))
    return yaml_of(raw)


def manifest_of(manifest: str, hidden: Hidden | None) -> str:
    """The text as helm rendered it; each object that is a Secret, or holds one, is printed anew without its values."""
    if hidden is None or not _MAYBE.search(manifest):
        return manifest
    parts: list[str] = []
    at = 0
    for mark in _SPLIT.finditer(manifest):
        parts += [_document(manifest[at : mark.start()], hidden), mark.group()]
        at = mark.end()
    parts.append(_document(manifest[at:], hidden))
    return "".join(parts)


def text_of(text: str, hidden: Hidden) -> str:
    """Without what was hidden elsewhere: notes like to repeat passwords."""
    for secret in sorted(hidden.texts, key=len, reverse=True):
        if secret in text:
            hidden.count += 1
            text = text.replace(secret, HIDDEN)
    return text


def _document(text: str, hidden: Hidden) -> str:
    if not _MAYBE.search(text):
        return text
    comments = "".join(f"{line}\n" for line in text.splitlines() if line.startswith("# Source:"))
    found = _parsed(text)
    if found is None:
        hidden.count += 1
        return f"{comments}# An object that holds Secrets and cannot be taken apart: {HIDDEN}\n"
    if not _mask(found, hidden):
        return text
    return f"{comments}{yaml_of(msgspec.json.encode(found))}"


def _parsed(text: str) -> dict[str, Any] | None:
    """None where it is no YAML, or would be more than it says (aliases), or too much."""
    if len(text) > _MOST_PARSED:
        return None
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            return None
        found: object = yaml.load(text, Loader=yaml.CSafeLoader)
        msgspec.json.encode(found)
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _mask(found: dict[str, Any], hidden: Hidden) -> bool:
    """Whether there was anything to hide."""
    held = False
    items = found.get("items")
    if isinstance(items, list):
        for item in cast("list[object]", items):
            held |= isinstance(item, dict) and _mask(cast("dict[str, Any]", item), hidden)
    if found.get("kind") != "Secret":
        return held
    for field in ("data", "stringData"):
        values = found.get(field)
        if isinstance(values, dict):
            of_field = cast("dict[str, object]", values)
            for name, value in of_field.items():
                _hide(str(value), hidden, encoded=field == "data")
                of_field[name] = HIDDEN
        elif values is not None:
            hidden.count += 1
            found[field] = HIDDEN
    return True


def _without_secrets(value: object, hidden: Hidden, name: str = "") -> object:
    match value:
        case dict():
            members = cast("dict[str, object]", value)
            return {key: _without_secrets(one, hidden, key) for key, one in members.items()}
        case list():
            return [_without_secrets(one, hidden, name) for one in cast("list[object]", value)]
        case None | bool():
            return value
        case _ if value != "" and _TELLS.search(name):
            _hide(str(value), hidden, encoded=False)
            return HIDDEN
        case _:
            return value


def _hide(value: str, hidden: Hidden, *, encoded: bool) -> None:
    hidden.count += 1
    spellings = {value, base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()}
    if encoded:
        with suppress(binascii.Error, ValueError):  # its own spelling is all there is
            spellings.add(base64.b64decode(value).decode("utf-8", "replace"))
    hidden.texts |= {text.strip() for text in spellings if len(text.strip()) >= _TELLING}
