"""Certificates of the connection itself: the API server's, and the one that a kubeconfig shows to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from quarterdeck.catalog.attention.certificates import SOON
from quarterdeck.catalog.attention.rule import DAY
from quarterdeck.model.attention import Finding, Severity
from quarterdeck.model.target import Key

URGENT = 3 * DAY


@dataclass(frozen=True)
class Fact:
    """As Rule, of what is no row. `whose` certificate it is, for people."""

    id: str
    title: str
    severity: Severity
    whose: str
    hint: str


_SERVER = "The API server's certificate"
_OWN = "The client certificate of this context"
_RENEW_SERVER = "Renew it on the control plane (kubeadm certs renew, or whoever runs it): then nobody gets in."
_RENEW_OWN = "Get a new kubeconfig, or log in anew: then the API server refuses you."
SERVER_URGENT = Fact(
    "server-certificate-ends", "API server's certificate ends", Severity.CRITICAL, _SERVER, _RENEW_SERVER
)
SERVER_SOON = Fact(
    "server-certificate-soon", "API server's certificate ends soon", Severity.WARNING, _SERVER, _RENEW_SERVER
)
OWN_URGENT = Fact("client-certificate-ends", "Your client certificate ends", Severity.CRITICAL, _OWN, _RENEW_OWN)
OWN_SOON = Fact("client-certificate-soon", "Your client certificate ends soon", Severity.WARNING, _OWN, _RENEW_OWN)
FACTS = (SERVER_URGENT, OWN_URGENT, SERVER_SOON, OWN_SOON)


def of_connection(key: Key, name: str, server: int | None, own: int | None, now: float) -> tuple[Finding, ...]:
    """`server` and `own`: when they end. A certificate of hours, as login plugins bring them, is renewed by itself and
    is not spoken of: only what the kubeconfig itself holds is handed in as `own`."""
    found = [
        *_one(key, name, server, now, SERVER_URGENT, SERVER_SOON),
        *_one(key, name, own, now, OWN_URGENT, OWN_SOON),
    ]
    return tuple(found)


def _one(key: Key, name: str, end: int | None, now: float, urgent: Fact, soon: Fact) -> Iterator[Finding]:
    if end is None or end > now + SOON:
        return
    fact = urgent if end <= now + URGENT else soon
    word = "ended" if end <= now else "ends"
    yield Finding(
        id=f"{key}/{fact.id}",
        cluster=key,
        rule=fact.id,
        title=fact.title,
        severity=fact.severity,
        resource="",
        kind="Context",
        kind_title="",
        namespace="",
        name=name,
        uid="",
        since=end - (URGENT if fact is urgent else SOON),
        why=f"{fact.whose} {word} on {datetime.fromtimestamp(end, UTC):%Y-%m-%d at %H:%M} UTC.",
        hint=fact.hint,
    )
