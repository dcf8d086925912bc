"""Every error that the libraries below can raise has a rule: a new one fails here before it meets a person."""

from __future__ import annotations

import asyncio
import asyncio.exceptions
import errno
import inspect
import socket
import ssl
from collections.abc import Callable
from types import ModuleType
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import client_exceptions, http_exceptions
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

from quarterdeck.kubeclient.endpoint import Endpoint, Proxy
from quarterdeck.kubeclient.errors import Stage, Where, border, translate
from quarterdeck.model.errors import ConnectError, DeadlineError, InternalError

SERVER = Endpoint("https", "api.example", 6443)
WHERE = Where(Stage.REQUEST, SERVER)
KEY = ConnectionKey("api.example", 6443, True, True, None, None, None)
INFO = aiohttp.RequestInfo(URL("https://secret@api.example"), "GET", {}, URL("https://api.example"))  # type: ignore[arg-type]

MISTAKES_OF_OURS = {
    # A client that uses its own library wrongly: nothing a person can mend, so "internal" is the truth.
    asyncio.InvalidStateError,
    asyncio.QueueEmpty,
    asyncio.QueueFull,
    asyncio.SendfileNotAvailableError,
    asyncio.BrokenBarrierError,
    getattr(asyncio, "QueueShutDown", asyncio.QueueFull),
    msgspec.MsgspecError,
    msgspec.EncodeError,
}
MADE: dict[type[Exception], Callable[[Any], Exception]] = {
    aiohttp.ClientResponseError: lambda kind: kind(INFO, (), status=400, message="bad"),
    aiohttp.ClientConnectorError: lambda kind: kind(KEY, OSError(errno.ECONNREFUSED, "refused")),
    aiohttp.ClientConnectorCertificateError: lambda kind: kind(KEY, ssl.CertificateError("bad")),
    aiohttp.ServerFingerprintMismatch: lambda kind: kind(b"a", b"b", "api.example", 6443),
    aiohttp.InvalidURL: lambda kind: kind("junk"),
    client_exceptions.UnixClientConnectorError: lambda kind: kind("/x", KEY, OSError(1, "x")),
    http_exceptions.LineTooLong: lambda kind: kind("line"),
    http_exceptions.InvalidHeader: lambda kind: kind("header"),
    http_exceptions.BadHttpMessage: lambda kind: kind("message"),
    asyncio.IncompleteReadError: lambda kind: kind(b"", 5),
    asyncio.LimitOverrunError: lambda kind: kind("over", 5),
    aiohttp.WebSocketError: lambda kind: kind(1002, "bad frame"),
}


def errors_of(module: ModuleType) -> list[type[Exception]]:
    found = [x for _, x in inspect.getmembers(module, inspect.isclass) if issubclass(x, Exception)]
    return [x for x in found if not issubclass(x, Warning) and x is not Exception and not x.__name__.startswith("_")]


def all_errors() -> list[type[Exception]]:
    modules = (aiohttp, client_exceptions, http_exceptions, ssl, socket, asyncio, asyncio.exceptions, msgspec)
    os_errors = [x for _, x in inspect.getmembers(__import__("builtins"), inspect.isclass) if issubclass(x, OSError)]
    # Files are not what a client of a network speaks of.
    files = (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError)
    found = {x for module in modules for x in errors_of(module)} | set(os_errors)
    return sorted((x for x in found if not issubclass(x, files)), key=lambda x: x.__qualname__)


def make(kind: type[Exception]) -> Exception:
    for base in kind.__mro__:
        if base in MADE:
            return MADE[base](kind)
    return kind()


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_every_error_of_the_libraries_has_a_rule(kind: type[Exception]) -> None:
    ours = translate(make(kind), WHERE)
    if kind in MISTAKES_OF_OURS:
        assert (type(ours), ours.reason) == (InternalError, "unexpected")
    else:
        assert ours.reason != "unexpected", f"no rule for {kind}"
        assert ours.message.endswith("."), ours.message
        assert "secret" not in ours.message + ours.advice


def verification(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "where", "kind", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), Stage.RESOLVE, "dns", "not_found"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), Stage.RESOLVE, "dns", "no_answer"),
        (socket.gaierror(socket.EAI_FAIL, "x"), Stage.RESOLVE, "dns", "failed"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), Stage.CONNECT, "connect", "refused"),
        (OSError(errno.EHOSTUNREACH, "x"), Stage.CONNECT, "connect", "unreachable"),
        (OSError(errno.ENETUNREACH, "x"), Stage.CONNECT, "connect", "unreachable"),
        (TimeoutError(errno.ETIMEDOUT, "x"), Stage.CONNECT, "timeout", "no_answer"),
        (PermissionError(errno.EPERM, "x"), Stage.CONNECT, "connect", "blocked"),
        (OSError(errno.EMFILE, "x"), Stage.CONNECT, "internal", "too_many_files"),
        (OSError("Multiple exceptions: …"), Stage.CONNECT, "connect", "failed"),
        (ConnectionResetError(errno.ECONNRESET, "x"), Stage.TLS, "connect", "reset"),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), Stage.TLS, "connect", "reset"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), Stage.TLS, "tls", "not_tls"),
        (ssl.SSLError(1, "[SSL] record layer failure"), Stage.TLS, "tls", "not_tls"),
        (ssl.SSLError(1, "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] x"), Stage.TLS, "tls", "handshake"),
        (
            ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] x"),
            Stage.REQUEST,
            "tls",
            "client_certificate_refused",
        ),
        (ssl.SSLError(1, "[SSL: TLSV1_ALERT_UNKNOWN_CA] x"), Stage.REQUEST, "tls", "client_certificate_refused"),
        (verification(10), Stage.TLS, "tls", "expired"),
        (verification(9), Stage.TLS, "tls", "not_yet_valid"),
        (verification(62), Stage.TLS, "tls", "hostname"),
        (verification(64), Stage.TLS, "tls", "hostname"),
        (verification(19), Stage.TLS, "tls", "untrusted"),
        (verification(20), Stage.TLS, "tls", "untrusted"),
        (aiohttp.ServerDisconnectedError(), Stage.REQUEST, "connect", "reset"),
        (aiohttp.ClientPayloadError("x"), Stage.STREAM, "connect", "reset"),
        (aiohttp.ServerTimeoutError(), Stage.REQUEST, "timeout", "no_answer"),
        (ValueError("x"), Stage.REQUEST, "internal", "unexpected"),
    ],
)
def test_each_failure_has_the_class_and_reason_that_tell_what_to_do(
    error: Exception, where: Stage, kind: str, reason: str
) -> None:
    ours = translate(error, Where(where, SERVER))
    assert (ours.error_class, ours.reason) == (kind, reason)
    assert ours.advice


def test_the_most_specific_error_of_a_chain_wins() -> None:
    outer = aiohttp.ClientOSError(1, "connection lost")
    outer.__cause__ = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] x")
    assert translate(outer, WHERE).reason == "client_certificate_refused"


def test_a_reset_in_the_middle_of_a_handshake_is_a_reset_and_no_quarrel_about_tls() -> None:
    error = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    error.__context__ = ssl.SSLWantReadError(2, "The operation did not complete (read)")
    ours = translate(error, Where(Stage.TLS, SERVER))
    assert isinstance(ours, ConnectError)
    assert ours.reason == "reset"


def test_the_border_chains_the_cause_and_lets_ours_and_cancellation_pass() -> None:
    with pytest.raises(ConnectError) as caught, border(Stage.CONNECT, SERVER, None):
        raise ConnectionRefusedError(errno.ECONNREFUSED, "x")
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    ours = DeadlineError("no_answer", "x")
    with pytest.raises(DeadlineError) as same, border(Stage.CONNECT, SERVER, None):
        raise ours
    assert same.value is ours
    with pytest.raises(asyncio.CancelledError), border(Stage.CONNECT, SERVER, None):
        raise asyncio.CancelledError


def test_before_the_tunnel_stands_the_proxy_is_blamed_and_its_password_is_not_shown() -> None:
    proxy = Proxy("http", "proxy.example", 3128, "user", "very-secret")
    refused: Any = ConnectionRefusedError(errno.ECONNREFUSED, "x")
    ours = translate(refused, Where(Stage.CONNECT, SERVER, proxy))
    assert "proxy.example:3128" in ours.message
    assert "proxy-url" in ours.advice
    assert "very-secret" not in repr(proxy) + str(proxy) + ours.message
    assert "api.example" in translate(refused, Where(Stage.TLS, SERVER, proxy)).message
