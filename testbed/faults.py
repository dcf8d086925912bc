"""What a FaultProxy can do to connections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    PASS = "pass"
    HANG_BEFORE_TLS = "hang before TLS"
    HANG_IN_ANSWER = "hang in the answer"
    RESET_IN_ANSWER = "reset in the answer"
    RESET = "reset"
    REFUSE = "refuse"
    HALF_OPEN = "half-open"


@dataclass(frozen=True)
class Fault:
    """`after_bytes` counts what the server sends once the TLS handshake is over, session tickets included."""

    kind: Kind
    after_bytes: int = 0


PASS = Fault(Kind.PASS)
"""Everything is forwarded; what another fault has held back goes on its way."""
HANG_BEFORE_TLS = Fault(Kind.HANG_BEFORE_TLS)
"""New connections are accepted and never answered; existing ones live on."""
HANG_AFTER_TLS = Fault(Kind.HANG_IN_ANSWER)
"""The handshake passes and no answer follows; existing connections are silent from now on."""
RESET = Fault(Kind.RESET)
"""Existing connections are reset, and each new one as soon as it is accepted."""
REFUSE = Fault(Kind.REFUSE)
"""Nobody listens on the port; existing connections live on."""
HALF_OPEN = Fault(Kind.HALF_OPEN)
"""Nothing is forwarded either way and nothing is closed, on existing connections and new ones: a dead link."""


def hang_in_answer(after_bytes: int) -> Fault:
    """Silence after so many bytes of answers; for existing connections, after so many more."""
    return Fault(Kind.HANG_IN_ANSWER, after_bytes)


def reset_in_answer(after_bytes: int) -> Fault:
    """A reset after so many bytes of answers; for existing connections, after so many more."""
    return Fault(Kind.RESET_IN_ANSWER, after_bytes)
