"""The credentials of one open cluster: its parts in one, and what its server thinks of them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Final

from quarterdeck.aio.backoff import Backoff
from quarterdeck.kubeconfig.renewal import refusal
from quarterdeck.kubeconfig.shared import Part, SharedSecret, Stamped, again
from quarterdeck.model.credentials import Credential, CredentialState
from quarterdeck.model.errors import AuthError, ClusterError
from quarterdeck.model.target import Auth, Impersonation, Target

Listener = Callable[[CredentialState], None]

_SERIALS = count(1)
_TOKEN_BYTES: Final = frozenset(b"!#$&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""Of a header's name (RFC 9110), without the percent sign."""


class Source:
    """See model.credentials.CredentialSource.

    States: UNKNOWN until the server took a credential (VALID). INVALID after a failed fetch, or when the server
    refused what it was given and another try is not due. RECOVERING when a try is worth it: the listener that sees it
    come after INVALID opens the cluster again, and `get` runs. Listeners are called with the same state again when
    `waiting_for_person` changes.
    """

    def __init__(
        self,
        target: Target,
        parts: Sequence[Part],
        backoff: Backoff,
        *,
        refuse: ClusterError | None = None,
        closed: Callable[[Source], None],
    ) -> None:
        self.target = target
        self._parts = tuple(parts)
        self._always_refused = refuse
        self._on_close = closed
        self._backoff = backoff
        self._state = CredentialState.UNKNOWN
        self._listeners: dict[object, Listener] = {}
        self._given: tuple[Stamped, ...] = ()
        self._credential: Credential | None = None
        self._refused: tuple[Stamped, ...] = ()
        self._refusals = 0
        self._refused_until = 0.0
        self._failure: ClusterError | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        for part in self._parts:
            if isinstance(part, SharedSecret):
                part.attach(self)

    @property
    def state(self) -> CredentialState:
        return self._state

    @property
    def failure(self) -> ClusterError | None:
        """Why it is INVALID."""
        return self._failure if self._state is CredentialState.INVALID else None

    @property
    def waiting_for_person(self) -> str:
        return next((part.waiting for part in self._parts if part.waiting), "")

    @property
    def queued(self) -> bool:
        """Its plugin waits for its turn; the clock of the authenticate phase need not run yet."""
        return any(part.queued for part in self._parts)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        token = object()
        self._listeners[token] = listener
        return lambda: self._listeners.pop(token, None) and None

    async def get(self) -> Credential:
        self._check_open()
        if self._always_refused is not None:
            raise self._fail(self._always_refused)
        loop = asyncio.get_running_loop()
        if self._state is CredentialState.INVALID and loop.time() < self._refused_until:
            raise again(self._failure or self._refusal())
        try:
            given = tuple([await part.get() for part in self._parts])
        except ClusterError as error:
            if not any(isinstance(part, SharedSecret) for part in self._parts):
                self._try_again_in(self._backoff.next())
            raise self._fail(error) from None
        self._check_open()
        if given == self._refused and loop.time() < self._refused_until:
            self._try_again_in(self._refused_until - loop.time())
            raise self._fail(self._refusal())
        if self._credential is None or given != self._given:
            self._given = given
            self._credential = _compose(given, self.target.auth)
        if self._state is CredentialState.INVALID:
            self._set_state(CredentialState.RECOVERING)
        return self._credential

    def accept(self, credential: Credential) -> None:
        if self._closed or self._credential is None or credential.serial != self._credential.serial:
            return
        self._refused = ()
        self._refusals = 0
        self._refused_until = 0.0
        self._backoff.reset()
        self._cancel_timer()
        self._set_state(CredentialState.VALID)

    def reject(self, credential: Credential) -> None:
        if self._closed or self._credential is None or credential.serial != self._credential.serial:
            return
        if self._given == self._refused:
            return
        for part, stamped in zip(self._parts, self._given, strict=True):
            part.invalidate(stamped.serial)
        self._refused = self._given
        self._refusals += 1
        now = asyncio.get_running_loop().time()
        # The first refusal may be of a token that was revoked: another one is fetched at once.
        hopeless = all(part.is_fixed for part in self._parts)
        wait = self._backoff.next()
        self._refused_until = now + wait
        if hopeless or self._refusals > 1:
            self._fail(self._refusal())
            self._try_again_in(wait)
        else:
            self._set_state(CredentialState.RECOVERING)

    def retry(self) -> None:
        """A person asks for another try: back-off ends."""
        self._refused_until = 0.0
        self._refused = ()
        self._cancel_timer()
        for part in self._parts:
            part.retry()
        if self._state is CredentialState.INVALID:
            self._set_state(CredentialState.RECOVERING)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._cancel_timer()
        self._listeners.clear()
        self._on_close(self)
        leaving: list[Awaitable[None]] = [p.detach(self) for p in self._parts if isinstance(p, SharedSecret)]
        for left in leaving:
            await left

    # --- called by shared secrets

    def fetch_failed(self, error: ClusterError) -> None:
        self._fail(error)

    def woken(self) -> None:
        if self._state is CredentialState.INVALID and asyncio.get_running_loop().time() >= self._refused_until:
            self._set_state(CredentialState.RECOVERING)

    def person_changed(self) -> None:
        self._tell()

    # ---

    def _check_open(self) -> None:
        if self._closed:
            raise AuthError("closed", "The credentials of this cluster were closed.")

    def _refusal(self) -> AuthError:
        return refusal(self.target)

    def _fail(self, error: ClusterError) -> ClusterError:
        self._failure = error
        self._set_state(CredentialState.INVALID)
        return again(error)

    def _try_again_in(self, seconds: float) -> None:
        self._cancel_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._due)

    def _due(self) -> None:
        self._timer = None
        self._refused = ()
        self._refused_until = 0.0
        if self._state is CredentialState.INVALID:
            self._set_state(CredentialState.RECOVERING)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_state(self, state: CredentialState) -> None:
        if state is not self._state and not self._closed:
            self._state = state
            self._tell()

    def _tell(self) -> None:
        for listener in list(self._listeners.values()):
            listener(self._state)


def _compose(given: tuple[Stamped, ...], auth: Auth) -> Credential:
    headers: list[tuple[str, str]] = []
    token = next((stamped.secret.token for stamped in given if stamped.secret.token), "")
    if token:
        headers.append(("Authorization", f"Bearer {token}"))
    elif auth.username or auth.password:
        pair = base64.b64encode(f"{auth.username}:{auth.password}".encode()).decode()
        headers.append(("Authorization", f"Basic {pair}"))
    if auth.impersonate is not None:
        headers += impersonation_headers(auth.impersonate)
    certificate = next((stamped.secret.certificate for stamped in given if stamped.secret.certificate), None)
    expiries = [stamped.secret.expires_at for stamped in given if stamped.secret.expires_at is not None]
    return Credential(next(_SERIALS), tuple(headers), certificate, min(expiries, default=None))


def impersonation_headers(who: Impersonation) -> list[tuple[str, str]]:
    """client-go's impersonatingRoundTripper; a key's bytes that no header's name may hold are %-encoded."""
    headers = [("Impersonate-User", who.user)]
    if who.uid:
        headers.append(("Impersonate-Uid", who.uid))
    headers += [("Impersonate-Group", group) for group in who.groups]
    for key, values in who.extra:
        name = "".join(chr(byte) if byte in _TOKEN_BYTES else f"%{byte:02X}" for byte in key.encode())
        headers += [(f"Impersonate-Extra-{name}", value) for value in values]
    return headers
