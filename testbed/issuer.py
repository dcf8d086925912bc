"""A small OpenID Connect issuer: discovery, keys, refresh tokens, over HTTPS with an authority of its own.

Enough for kube-apiserver's `--oidc-issuer-url` and for what refreshes ID tokens (OpenID Connect Core 1.0, sections 2
and 12; Discovery 1.0).
"""

from __future__ import annotations

import base64
import json
import ssl
import tempfile
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from testbed.certificates import Authority

CLIENT = "quarterdeck"
_KEY_ID = "testbed"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Issuer:
    """`with Issuer() as issuer`. A refresh token is good for one use; its answer holds the next one."""

    def __init__(self) -> None:
        self.authority = Authority("issuer CA")
        self.refreshed = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._refresh: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.issuer = self
        self._server.socket = _context(self.authority).wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="issuer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def flags(self) -> Sequence[str]:
        """For kube-apiserver, but for `--oidc-ca-file`. User names and groups stand as they are in the token."""
        return (
            f"--oidc-issuer-url={self.url}",
            f"--oidc-client-id={CLIENT}",
            "--oidc-username-claim=sub",
            "--oidc-username-prefix=-",
            "--oidc-groups-claim=groups",
            "--oidc-signing-algs=ES256",
        )

    def id_token(self, user: str, groups: Sequence[str] = (), *, lives: float = 3600) -> str:
        """Seconds; negative for one that has expired."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": user, "groups": list(groups), "iat": now, "exp": now + lives}
        head = {"alg": "ES256", "kid": _KEY_ID, "typ": "JWT"}
        signed = f"{_b64(json.dumps(head).encode())}.{_b64(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def refresh_token(self, user: str, groups: Sequence[str] = ()) -> str:
        token = f"refresh-{user}-{len(self._refresh)}"
        self._refresh[token] = (user, tuple(groups))
        return token

    def user(self, *, id_token: str, refresh_token: str) -> dict[str, object]:
        """The `user` fields of a kubeconfig entry."""
        config = {
            "idp-issuer-url": self.url,
            "client-id": CLIENT,
            "id-token": id_token,
            "refresh-token": refresh_token,
            "idp-certificate-authority-data": base64.b64encode(self.authority.certificate).decode(),
        }
        return {"auth-provider": {"name": "oidc", "config": config}}

    def answer(self, path: str, form: dict[str, list[str]]) -> tuple[int, object]:
        """For the handler: status and JSON."""
        if path == "/.well-known/openid-configuration":
            names = {"issuer": "", "jwks_uri": "/keys", "token_endpoint": "/token", "authorization_endpoint": "/login"}
            says: dict[str, object] = {name: self.url + tail for name, tail in names.items()}
            says |= {"response_types_supported": ["code"], "subject_types_supported": ["public"]}
            return 200, says | {"id_token_signing_alg_values_supported": ["ES256"]}
        if path == "/keys":
            public = self._key.public_key().public_numbers()
            x, y = (_b64(n.to_bytes(32, "big")) for n in (public.x, public.y))
            key = {"kty": "EC", "crv": "P-256", "kid": _KEY_ID, "alg": "ES256", "use": "sig", "x": x, "y": y}
            return 200, {"keys": [key]}
        if path == "/token" and form.get("grant_type") == ["refresh_token"]:
            known = self._refresh.pop(form.get("refresh_token", [""])[0], None)
            if known is None:
                return 400, {"error": "invalid_grant"}
            self.refreshed += 1
            user, groups = known
            renewed = {"id_token": self.id_token(user, groups), "refresh_token": self.refresh_token(user, groups)}
            return 200, renewed | {"access_token": "unused", "token_type": "Bearer", "expires_in": 3600}
        return 404, {"error": "not_found"}


def _context(authority: Authority) -> ssl.SSLContext:
    pair = authority.server(["127.0.0.1", "localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "pair.pem"
        both.write_bytes(pair.certificate + pair.key)
        context.load_cert_chain(both)
    return context


class _Server(ThreadingHTTPServer):
    issuer: Issuer
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - the only one that uses it
    timeout = 10

    def do_GET(self) -> None:
        self._say(*self.server.issuer.answer(self.path, {}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._say(*self.server.issuer.answer(self.path, parse_qs(body)))

    def _say(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Says nothing."""
