"""What a client sends: JSON, or Kubernetes' protobuf."""

from __future__ import annotations

from typing import Any

import msgspec

from simfleet import protobuf
from simfleet.kinds import JsonObject, Kind
from simfleet.statuses import bad_request, unsupported_media_type


def media_of(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower() or "application/json"


def read_object(body: bytes, content_type: str, kind: Kind) -> JsonObject:
    """An object of `kind`; checks that it says so. Raises StatusError (400, 415)."""
    unreadable = f"the object provided is unrecognized (must be of type {kind.kind})"
    try:
        match media_of(content_type):
            case "application/json":
                value = msgspec.json.decode(body, type=dict[str, Any])
            case protobuf.MEDIA:
                value = protobuf.decode(body, protobuf.message_of(kind))
            case _:
                raise unsupported_media_type()
    except ValueError as error:
        raise bad_request(f"{unreadable}: couldn't get version/kind; json parse error: {error}") from error
    found, version = value.get("kind", kind.kind), value.get("apiVersion", kind.api_version)
    if found != kind.kind or version != kind.api_version:
        raise bad_request(f'{found} in version "{version}" cannot be handled as a {kind.kind}')
    if not isinstance(value.setdefault("metadata", {}), dict):
        raise bad_request(f"{unreadable}: metadata is not an object")
    return value


def read_options(body: bytes, content_type: str) -> JsonObject:
    """DeleteOptions; empty without a body. Raises StatusError (400)."""
    if not body:
        return {}
    try:
        if media_of(content_type) == protobuf.MEDIA:
            return protobuf.decode(body, protobuf.DELETE_OPTIONS)
        return msgspec.json.decode(body, type=dict[str, Any])
    except ValueError as error:
        raise bad_request(f"couldn't decode DeleteOptions: {error}") from error
