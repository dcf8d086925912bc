"""Reading decoded JSON: members that may be missing, null or not what they should be."""

from __future__ import annotations

from typing import Any, cast

from simfleet.kinds import JsonObject


def part(value: JsonObject | None, name: str) -> JsonObject:
    """An object; empty if there is none."""
    found: Any = (value or {}).get(name)
    return cast(JsonObject, found) if isinstance(found, dict) else {}


def parts(value: JsonObject | None, name: str) -> list[JsonObject]:
    """A list of objects; empty if there is none."""
    found: Any = (value or {}).get(name)
    return cast(list[JsonObject], found) if isinstance(found, list) else []
