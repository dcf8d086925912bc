"""What a server's refusal means: HTTP status and Kubernetes Status to errors of ours."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec

from quarterdeck.kubeclient.errors import not_kubernetes
from quarterdeck.model.errors import (
    AuthError,
    ClusterError,
    ForbiddenError,
    GoneError,
    ServerError,
    ThrottledError,
    TlsError,
)

_LONGEST = 500
"""Characters of a server's message that are shown."""
ANONYMOUS = "anonymous"
"""Reason of a 403 that names the user of those who showed no credentials (apiserver, authentication/user)."""
_NAMES_ANONYMOUS = 'User "system:anonymous" cannot '


class Ask(msgspec.Struct, frozen=True):
    """What was asked for, in words of RBAC; `resource` is empty for non-resource paths. `body` is JSON to POST.
    `etag`: what is known already has it, and need not be sent again (304)."""

    verb: str
    path: str
    group: str = ""
    resource: str = ""
    namespace: str = ""
    body: bytes = b""
    etag: str = ""

    @property
    def words(self) -> str:
        if not self.resource:
            return f"{self.verb} {self.path}"
        what = f"{self.verb} {self.resource}" + (f".{self.group}" if self.group else "")
        return f"{what} in namespace {self.namespace}" if self.namespace else f"{what} across the cluster"


class _Details(msgspec.Struct):
    retry_after_seconds: int | None = msgspec.field(default=None, name="retryAfterSeconds")


class Status(msgspec.Struct):
    """meta/v1 Status, as far as it is told on."""

    kind: str = ""
    status: str = ""
    message: str = ""
    reason: str = ""
    code: int = 0
    details: _Details | None = None


_status_decoder = msgspec.json.Decoder(Status)


def parse_status(body: bytes) -> Status | None:
    try:
        status = _status_decoder.decode(body)
    except msgspec.DecodeError:
        return None
    return status if status.kind == "Status" else None


def from_answer(code: int, headers: Mapping[str, str], body: bytes, ask: Ask, peer: str) -> ClusterError:
    """The error for any answer that is not the wanted 2xx. `peer` is host and port."""
    status = parse_status(body)
    kind = headers.get("Content-Type", "")
    if code == 400 and b"HTTP request to an HTTPS server" in body[:200]:
        return TlsError(
            "plain_http", f"{peer} wants TLS, but server says http://.", advice="Write https:// in the kubeconfig."
        )
    # A proxy or a load balancer may answer 4xx with a page of its own: only a Status is Kubernetes speaking. 401 and
    # 429 come from the outermost filters of the API server and from gateways before it, with any body.
    if code == 401:
        return refused(peer)
    if code == 429:
        return ThrottledError(f"{peer} is throttling us (429).", retry_after=retry_after(headers, status))
    if 300 <= code < 400 or (status is None and code < 500 and "json" not in kind and code not in (403, 404, 410)):
        return not_kubernetes(peer, code, kind)
    if code == 403:
        return _forbidden(ask, status, peer, kind)
    if code == 410:
        return GoneError(_said(status, "The resource version is too old."))
    if code >= 500:
        return ServerError(
            _reason(status, {502: "bad_gateway", 503: "unavailable", 504: "gateway_timeout"}.get(code, "error")),
            _said(status, f"{peer} answered with an error ({code}) to {ask.words}."),
            status=code,
            advice="The API server or something it needs is in trouble; it is tried again.",
        )
    return ServerError(
        _reason(status, "not_found" if code == 404 else "refused"),
        _said(status, f"{peer} would not {ask.words} ({code})."),
        status=code,
        advice="The server does not know this kind." if code == 404 else "",
    )


def from_watch_error(raw: bytes, ask: Ask, peer: str) -> ClusterError:
    """For the object of an ERROR event; its code stands where an answer's would."""
    status = parse_status(raw)
    return from_answer(status.code if status and status.code else 500, {}, raw, ask, peer)


def refused(peer: str) -> AuthError:
    return AuthError(
        "refused",
        f"{peer} refused the credentials (401).",
        advice="They may have expired: log in again, then retry.",
    )


def unshown(peer: str) -> AuthError:
    return AuthError(
        "missing",
        f"{peer} wants credentials and this context has none (401).",
        advice="Give the context's user a token, a certificate or a login plugin in the kubeconfig.",
    )


def retry_after(headers: Mapping[str, str], status: Status | None) -> float:
    """Seconds, at least 1, at most ten minutes (RFC 9110, 10.2.3: seconds or a date)."""
    said = headers.get("Retry-After", "")
    wait = 0.0
    if said.strip().isdigit():
        wait = float(said)
    elif said:
        try:
            then = parsedate_to_datetime(said)
            sent = headers.get("Date", "")
            wait = (then - parsedate_to_datetime(sent)).total_seconds() if sent else 1.0
        except (ValueError, TypeError):
            wait = 1.0
    if not wait and status is not None and status.details is not None:
        wait = float(status.details.retry_after_seconds or 0)
    return min(max(wait, 1.0), 600.0)


def _forbidden(ask: Ask, status: Status | None, peer: str, kind: str) -> ForbiddenError:
    said = _said(status, "")
    reason = ANONYMOUS if _NAMES_ANONYMOUS in said else "forbidden"
    if not ask.resource:
        return ForbiddenError(
            reason,
            f"Not allowed to {ask.words}. {said}".strip(),
            advice=f'Ask for a rule with nonResourceURLs: ["{ask.path}"], verbs: ["{ask.verb}"].'
            if status is not None
            else "Something before the API server refused: a proxy or a gateway.",
        )
    role = f"Role in namespace {ask.namespace}" if ask.namespace else "ClusterRole"
    return ForbiddenError(
        reason,
        f"Not allowed to {ask.words}. {said}".strip(),
        advice=f'Ask for a {role} with apiGroups: ["{ask.group}"], resources: ["{ask.resource}"], '
        f'verbs: ["{ask.verb}"].',
    )


def _said(status: Status | None, otherwise: str) -> str:
    return status.message[:_LONGEST] if status is not None and status.message else otherwise


def _reason(status: Status | None, otherwise: str) -> str:
    """Kubernetes' CamelCase reason in our form: `InternalError` to `internal_error`."""
    word = status.reason if status is not None else ""
    if not word or not word.isalpha() or len(word) > 40:
        return otherwise
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(word))
