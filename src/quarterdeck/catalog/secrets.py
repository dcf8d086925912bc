"""A Secret without its values: what may be shown of it unasked."""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import Any, cast

import msgspec

from quarterdeck.model.errors import RefusedError, ServerError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.objects import SecretValue

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
HIDDEN = "(hidden)"
_VALUES = ("data", "stringData")
_TELLING = 4
"""Characters from which on a text that holds a value gives it away; shorter ones are in any text."""


class _Secret(msgspec.Struct):
    data: dict[str, str] | None = None


def is_secret(resource: Resource) -> bool:
    return (resource.group, resource.resource) == ("", "secrets")


def without_values(raw: bytes) -> tuple[bytes, dict[str, int]]:
    """The object's JSON with each value replaced by its length, and the lengths in bytes by key. What repeats a value
    elsewhere (an annotation of whatever tool) is hidden there as well. Raises msgspec.DecodeError."""
    found = msgspec.json.decode(raw, type=dict[str, Any])
    sizes: dict[str, int] = {}
    told: set[str] = set()
    for field in _VALUES:
        values = found.get(field)
        if not isinstance(values, dict):
            if values is not None:
                found[field] = HIDDEN
            continue
        for key, value in cast("dict[str, object]", values).items():
            content = _decoded(value) if field == "data" else str(value).encode()
            sizes[key] = len(content)
            told |= _spellings(str(value), content)
            values[key] = f"({len(content)} bytes)"
            time.sleep(0)  # in a thread: the loop beside it goes on
    metadata = found.get("metadata")
    if isinstance(metadata, dict):
        _hide_in_metadata(cast("dict[str, Any]", metadata), told)
    return msgspec.json.encode(found), sizes


def metadata_alone(raw: bytes) -> bytes:
    """Of an object's JSON."""
    found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: found[name] for name in ("apiVersion", "kind", "metadata") if name in found})


def value_of(raw: bytes, key: str) -> SecretValue:
    """One value, by name. Raises ServerError (404: no such key) and msgspec.DecodeError."""
    values = _decode_secret(raw).data or {}
    if key not in values:
        raise ServerError("not_found", "This Secret has no such key.", status=404)
    content = _decoded(values[key])
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return SecretValue(key, values[key], binary=True, size=len(content))
    return SecretValue(key, text, binary=False, size=len(content))


def refuse_others(resource: Resource) -> None:
    if not is_secret(resource):
        raise RefusedError("Only values of Secrets are hidden.")


def _hide_in_metadata(metadata: dict[str, Any], told: set[str]) -> None:
    annotations = metadata.get("annotations")
    if not isinstance(annotations, dict):
        return
    texts = cast("dict[str, Any]", annotations)
    for name, text in texts.items():
        time.sleep(0)
        if name == LAST_APPLIED:
            texts[name] = _applied_without_values(str(text))
        elif "applied" in name.lower():
            texts[name] = HIDDEN  # other tools keep the whole object there, packed
        if any(value in str(texts[name]) for value in told):
            texts[name] = HIDDEN


def _applied_without_values(text: str) -> str:
    try:
        applied = json.loads(text)
    except ValueError:
        return HIDDEN
    if not isinstance(applied, dict):
        return HIDDEN
    whole = cast("dict[str, object]", applied)
    for field in _VALUES:
        values = whole.get(field)
        if isinstance(values, dict):
            whole[field] = dict.fromkeys(cast("dict[str, object]", values), HIDDEN)
        elif values is not None:
            whole[field] = HIDDEN
    inner = cast("object", whole.get("metadata"))
    if isinstance(inner, dict):
        metadata = cast("dict[str, object]", inner)
        metadata.pop("annotations", None)
    return json.dumps(whole, separators=(",", ":")) + "\n"


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value))
    except (binascii.Error, ValueError):
        return str(value).encode()


def _spellings(value: str, content: bytes) -> set[str]:
    """How a value may stand in another text: encoded, plain, and as JSON has it."""
    plain = content.decode("utf-8", "replace")
    return {text for text in (value, plain, plain.strip(), json.dumps(plain)[1:-1]) if len(text.strip()) >= _TELLING}


_decode_secret = msgspec.json.Decoder(_Secret).decode
