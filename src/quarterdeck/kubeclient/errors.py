"""The border at which foreign errors turn into ours: the most specific one in the chain wins, the cause stays chained.

Nothing foreign is quoted that could hold a secret: no header, no URL, no body that is not a Kubernetes Status.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import StrEnum

import aiohttp
import msgspec
from aiohttp import http_exceptions

from quarterdeck.kubeclient.endpoint import Endpoint, Proxy
from quarterdeck.kubeclient.tls_errors import from_ssl
from quarterdeck.model.errors import (
    ClusterError,
    ConfigError,
    ConnectError,
    DeadlineError,
    DnsError,
    InternalError,
    ServerError,
    TlsError,
)


class Stage(StrEnum):
    """What was being done; each reads on in "while …"."""

    RESOLVE = "looking up its name"
    CONNECT = "connecting"
    PROXY = "speaking to the proxy"
    TLS = "securing the connection"
    REQUEST = "waiting for its answer"
    STREAM = "reading its answer"


class Where(msgspec.Struct, frozen=True):
    """Whom it happened with."""

    stage: Stage
    server: Endpoint
    proxy: Proxy | None = None

    @property
    def peer(self) -> str:
        """Whom bytes were sent to in this stage; safe to show."""
        if self.proxy is not None and self.stage in (Stage.RESOLVE, Stage.CONNECT, Stage.PROXY):
            return f"The proxy {self.proxy.authority}"
        return self.server.authority

    @property
    def host(self) -> str:
        return self.proxy.host if self.proxy is not None else self.server.host

    @property
    def setting(self) -> str:
        return "proxy-url" if self.proxy is not None else "server"


@contextmanager
def border(stage: Stage, server: Endpoint, proxy: Proxy | None) -> Generator[None]:
    """Lets ClusterError and cancellation pass and translates all else."""
    try:
        yield
    except ClusterError:
        raise
    except Exception as error:
        raise translate(error, Where(stage, server, proxy)) from error


def chain(error: BaseException) -> list[BaseException]:
    """It and what it came from, outermost first."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found


def translate(error: BaseException, where: Where) -> ClusterError:
    """Never raises. What has no rule becomes InternalError "unexpected": a rule is missing (a test looks for that)."""
    links = chain(error)
    for rule in _RULES:
        for link in links:
            ours = rule(link, where)
            if ours is not None:
                return ours
    return InternalError(
        "unexpected",
        f"{type(error).__name__} while {where.stage}.",
        advice="This is a mistake in Quarterdeck; please report it.",
    )


def deadline(where: Where, seconds: float) -> DeadlineError:
    """Our own clock ran out."""
    return DeadlineError(
        "no_answer",
        f"{where.peer} gave no answer within {seconds:.0f} s ({where.stage}).",
        advice="Check the network or VPN to the cluster; it is tried again.",
    )


def closed() -> ConnectError:
    return ConnectError("closed", "This cluster was closed.")


Rule = Callable[[BaseException, Where], ClusterError | None]


def _ours(error: BaseException, where: Where) -> ClusterError | None:
    return error if isinstance(error, ClusterError) else None


_WAITS = ssl.SSLWantReadError | ssl.SSLWantWriteError
"""No failures: asyncio reads on in a handler of these, so what it meets there has one as its context."""


def _tls(error: BaseException, where: Where) -> ClusterError | None:
    if isinstance(error, ssl.SSLError | ssl.CertificateError) and not isinstance(error, _WAITS):
        return from_ssl(error, where.peer, where.stage)
    return None


def _unfinished_tls(error: BaseException, where: Where) -> ClusterError | None:
    return from_ssl(error, where.peer, where.stage) if isinstance(error, _WAITS) else None


def _dns(error: BaseException, where: Where) -> ClusterError | None:
    if isinstance(error, socket.gaierror | socket.herror):
        if error.errno in (socket.EAI_AGAIN,):
            return DnsError(
                "no_answer",
                f"The name servers gave no answer for {where.host}.",
                advice="Check the network, the VPN and the name servers of this machine.",
            )
        unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return DnsError(
            "not_found" if unknown else "failed",
            f"The name {where.host} was not found." if unknown else f"The name {where.host} could not be looked up.",
            advice=f"Check {where.setting} in the kubeconfig, and whether a VPN is needed to know this name.",
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return DnsError("failed", f"The name {where.host} could not be looked up.", advice="Check the network.")
    return None


_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


def _os(error: BaseException, where: Where) -> ClusterError | None:
    if not isinstance(error, OSError):
        return None
    if isinstance(error, ConnectionRefusedError):
        return ConnectError(
            "refused",
            f"{where.peer} refused the connection.",
            advice=f"Check that the cluster runs and that {where.setting} in the kubeconfig names the right port.",
        )
    if error.errno in _UNREACHABLE:
        return ConnectError(
            "unreachable",
            f"There is no route to {where.peer}.",
            advice="Check the network and the VPN.",
        )
    if error.errno in _EXHAUSTED:
        return InternalError(
            "too_many_files",
            "This machine has no more sockets or file handles to give.",
            advice="Close clusters, or raise the limit of open files (ulimit -n).",
        )
    if error.errno in (errno.EPERM, errno.EACCES):
        return ConnectError(
            "blocked",
            f"This machine does not let us connect to {where.peer}.",
            advice="Check its firewall or security software.",
        )
    if error.errno == errno.ETIMEDOUT:
        return _silent(where)
    if isinstance(error, ConnectionError | asyncio.IncompleteReadError) or error.errno in (errno.ENOTCONN, errno.EBADF):
        return _cut(where)
    return None


def _timeout(error: BaseException, where: Where) -> ClusterError | None:
    return _silent(where) if isinstance(error, TimeoutError) else None


def _proxy(error: BaseException, where: Where) -> ClusterError | None:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return ConnectError(
            "proxy_refused", f"The proxy would not connect ({error.status}).", advice="Check proxy-url."
        )
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return ConnectError("proxy_unreachable", "The proxy cannot be reached.", advice="Check proxy-url.")
    return None


def _http(error: BaseException, where: Where) -> ClusterError | None:
    if isinstance(error, aiohttp.ServerFingerprintMismatch):
        return TlsError("untrusted", f"{where.peer} shows another certificate than expected.")
    if isinstance(error, aiohttp.InvalidURL):
        return ConfigError("bad_server", "The server in the kubeconfig is not a URL.", advice="Correct server.")
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return ServerError(
            "no_stream",
            f"{where.peer} did not open a stream ({error.status}).",
            status=error.status,
            advice="A proxy in between may not let WebSockets through.",
        )
    if isinstance(
        error,
        aiohttp.ServerDisconnectedError
        | aiohttp.ClientPayloadError
        | aiohttp.ClientConnectionResetError
        | aiohttp.WSMessageTypeError
        | aiohttp.EofStream
        | EOFError,
    ):
        return _cut(where)
    if isinstance(
        error,
        aiohttp.ClientResponseError
        | http_exceptions.HttpProcessingError
        | aiohttp.WebSocketError
        | asyncio.LimitOverrunError
        | msgspec.DecodeError
        | UnicodeError,
    ):
        return not_kubernetes(where.peer, 0)
    return None


def _general(error: BaseException, where: Where) -> ClusterError | None:
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        said = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        return ConnectError(
            "failed",
            f"The connection to {where.peer} failed while {where.stage}{said}.",
            advice="Check the network; it is tried again.",
        )
    if isinstance(error, aiohttp.ClientError):
        return not_kubernetes(where.peer, 0)
    return None


_RULES: tuple[Rule, ...] = (_ours, _tls, _dns, _os, _timeout, _proxy, _http, _general, _unfinished_tls)


def _silent(where: Where) -> DeadlineError:
    return DeadlineError(
        "no_answer",
        f"{where.peer} gave no answer while {where.stage}.",
        advice="Check the network or VPN to the cluster; it is tried again.",
    )


def _cut(where: Where) -> ConnectError:
    return ConnectError(
        "reset",
        f"{where.peer} cut the connection while {where.stage}.",
        advice="It may be restarting, or something in between (load balancer, proxy, VPN) drops connections.",
    )


def not_kubernetes(peer: str, status: int, kind: str = "") -> ServerError:
    """`kind` is the content type it sent, if any."""
    what = f" ({kind.split(';', 1)[0][:60]})" if kind else ""
    return ServerError(
        "not_kubernetes",
        f"{peer} answered, but not as a Kubernetes API server{what}.",
        status=status,
        advice="Check server in the kubeconfig; a login page or a proxy may stand in between.",
    )
