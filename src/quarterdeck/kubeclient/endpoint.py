"""Where the bytes go: the server's address, its proxy's, and the query encoded as Kubernetes reads it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

import msgspec

from quarterdeck.model.errors import ConfigError

_PORTS = {"https": 443, "http": 80, "socks5": 1080, "socks5h": 1080}


class Endpoint(msgspec.Struct, frozen=True):
    """`prefix` is the path before `/api`, without a slash at its end (Rancher: `/k8s/clusters/c-1`)."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def tls(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """`host:port`, an IPv6 address in brackets: safe to show."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


class Proxy(msgspec.Struct, frozen=True):
    """`user` and `password` are never shown."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.authority})"

    __str__ = __repr__

    @property
    def authority(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_server(url: str) -> Endpoint:
    """As client-go reads `server`: without a scheme it is plain HTTP only if it names a port that says so; we take
    https, as kubectl's defaulting does for a config with TLS. Raises ConfigError."""
    scheme, host, port, path, _, _ = _split(url if "://" in url else f"https://{url}", "server", ("https", "http"))
    return Endpoint(scheme, host, port, path.rstrip("/"))


def parse_proxy(url: str) -> Proxy | None:
    """`proxy-url` of a kubeconfig; None for the empty one. Raises ConfigError."""
    if not url:
        return None
    scheme, host, port, _, user, password = _split(
        url if "://" in url else f"http://{url}", "proxy-url", ("http", "https", "socks5", "socks5h")
    )
    return Proxy(scheme, host, port, user, password)


def _split(url: str, field: str, schemes: tuple[str, ...]) -> tuple[str, str, int, str, str, str]:
    advice = f"Correct {field} in the kubeconfig."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"bad_{field}", f"The {field} in the kubeconfig is not a URL.", advice=advice) from error
    if parts.scheme not in schemes:
        raise ConfigError(
            f"bad_{field}", f"The {field} in the kubeconfig has the scheme {parts.scheme!r}.", advice=advice
        )
    if not host or any(ord(c) <= 32 for c in host):
        raise ConfigError(f"bad_{field}", f"The {field} in the kubeconfig names no host.", advice=advice)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return parts.scheme, host, port or _PORTS[parts.scheme], parts.path, user, password


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Percent-encodes all but the unreserved: a command of exec may hold `;`, `+` and `&`, which URL libraries
    leave as they are and servers then split at."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def path_segment(name: str) -> str:
    return quote(name, safe="")
