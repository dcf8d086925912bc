"""Rows of objects as a server would send them."""

from __future__ import annotations

from typing import Any

import msgspec

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.stores.protocol import Row

Json = dict[str, Any]


def row(kind: KindSpec[Any], spec: Json | None = None, status: Json | None = None, **meta: object) -> Row:
    found = {"metadata": {"name": "x", "uid": "u", **meta}, "spec": spec, "status": status}
    return kind.project(msgspec.json.decode(msgspec.json.encode(found), type=kind.decoder))


def because(kind: str, status: str, reason: str = "Why", message: str = "said why") -> Json:
    at = {"lastTransitionTime": "2026-01-01T00:00:00Z"}
    return {"type": kind, "status": status, "reason": reason, "message": message, **at}


def stands(found: Row) -> tuple[object, ...]:
    return found["health"], found["status"], found["reason"]
