"""Which proxy the environment asks for, as golang.org/x/net/http/httpproxy decides it for kubectl."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": "80", "https": "443", "socks5": "1080"}


def proxy_from_environment(server: str, environment: Mapping[str, str]) -> str:
    """The proxy URL for requests to `server`, or the empty string. Upper case names win over lower case ones."""
    url = urlsplit(server)
    if url.scheme not in ("http", "https"):
        return ""
    name = f"{url.scheme}_proxy"
    proxy = _parse(environment.get(name.upper()) or environment.get(name) or "")
    no_proxy = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    if not proxy or not _uses_proxy(url, no_proxy):
        return ""
    return proxy


def _parse(value: str) -> str:
    """parseProxy: what is no URL with scheme and host gets http:// in front."""
    if not value:
        return ""
    try:
        url = urlsplit(value)
        complete = bool(url.scheme and url.netloc)
    except ValueError:
        complete = False
    return value if complete else f"http://{value}"


def _uses_proxy(url: SplitResult, no_proxy: str) -> bool:
    host = _ascii(url.hostname or "")
    try:
        port = str(url.port) if url.port is not None else _PORTS[url.scheme]
    except ValueError:
        return False
    if host == "localhost":
        return False
    address = _address(host)
    if address is not None and address.is_loopback:
        return False
    return not any(_exempts(entry.strip().lower(), host, port, address) for entry in no_proxy.split(","))


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _exempts(entry: str, host: str, port: str, address: _Address | None) -> bool:
    if not entry:
        return False
    if entry == "*":
        return True
    if "/" in entry:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            pass
        else:
            return address is not None and address in network
    entry_host, entry_port = _split_port(entry)
    if not entry_host:
        return False
    entry_address = _address(entry_host)
    if entry_address is not None:
        return address == entry_address and entry_port in ("", port)
    if address is not None:
        return False
    # foo.com matches foo.com and bar.foo.com; .foo.com and *.foo.com only the latter.
    suffix = entry_host[1:] if entry_host.startswith("*.") else entry_host
    exact = not suffix.startswith(".")
    suffix = _ascii(suffix if not exact else f".{suffix}")
    return (host.endswith(suffix) or (exact and host == suffix[1:])) and entry_port in ("", port)


def _split_port(entry: str) -> tuple[str, str]:
    """net.SplitHostPort; what it refuses is a host whole."""
    if entry.startswith("["):
        inside, bracket, rest = entry[1:].partition("]")
        return (inside, rest[1:]) if bracket and rest.startswith(":") else (entry, "")
    host, colon, port = entry.partition(":")
    return (host, port) if colon and ":" not in port else (entry, "")


def _address(host: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _ascii(host: str) -> str:
    host = host.strip().lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host
