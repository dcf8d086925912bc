"""Where a context points and how one proves who one is there: what kubeconfig yields and kubeclient uses."""

from __future__ import annotations

import hashlib
from typing import NewType

import msgspec

ClusterId = NewType("ClusterId", str)
"""`filename:context`, never changed once given (DESIGN, "Words")."""
Key = NewType("Key", str)
"""Short opaque hash of the ID; the only form in URLs and paths."""


def key_of(cluster_id: ClusterId) -> Key:
    """12 hex digits of the ID's SHA-256."""
    return Key(hashlib.sha256(cluster_id.encode()).hexdigest()[:12])


class Source(msgspec.Struct, frozen=True):
    """Where a context was read. `line` is 1-based, 0 if unknown."""

    file: str
    line: int = 0


class ExecPlugin(msgspec.Struct, frozen=True):
    """client.authentication.k8s.io exec credential plugin, as in a kubeconfig's `user.exec`.

    `env` is only what the kubeconfig adds to ours. `interactive_mode` is Never, IfAvailable or Always.
    `directory` is the kubeconfig's folder: a relative command holding a separator is relative to it (clientcmd).
    `cluster_config` is the JSON of the cluster's extension client.authentication.k8s.io/exec, for provideClusterInfo.
    """

    api_version: str
    command: str
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    install_hint: str = ""
    interactive_mode: str = "IfAvailable"
    provide_cluster_info: bool = False
    directory: str = ""
    cluster_config: bytes = b""

    def __repr__(self) -> str:
        """Arguments and environment may hold secrets."""
        return f"ExecPlugin({self.command!r})"


class Oidc(msgspec.Struct, frozen=True):
    """The retired `auth-provider: {name: oidc}`; refreshed in memory, written nowhere."""

    issuer: str
    client_id: str
    client_secret: str = ""
    id_token: str = ""
    refresh_token: str = ""
    ca_data: bytes | None = None

    def __repr__(self) -> str:
        return f"Oidc({self.issuer!r}, {self.client_id!r})"


class Impersonation(msgspec.Struct, frozen=True):
    user: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Auth(msgspec.Struct, frozen=True):
    """A kubeconfig user. Files are absolute paths and are read again when they change on disk.

    client-go's precedence: a token file over a token (both over exec); basic auth beside them is an error there.
    """

    user: str = ""
    client_certificate_data: bytes | None = None
    client_certificate_file: str = ""
    client_key_data: bytes | None = None
    client_key_file: str = ""
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    exec_plugin: ExecPlugin | None = None
    oidc: Oidc | None = None
    impersonate: Impersonation | None = None

    def __repr__(self) -> str:
        return f"Auth({self.user!r})"


class Target(msgspec.Struct, frozen=True):
    """One context, resolved: all that opening it needs. Holds secrets: never logged, never sent, never stored."""

    id: ClusterId
    key: Key
    context: str
    cluster: str
    server: str
    source: Source
    namespace: str = ""
    ca_data: bytes | None = None
    """PEM; None means the system's roots."""
    insecure: bool = False
    server_name: str = ""
    proxy_url: str = ""
    proxy_from_environment: bool = False
    """`proxy_url` was not in the kubeconfig but in HTTPS_PROXY or HTTP_PROXY."""
    disable_compression: bool = False
    auth: Auth = Auth()

    def __repr__(self) -> str:
        """`proxy_url` and `auth` may hold passwords."""
        return f"Target({self.id!r}, {self.server!r})"

    def identity(self) -> str:
        """Digest of who we are there. A refreshed token is the same identity; another static one is not.

        Rotated client certificate *files* and token files keep it (the path is the identity); inline data does not.
        """
        auth = self.auth
        parts: list[object] = [auth.user, auth.username, auth.password, auth.token_file, auth.client_certificate_file]
        if auth.client_certificate_data and not auth.client_certificate_file:
            parts.append(auth.client_certificate_data)
        if auth.token and not auth.token_file:
            parts.append(auth.token)
        if auth.oidc is not None:
            parts.append((auth.oidc.issuer, auth.oidc.client_id))
        parts += [auth.exec_plugin, auth.impersonate]
        return _digest(parts)

    def break_fingerprint(self) -> str:
        """Changes when a rebuild must break before it makes: another server or another identity."""
        return _digest([self.server, self.identity()])

    def fingerprint(self) -> str:
        """Changes when a running job or runtime no longer serves (DESIGN, "Carry")."""
        return _digest(
            [self.server, self.ca_data, self.insecure, self.server_name, self.proxy_url, self.identity()],
        )

    def store_fingerprint(self) -> str:
        """What a store file is keyed by, with the ID: server, CA and identity."""
        return _digest([self.id, self.server, self.ca_data, self.identity()])


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()[:24]
