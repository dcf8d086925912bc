"""Answers that are told once: whoever has this version already is told so."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.datastructures import State


def tagged(request: Request[Any, Any, State], found: Any, version: str) -> Response[Any]:
    """304 where If-None-Match names this version."""
    tag = f'"{version}"'
    headers = {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(None, status_code=304, headers=headers)
    return Response(found, headers=headers)
