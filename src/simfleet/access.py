"""Who asks, and what they may: bearer tokens signed by the fleet, and three users.

`admin` may do everything, `viewer` may read all but secrets, `nobody` may do nothing. Without a token one is
system:anonymous, who may see version and health, as on a real server.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import NamedTuple

PREFIX = "sf."
USERS = {
    "admin": ("system:masters", "system:authenticated"),
    "viewer": ("viewers", "system:authenticated"),
    "nobody": ("system:authenticated",),
}
READING = {"get", "list", "watch"}
PUBLIC_PATHS = {"/version", "/version/", "/healthz", "/livez", "/readyz"}
_DISCOVERY = ("/api", "/apis", "/openapi")


class User(NamedTuple):
    name: str
    uid: str
    groups: tuple[str, ...]


ANONYMOUS = User("system:anonymous", "", ("system:unauthenticated",))


def sign(secret: bytes, cluster: str, user: str, expires: float | None, serial: str = "") -> str:
    """A token; `expires` in seconds since 1970, None for never."""
    claims = {"cluster": cluster, "user": user, "exp": expires, "serial": serial}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    proof = hmac.new(secret, body, hashlib.sha256).hexdigest()[:32]
    return f"{PREFIX}{body.decode()}.{proof}"


def verify(secret: bytes, cluster: str, token: str, now: float) -> User | None:
    """None if the token is not of this cluster, expired or no token at all."""
    body, _, proof = token.removeprefix(PREFIX).partition(".")
    wanted = hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()[:32]
    if not token.startswith(PREFIX) or not hmac.compare_digest(proof.encode(), wanted.encode()):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return None
    expires = claims["exp"]
    if claims["cluster"] != cluster or (expires is not None and expires <= now) or claims["user"] not in USERS:
        return None
    return user_named(claims["user"])


def user_named(name: str) -> User:
    return User(name, f"{name}-uid", USERS[name])


def may(user: User, verb: str, group: str, resource: str) -> bool:
    if resource.startswith("selfsubject"):
        return user is not ANONYMOUS
    if user.name == "admin":
        return True
    return user.name == "viewer" and verb in READING and not (group == "" and resource == "secrets")


def may_path(user: User, path: str) -> bool:
    if path in PUBLIC_PATHS or user.name == "admin":
        return True
    return user is not ANONYMOUS and any(path == p or path.startswith(p + "/") for p in _DISCOVERY)
