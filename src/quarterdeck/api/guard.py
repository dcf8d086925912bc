"""The door: what every request must show before any route sees it (DESIGN, "Security").

1. `Host` is exactly one of ours: a rebound DNS name brings its own (421).
2. `Origin`, where it is sent, is ours; else Sec-Fetch-Site is same-origin or none (403). Only opening the page itself
   may come from elsewhere: the launch file is another origin, and a page without a token shows nothing.
3. No token in the address, where logs and histories keep it (400).
4. A bearer token for everything that tells or does something (401). The stream takes it in its first message; a
   download, which a browser asks for by itself, has a ticket in its place (api/exports/desk.py).

And what every answer carries: CSP, no sniffing, no referrer, no framing, no sharing between origins.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

import msgspec
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send, WebSocketScope

from quarterdeck.api.problems import problem_body
from quarterdeck.api.tokens import Tokens

STREAM_PATH = "/api/v1/stream"
SESSION_PATH = "/api/v1/session"
DOWNLOADS_PATH = "/api/v1/downloads/"
_GUARDED = ("/api", "/metrics")
_URL_TOKEN_NAMES = frozenset({"token", "access_token", "id_token", "launch", "bearer", "authorization"})
_LOOPBACK_NAMES = {"127.0.0.1": ("127.0.0.1", "localhost"), "localhost": ("127.0.0.1", "localhost"), "::1": ("[::1]",)}
_EVERY_ANSWER = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NOTHING_RUNS = b"default-src 'none'; frame-ancestors 'none'"


class Access(msgspec.Struct, frozen=True):
    """`hosts` are exact `host:port` values. `metrics_open`: /metrics needs no token."""

    hosts: frozenset[str]
    metrics_open: bool = False

    @classmethod
    def to(cls, host: str, port: int, also: Iterable[str] = (), *, metrics_open: bool = False) -> Access:
        """Of a server bound to `host`. `also`: names a person gave it besides (`name:port`); needed where it is bound
        to every address, since that tells no name."""
        names = _LOOPBACK_NAMES.get(host, () if host in ("0.0.0.0", "::") else (f"[{host}]" if ":" in host else host,))  # noqa: S104 - compared, not bound
        return cls(frozenset([f"{name}:{port}" for name in names] + [h.lower() for h in also]), metrics_open)

    def owns(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme in ("http", "https") and host.lower() in self.hosts


class Guard:
    """ASGI middleware around everything, 404s and the page included."""

    def __init__(self, app: ASGIApp, access: Access, tokens: Tokens) -> None:
        self._app = app
        self._access = access
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await _refuse(scope, send, *refused)
        else:
            await self._app(scope, receive, _hardened(scope, send))

    def _refusal(self, scope: HTTPScope | WebSocketScope) -> tuple[int, str, str] | None:
        headers = scope["headers"]
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0].decode("latin-1").lower() not in self._access.hosts:
            return 421, "foreign-host", "This server does not answer to that Host."
        foreign = self._foreign(scope)
        if foreign is not None:
            return 403, "foreign-origin", foreign
        if _has_token(scope["query_string"]):
            return 400, "token-in-url", "A token was sent in the address. Send it as Authorization: Bearer."
        if self._needs_bearer(scope) and not self._tokens.accepts(_bearer(headers)):
            return 401, "unauthorized", "A valid bearer token is needed. Open the page with `quarterdeck`."
        return None

    def _foreign(self, scope: HTTPScope | WebSocketScope) -> str | None:
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if origins:
            return None if all(map(self._access.owns, origins)) else "That origin may not talk to this server."
        sites = {value for name, value in scope["headers"] if name == b"sec-fetch-site"}
        if sites <= {b"same-origin", b"none"} or _opens_the_page(scope):
            return None
        return "Another site may not talk to this server."

    def _needs_bearer(self, scope: HTTPScope | WebSocketScope) -> bool:
        path = scope["path"]
        if scope["type"] == "websocket" or path == SESSION_PATH or not _guarded(path):
            return False
        if path.startswith(DOWNLOADS_PATH):
            return False
        return not (path == "/metrics" and self._access.metrics_open)


def _guarded(path: str) -> bool:
    return any(path == top or path.startswith(top + "/") for top in _GUARDED)


def _opens_the_page(scope: HTTPScope | WebSocketScope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or _guarded(scope["path"]):
        return False
    sent = {name: value for name, value in scope["headers"] if name.startswith(b"sec-fetch-")}
    return sent.get(b"sec-fetch-mode") == b"navigate" and sent.get(b"sec-fetch-dest") == b"document"


def _has_token(query: bytes) -> bool:
    names = (name.lower() for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    return any(name in _URL_TOKEN_NAMES for name in names)


def _bearer(headers: Iterable[tuple[bytes, bytes]]) -> str:
    sent = [value.decode("latin-1") for name, value in headers if name == b"authorization"]
    scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" else ""


def page_policy(host: str) -> bytes:
    """The page's CSP. Mantine writes style elements, hence 'unsafe-inline' for styles and nothing else; `ws:` is named
    because older browsers do not count it under 'self'."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self' ws://{host} wss://{host}; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ).encode("latin-1")


def _hardened(scope: HTTPScope | WebSocketScope, send: Send) -> Send:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")

    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            names = {name.lower(): value for name, value in headers}
            html = names.get(b"content-type", b"").startswith(b"text/html")
            headers += _EVERY_ANSWER
            # A 304 names no type, and browsers take its headers over the kept answer's: the page would lose its own.
            if message["status"] != 304:
                headers.append((b"content-security-policy", page_policy(host) if html else _NOTHING_RUNS))
            if b"cache-control" not in names:
                headers.append((b"cache-control", b"no-store"))
            message["headers"] = headers
        await send(message)

    return hardened


async def _refuse(scope: HTTPScope | WebSocketScope, send: Send, status: int, kind: str, detail: str) -> None:
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store"), *_EVERY_ANSWER]
    headers.append((b"content-security-policy", _NOTHING_RUNS))
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    body = problem_body(status, kind, detail)
    headers.append((b"content-length", str(len(body)).encode()))
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
    else:
        # Before the handshake a close is an HTTP 403 to the browser: it learns nothing more.
        await send({"type": "websocket.close", "code": 4403, "reason": kind})
