"""Bodies in Kubernetes' protobuf, which kubectl's typed commands send: read into the same dicts as JSON.

The schema in data/protobuf.json is drawn from the generated.proto files of k8s.io/api 1.37: message, field number, then
member name, type and `r` (repeated), `m` (map of string to type) or `i` (inlined in JSON).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec

from simfleet.clock import stamp
from simfleet.kinds import DATA, JsonObject, Kind

MEDIA = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\0"
"""Before the runtime.Unknown that wraps an object (apimachinery pkg/runtime/serializer/protobuf)."""

_PACKAGES = {
    "": "core.v1",
    "apps": "apps.v1",
    "batch": "batch.v1",
    "networking.k8s.io": "networking.v1",
    "coordination.k8s.io": "coordination.v1",
    "authentication.k8s.io": "authentication.v1",
    "authorization.k8s.io": "authorization.v1",
}
DELETE_OPTIONS = "meta.v1.DeleteOptions"

Schema = dict[str, dict[str, list[str]]]


@cache
def _schema() -> Schema:
    return msgspec.json.decode((DATA / "protobuf.json").read_bytes(), type=Schema)


def message_of(kind: Kind) -> str:
    """The schema's name of a kind; it may not have one."""
    return f"{_PACKAGES.get(kind.group, kind.group)}.{kind.kind}"


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("varint too long")


def _members(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and raw values. Raises ValueError, IndexError."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield tag >> 3, value
        elif wire == 2:
            length, at = _varint(data, at)
            if at + length > len(data):
                raise ValueError("unexpected end of message")
            yield tag >> 3, data[at : at + length]
            at += length
        elif wire in {1, 5}:
            size = 8 if wire == 1 else 4
            yield tag >> 3, data[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {wire}")


def _signed(value: int, bits: int) -> int:
    value &= (1 << 64) - 1
    if value >= 1 << 63:
        value -= 1 << 64
    return value if bits == 64 else (value + (1 << 31)) % (1 << 32) - (1 << 31)


def _time(data: bytes) -> str | None:
    found = dict(_members(data))
    seconds = found.get(1, 0)
    if not isinstance(seconds, int):
        raise ValueError("seconds are no number")  # noqa: TRY004 - callers know ValueError
    signed = _signed(seconds, 64)
    # A zero time.Time is the year 1, which JSON writes as null.
    return stamp(signed) if signed > 0 else None


def _text(value: int | bytes) -> str:
    if isinstance(value, int):
        raise ValueError("a number where text was due")  # noqa: TRY004
    return value.decode()


def _int_or_string(data: bytes) -> int | str:
    found = dict(_members(data))
    if found.get(1, 0) == 0:
        number = found.get(2, 0)
        return _signed(number, 32) if isinstance(number, int) else 0
    return _text(found.get(3, b""))


def _raw_json(data: bytes) -> Any:
    inner = dict(_members(data)).get(1, b"")
    return msgspec.json.decode(inner) if isinstance(inner, bytes) and inner else None


_SPECIAL: dict[str, Callable[[bytes], Any]] = {
    "meta.v1.Time": _time,
    "meta.v1.MicroTime": _time,
    "api.resource.Quantity": lambda data: _text(dict(_members(data)).get(1, b"")),
    "resource.Quantity": lambda data: _text(dict(_members(data)).get(1, b"")),
    "util.intstr.IntOrString": _int_or_string,
    "intstr.IntOrString": _int_or_string,
    "meta.v1.FieldsV1": _raw_json,
    "pkg.runtime.RawExtension": _raw_json,
    "runtime.RawExtension": _raw_json,
}


def _value(kind: str, raw: int | bytes) -> Any:
    if isinstance(raw, int):
        if kind == "bool":
            return bool(raw)
        return _signed(raw, 64 if kind == "int64" else 32)
    if kind == "string":
        return raw.decode()
    if kind == "bytes":
        return base64.b64encode(raw).decode()
    if kind in _SPECIAL:
        return _SPECIAL[kind](raw)
    return _message(kind, raw)


def _message(name: str, data: bytes) -> JsonObject:
    """Raises ValueError, IndexError. Members at their zero value are left out where Go's omitempty would."""
    fields = _schema().get(name)
    if fields is None:
        raise ValueError(f"no schema for {name}")
    found: JsonObject = {}
    for number, raw in _members(data):
        field = fields.get(str(number))
        if field is None:
            continue
        member, kind, flag = field[0], field[1], field[2] if len(field) > 2 else ""
        if flag == "m":
            entry = dict(_members(raw)) if isinstance(raw, bytes) else {}
            found.setdefault(member, {})[_text(entry.get(1, b""))] = _value(kind, entry.get(2, b""))
        elif flag == "r":
            found.setdefault(member, []).append(_value(kind, raw))
        elif flag == "i":
            found.update(_value(kind, raw))
        else:
            value = _value(kind, raw)
            if value not in ("", None, {}) and value is not False and (member, value) != ("generation", 0):
                found[member] = value
    return found


def decode(body: bytes, message: str) -> JsonObject:
    """With kind and apiVersion, as the wrapper names them. Raises ValueError."""
    if not body.startswith(MAGIC):
        raise ValueError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    try:
        wrapper = dict(_members(body[len(MAGIC) :]))
        names = wrapper.get(1, b"")
        raw = wrapper.get(2, b"")
        if isinstance(names, int) or isinstance(raw, int):
            raise ValueError("no object inside")  # noqa: TRY004
        types = dict(_members(names))
        value = _message(message, raw)
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError("unexpected end of message") from error
    return {"kind": _text(types.get(2, b"")), "apiVersion": _text(types.get(1, b""))} | value
