"""Every error as RFC 9457 problem+json. One handler for our own tree, one for what the framework raises."""

from __future__ import annotations

from http import HTTPStatus
from traceback import walk_tb
from typing import Any, cast

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec

from quarterdeck.api.wire import Problem
from quarterdeck.model.errors import ClusterError, InvalidRequestError, QuarterdeckError, RequestError

MEDIA_TYPE = "application/problem+json"
URN = "urn:quarterdeck:problem:"
_log = structlog.get_logger("quarterdeck.api")

KINDS: dict[str, str] = {
    "request": "It cannot be done as it was asked.",
    "invalid": "What was asked makes no sense; `position` may point at the character.",
    "unknown-cluster": "No context has that key.",
    "stale-generation": "The selection moved on since the generation in If-Match.",
    "query-failed": "The question takes more time or memory than it may.",
    "refused": "It cannot be done in the state things are in.",
    "cluster": "The cluster itself answered with an error, or none.",
    "token-in-url": "A token was sent in the address, where logs keep it.",
    "unauthorized": "No bearer token, or one this server did not issue.",
    "launch-refused": "The launch token was used before, is older than 60 s, or was never issued.",
    "foreign-origin": "The request comes from another site's page.",
    "not-found": "Nothing is at that address.",
    "method-not-allowed": "That address does not take that method.",
    "precondition-required": "Replacing the whole selection needs If-Match with the generation it was based on.",
    "too-large": "The body is larger than 1 MB.",
    "foreign-host": "The Host header is not one of this server's.",
    "internal": "A mistake of ours; the log has it.",
}
"""Every `type` a problem can have (after the URN), with what it means."""
_BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 401: "unauthorized"}


class PreconditionRequiredError(RequestError):
    status = 428
    kind = "precondition-required"


class LaunchRefusedError(RequestError):
    status = 403
    kind = "launch-refused"


def problem(status: int, kind: str, detail: str, position: int | None = None) -> Problem:
    return Problem(URN + kind, HTTPStatus(status).phrase, status, detail, position)


def problem_body(status: int, kind: str, detail: str, position: int | None = None) -> bytes:
    return msgspec.json.encode(problem(status, kind, detail, position))


def _answer(
    status: int, kind: str, detail: str, position: int | None = None, headers: dict[str, str] | None = None
) -> Response[bytes]:
    return Response(
        problem_body(status, kind, detail, position), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def on_ours(_: Request[Any, Any, Any], error: QuarterdeckError) -> Response[bytes]:
    if isinstance(error, RequestError):
        position = error.position if isinstance(error, InvalidRequestError) else None
        return _answer(error.status, error.kind, error.message, position)
    if isinstance(error, ClusterError):
        return _answer(502, "cluster", f"{error.message} {error.advice}".strip())
    return _answer(500, "internal", "Something went wrong in Quarterdeck.")


def on_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    status = error.status_code
    kind = _BY_STATUS.get(status, "internal" if status >= 500 else "invalid")
    detail = error.detail if status < 500 else "Something went wrong in Quarterdeck."
    faults = cast("list[object]", error.extra) if isinstance(error.extra, list) else []
    said = [_fault(cast("dict[str, object]", fault)) for fault in faults if isinstance(fault, dict)]
    return _answer(status, kind, "; ".join(said) or detail, headers=error.headers)


def _fault(fault: dict[str, object]) -> str:
    """One line of the framework's validation: which field, and what is wrong with it. It calls the body `data`, as our
    routes do, and of a field that is not there it repeats the name."""
    key, message = fault.get("key", "body"), str(fault.get("message", ""))
    return f"{'body' if key == 'data' else key}: {'missing' if message == repr(key) else message}"


def on_mistake(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    if isinstance(error, RecursionError) and _while_read(error):
        return _answer(400, "invalid", "body: nested too deeply")
    _log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return _answer(500, "internal", "Something went wrong in Quarterdeck.")


def _while_read(error: Exception) -> bool:
    """The framework translates what else its decoder raises, and not this."""
    return any(frame.f_code.co_name == "decode_json" for frame, _ in walk_tb(error.__traceback__))


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """For a route's `responses`: which problems it can answer with, besides those that any can."""
    return {status: _described(HTTPStatus(status)) for status in sorted({400, 401, 403, 421, *statuses})}


def _described(status: HTTPStatus) -> ResponseSpec:
    # Made-up examples are replaced in the document anyway, and the first that asked for it had a second's import wait.
    return ResponseSpec(
        Problem,
        generate_examples=False,
        media_type=MEDIA_TYPE,  # pyright: ignore[reportArgumentType] - a plain string is allowed
        description=status.phrase,
    )
