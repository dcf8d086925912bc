"""Launch tokens and bearer tokens: who may talk to this server (DESIGN, "Security")."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

LAUNCH_LIFE_S = 60.0
_MOST_LAUNCHES = 16
_MOST_BEARERS = 256
"""Each is a page that was opened since the start; the oldest is forgotten first."""


class Tokens:
    """A launch token lives 60 s and is exchanged once for a bearer token, which lives as long as the server.

    Only digests are kept, so that neither a core dump nor a repr shows a token that works.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._launches: OrderedDict[bytes, float] = OrderedDict()
        self._bearers: OrderedDict[bytes, None] = OrderedDict()

    def launch(self) -> str:
        """A new launch token, good once, for 60 s from now."""
        token = secrets.token_urlsafe(32)
        self._launches[_digest(token)] = self._clock() + LAUNCH_LIFE_S
        while len(self._launches) > _MOST_LAUNCHES:
            self._launches.popitem(last=False)
        return token

    def redeem(self, launch: str) -> str | None:
        """A bearer token for it, or None: never issued, used before, or too old. It is spent either way."""
        now = self._clock()
        wanted, found = _digest(launch), None
        for held in self._launches:
            if hmac.compare_digest(held, wanted):
                found = held
        if found is None or self._launches.pop(found) < now:
            return None
        return self.bearer()

    def bearer(self) -> str:
        """A bearer token without a launch: for ourselves (a second start of the same person)."""
        token = secrets.token_urlsafe(32)
        self._bearers[_digest(token)] = None
        while len(self._bearers) > _MOST_BEARERS:
            self._bearers.popitem(last=False)
        return token

    def accepts(self, bearer: str) -> bool:
        """Compares with all that were issued, in constant time each."""
        wanted, found = _digest(bearer), False
        for held in self._bearers:
            found |= hmac.compare_digest(held, wanted)
        return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
