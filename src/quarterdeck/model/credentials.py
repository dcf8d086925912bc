"""What a client needs to know about credentials; kubeconfig.broker gives it, kubeclient takes it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec


class CredentialState(StrEnum):
    VALID = "valid"
    RECOVERING = "recovering"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class ClientCertificate(msgspec.Struct, frozen=True):
    """PEM of the chain and of the key."""

    certificate: bytes
    key: bytes

    def __repr__(self) -> str:
        return "ClientCertificate(...)"


class Credential(msgspec.Struct, frozen=True):
    """One answer of a source. `serial` tells it from the ones before: a 401 rejects only the one it was sent with.

    `headers` hold Authorization and Impersonate-*; `expires_at` is wall clock, None if it is not known.
    """

    serial: int
    headers: tuple[tuple[str, str], ...] = ()
    certificate: ClientCertificate | None = None
    expires_at: float | None = None

    def __repr__(self) -> str:
        return f"Credential({self.serial})"


class CredentialSource(Protocol):
    """The credentials of one open cluster.

    `get` returns at once while the current one is valid; else it joins the single flight that fetches one. It raises
    AuthError (auth_required), and DeadlineError where a plugin or issuer gave no answer in time. It may be cancelled:
    the flight ends with its last waiter.

    RECOVERING after INVALID says that another try is worth it now (somebody logged in, or the back-off is over).
    """

    async def get(self) -> Credential: ...

    def reject(self, credential: Credential) -> None:
        """The server answered 401 to this one. A newer one is not touched."""
        ...

    def accept(self, credential: Credential) -> None:
        """The server took this one: it is valid."""
        ...

    @property
    def state(self) -> CredentialState: ...

    @property
    def waiting_for_person(self) -> str:
        """Why a person is waited for ("Open the page that kubelogin shows"), or the empty string."""
        ...

    @property
    def queued(self) -> bool:
        """Its plugin waits for its turn; the clock of the authenticate phase need not run yet."""
        ...

    def subscribe(self, listener: Callable[[CredentialState], None]) -> Callable[[], None]:
        """`listener` is called on each change, on the loop, synchronously. Returns how to stop it."""
        ...

    async def close(self) -> None:
        """Leaves shared flights; ends what only this cluster waited for, child processes included."""
        ...
