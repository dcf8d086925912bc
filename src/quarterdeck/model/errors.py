"""The one tree of errors.

::

    QuarterdeckError
    ├── ClusterError                 something about one cluster; carries class, reason, advice
    │   ├── ConfigError              its kubeconfig entry cannot be used (file and line)
    │   ├── DnsError                 its name was not found, or the lookup gave no answer
    │   ├── ConnectError             refused, unreachable, reset, proxy said no
    │   ├── TlsError                 its certificate is not trusted, or ours is refused
    │   ├── AuthError                credentials are missing, expired or refused (401, plugins)
    │   ├── ForbiddenError           known but not allowed (403); names verb and resource
    │   ├── DeadlineError            a phase's deadline passed; never booked as a refusal
    │   ├── ServerError              it answered with an error (5xx, 429, junk)
    │   │   ├── ThrottledError       429, with the wait the server asked for
    │   │   └── GoneError            410: the resourceVersion is too old; list again
    │   └── InternalError            a mistake of ours
    ├── SettingsError                a setting makes no sense; the message begins with where it was given
    └── RequestError                 what a caller asked cannot be done; carries an HTTP status
        ├── UnknownClusterError      404: no such context
        ├── ObjectNotFoundError      404: the cluster has no such object, or the object no such key
        ├── StaleGenerationError     412: the selection moved on
        ├── RefusedError             409: it cannot be done in this state
        └── InvalidRequestError      400: what was asked makes no sense; may point at a character

A cancelled or superseded job is not an error: see selection.records.Outcome.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorClass(StrEnum):
    """By what the person can do about it (DESIGN, "States, failures, credentials")."""

    CONFIG = "config"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    AUTH = "auth"
    FORBIDDEN = "forbidden"
    TIMEOUT = "timeout"
    SERVER = "server"
    INTERNAL = "internal"


class QuarterdeckError(Exception):
    """Root of all errors that Quarterdeck raises on purpose."""


class ClusterError(QuarterdeckError):
    """A failure scoped to one cluster.

    `reason` is a short fixed word within the class ("refused", "expired"), `message` says what happened,
    `advice` what to do, `command` a command line to copy, if one helps. None of them holds a secret.
    """

    error_class: ErrorClass = ErrorClass.INTERNAL

    def __init__(self, reason: str, message: str, *, advice: str = "", command: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.advice = advice
        self.command = command


class ConfigError(ClusterError):
    """`file` and `line` (1-based; 0 if unknown) say where."""

    error_class = ErrorClass.CONFIG

    def __init__(self, reason: str, message: str, *, file: str = "", line: int = 0, advice: str = "") -> None:
        super().__init__(reason, message, advice=advice)
        self.file = file
        self.line = line


class DnsError(ClusterError):
    error_class = ErrorClass.DNS


class ConnectError(ClusterError):
    error_class = ErrorClass.CONNECT


class TlsError(ClusterError):
    error_class = ErrorClass.TLS


class AuthError(ClusterError):
    error_class = ErrorClass.AUTH


class ForbiddenError(ClusterError):
    error_class = ErrorClass.FORBIDDEN


class DeadlineError(ClusterError):
    error_class = ErrorClass.TIMEOUT


class ServerError(ClusterError):
    """`status` is the HTTP status, 0 where the answer was not HTTP."""

    error_class = ErrorClass.SERVER

    def __init__(self, reason: str, message: str, *, status: int = 0, advice: str = "") -> None:
        super().__init__(reason, message, advice=advice)
        self.status = status


class ThrottledError(ServerError):
    """`retry_after` in seconds, as the server asked (Retry-After), at least 1."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__("throttled", message, status=429, advice="The server asked for a pause; it is tried again.")
        self.retry_after = retry_after


class GoneError(ServerError):
    def __init__(self, message: str) -> None:
        super().__init__("gone", message, status=410)


class InternalError(ClusterError):
    error_class = ErrorClass.INTERNAL


class SettingsError(QuarterdeckError):
    """The message says where (file and line, variable or flag) and what would be right."""


class RequestError(QuarterdeckError):
    """`status` is the HTTP status it is answered with; `kind` the tail of the problem type URI."""

    status: int = 400
    kind: str = "request"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownClusterError(RequestError):
    status = 404
    kind = "unknown-cluster"


class ObjectNotFoundError(RequestError):
    status = 404
    kind = "not-found"


class StaleGenerationError(RequestError):
    status = 412
    kind = "stale-generation"


class RefusedError(RequestError):
    status = 409
    kind = "refused"


class QueryFailedError(RequestError):
    """A question that is well asked, and takes more time or memory than it may."""

    status = 422
    kind = "query-failed"


class InvalidRequestError(RequestError):
    """`position` is the 0-based character in what was sent, if it is known."""

    status = 400
    kind = "invalid"

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position
