"""Errors as metav1.Status, with the words of a real API server (apimachinery pkg/api/errors)."""

from __future__ import annotations

import msgspec

from simfleet.kinds import JsonObject, Kind


class StatusError(Exception):
    """An answer that is a Status. `headers` go with it (Retry-After)."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: JsonObject | None = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.headers = headers or {}

    def status(self) -> JsonObject:
        """The Status object; members that are empty are left out, as Go's omitempty does."""
        found: JsonObject = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            found["reason"] = self.reason
        if self.details is not None:
            found["details"] = self.details
        found["code"] = self.code
        return found

    def body(self) -> bytes:
        return msgspec.json.encode(self.status())


def _target(kind: Kind, name: str) -> JsonObject:
    details: JsonObject = {}
    if name:
        details["name"] = name
    if kind.group:
        details["group"] = kind.group
    details["kind"] = kind.resource
    return details


def not_found(kind: Kind, name: str) -> StatusError:
    return StatusError(404, "NotFound", f'{kind.qualified} "{name}" not found', _target(kind, name))


def no_such_resource() -> StatusError:
    return StatusError(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(kind: Kind, name: str) -> StatusError:
    return StatusError(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists', _target(kind, name))


def conflict(kind: Kind, name: str) -> StatusError:
    message = (
        f'Operation cannot be fulfilled on {kind.qualified} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    return StatusError(409, "Conflict", message, _target(kind, name))


def uid_conflict(kind: Kind, name: str, wanted: str, found: str) -> StatusError:
    message = (
        f'Operation cannot be fulfilled on {kind.kind} "{name}": the UID in the precondition ({wanted}) does not match '
        f"the UID in record ({found}). The object might have been deleted and then recreated"
    )
    return StatusError(409, "Conflict", message, {"name": name, "kind": kind.kind})


def bad_request(message: str) -> StatusError:
    return StatusError(400, "BadRequest", message)


def method_not_allowed() -> StatusError:
    return StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def unsupported_media_type() -> StatusError:
    return StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def unauthorized() -> StatusError:
    return StatusError(401, "Unauthorized", "Unauthorized")


def forbidden_path(user: str, verb: str, path: str) -> StatusError:
    return StatusError(403, "Forbidden", f'forbidden: User "{user}" cannot {verb} path "{path}"', {})


def forbidden(user: str, verb: str, kind: Kind, *, name: str, namespace: str, subresource: str = "") -> StatusError:
    resource = f"{kind.resource}/{subresource}" if subresource else kind.resource
    subject = f'{kind.qualified} "{name}"' if name else kind.qualified
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    message = (
        f'{subject} is forbidden: User "{user}" cannot {verb} resource "{resource}" in API group "{kind.group}" {where}'
    )
    return StatusError(403, "Forbidden", message, _target(kind, name))


def invalid(group: str, kind: str, name: str, causes: list[tuple[str, str, str]]) -> StatusError:
    """`causes` are (field, reason, message)."""
    said = [f"{field}: {message}" for field, _, message in causes]
    text = said[0] if len(said) == 1 else "[" + ", ".join(said) + "]"
    qualified = f"{kind}.{group}" if group else kind
    details: JsonObject = {"name": name} if name else {}
    if group:
        details["group"] = group
    details["kind"] = kind
    details["causes"] = [{"reason": r, "message": m, "field": f} for f, r, m in causes]
    return StatusError(422, "Invalid", f'{qualified} "{name}" is invalid: {text}', details)


def invalid_options(causes: list[tuple[str, str, str]]) -> StatusError:
    return invalid("meta.k8s.io", "ListOptions", "", causes)


def expired(message: str) -> StatusError:
    return StatusError(410, "Expired", message)


def too_large_version(wanted: int, current: int) -> StatusError:
    details: JsonObject = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    message = f"Timeout: Too large resource version: {wanted}, current: {current}"
    return StatusError(504, "Timeout", message, details, headers={"Retry-After": "1"})


def throttled(retry_after: int) -> StatusError:
    """Words of the API server's own limiter (apiserver pkg/server/filters/maxinflight.go)."""
    return StatusError(
        429,
        "TooManyRequests",
        "Too many requests, please try again later.",
        {"retryAfterSeconds": retry_after},
        headers={"Retry-After": str(retry_after)},
    )


def internal(message: str) -> StatusError:
    return StatusError(500, "InternalError", f"Internal error occurred: {message}", {"causes": [{"message": message}]})
