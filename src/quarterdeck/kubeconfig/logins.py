"""What many tokens have in common: one login of one person, whose end and return all of them feel.

Fifty clusters behind one expired login: the first two that fail prove it, the rest fail with them without running
anything, one of them tries again from time to time, and its success wakes all.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Hashable
from typing import Final, Protocol

from quarterdeck.aio.backoff import Backoff
from quarterdeck.kubeconfig.exec_plugin import PERSON_TIMEOUT, flag_value
from quarterdeck.kubeconfig.plugin_slots import MAX_PLUGINS, UNPROVEN_LOGIN
from quarterdeck.model.errors import ClusterError
from quarterdeck.model.target import ExecPlugin

FIRST_RETRY_S: Final = 1.0
MOST_RETRY_S: Final = 60.0

_FLAGS: Final = (
    "--profile", "--account", "--configuration", "--tenant-id", "--client-id", "--login", "--oidc-issuer-url",
    "--oidc-client-id", "--proxy", "--issuer", "--user", "--context-name",
)  # fmt: skip
_VARIABLES: Final = (
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID",
    "CLOUDSDK_ACTIVE_CONFIG_NAME", "CLOUDSDK_CONFIG", "AZURE_CONFIG_DIR", "AAD_LOGIN_METHOD", "OCI_CLI_PROFILE",
    "TELEPORT_HOME", "HOME",
)  # fmt: skip


def login_of(plugin: ExecPlugin) -> tuple[str, ...]:
    """Command and profile: what plugins call the choice between several logins."""
    env = dict(plugin.env)
    flags = [f"{flag}={value}" for flag in _FLAGS if (value := flag_value(plugin.args, flag))]
    variables = [f"{name}={env[name]}" for name in _VARIABLES if env.get(name)]
    return (plugin.command, *flags, *variables)


class Member(Protocol):
    """A token behind a login."""

    @property
    def is_open(self) -> bool:
        """Some cluster that is open uses it."""
        ...

    def probe(self) -> None:
        """Tries to fetch it now, for nobody in particular."""
        ...

    def woken(self) -> None:
        """The login works again: what failed is worth another try."""
        ...


class Login:
    """Back-off of one login. Times are the loop's."""

    def __init__(self, name: Hashable, rng: random.Random) -> None:
        self.name = name
        self._backoff = Backoff(FIRST_RETRY_S, MOST_RETRY_S, rng)
        self._members: dict[Member, None] = {}
        self._failures: dict[Member, ClusterError] = {}
        self._down: ClusterError | None = None
        self._retry_at = 0.0
        self._prober: Member | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._proven = False

    def limit(self) -> int:
        """How many of its plugins may run at once."""
        return MAX_PLUGINS if self._proven and self._down is None else UNPROVEN_LOGIN

    @property
    def retry_at(self) -> float | None:
        """When it is tried again by itself; None if not."""
        return self._retry_at if self._failures and math.isfinite(self._retry_at) else None

    def join(self, member: Member) -> None:
        self._members[member] = None

    def leave(self, member: Member) -> None:
        self._members.pop(member, None)
        self._failures.pop(member, None)
        if not self._members:
            # Opening one again is a person's wish to try again.
            self._down = self._prober = None
            self._retry_at = 0.0
            self._backoff.reset()
            self._cancel_timer()
        elif self._prober is member:
            self.cancelled(member)

    def blocked(self, member: Member) -> ClusterError | None:
        """Why this member should not be fetched now; None if it may be."""
        now = asyncio.get_running_loop().time()
        if self._down is not None:
            if self._prober is None and now >= self._retry_at:
                self._prober = member
            return None if self._prober is member else self._failures.get(member, self._down)
        own = self._failures.get(member)
        return own if own is not None and now < self._retry_at else None

    def failed(self, member: Member, error: ClusterError) -> None:
        now = asyncio.get_running_loop().time()
        if self._prober is member:
            self._prober = None
        self._failures[member] = error
        # One that fails alone may be to blame itself; a person who does not come is missed by all.
        if len(self._failures) > 1 or len(self._members) <= 1 or error.reason == PERSON_TIMEOUT:
            self._down = error
        if error.reason == PERSON_TIMEOUT:
            # Another browser tab every minute helps nobody.
            self._retry_at = math.inf
            self._cancel_timer()
        elif now >= self._retry_at:
            # Several that fail in one round are one failure of the login.
            self._retry_at = now + self._backoff.next()
            self._schedule(self._retry_at)

    def cancelled(self, member: Member) -> None:
        """Its fetch ended without an outcome."""
        if self._prober is member:
            self._prober = None
            self._retry_at = asyncio.get_running_loop().time() + self._backoff.next()
            self._schedule(self._retry_at)

    def succeeded(self, member: Member) -> None:
        self._proven = True
        was_down = self._down is not None
        self._prober = self._down = None
        self._backoff.reset()
        self._retry_at = 0.0
        self._cancel_timer()
        if self._failures or was_down:
            self._failures.clear()
            for other in self._members:
                if other is not member:
                    other.woken()

    def retry(self) -> None:
        """A person asks: the next fetch runs, whatever failed before."""
        self._retry_at = 0.0
        self._prober = None

    def close(self) -> None:
        self._cancel_timer()
        self._members.clear()
        self._failures.clear()

    def _schedule(self, when: float) -> None:
        self._cancel_timer()
        self._timer = asyncio.get_running_loop().call_at(when, self._probe)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _probe(self) -> None:
        """One member for all: the one that failed longest ago."""
        self._timer = None
        for member in list(self._failures):
            if member.is_open and (self._prober is None or self._prober is member):
                # To the end of the line, so that one that can never work does not keep the others asleep.
                self._failures[member] = self._failures.pop(member)
                member.probe()
                return
