"""Conditions of a status: how a controller says what holds, what it could not do, and why (metav1.Condition)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec


class Condition(msgspec.Struct, gc=False):
    type: str = ""
    status: str = ""
    reason: str | None = None
    message: str | None = None
    since: str | None = msgspec.field(default=None, name="lastTransitionTime")

    @property
    def why(self) -> str:
        """`FailedDiscoveryCheck: no answer`: as much of reason and message as there is."""
        return ": ".join(text for text in (self.reason, self.message) if text)


Conditions = Sequence[Condition] | None


def condition(found: Conditions, kind: str) -> Condition | None:
    """The first of that type."""
    return next((c for c in found or () if c.type == kind), None)


def having(found: Conditions, kind: str, status: str = "True") -> Condition | None:
    """The condition of that type if it has that status. The first of a type counts, as for the printers."""
    one = condition(found, kind)
    return one if one is not None and one.status == status else None


def holds(found: Conditions, kind: str) -> bool:
    return having(found, kind) is not None


def broken(found: Conditions, kinds: Iterable[str]) -> list[Condition]:
    """Those of `kinds` that say False."""
    return [c for kind in kinds if (c := having(found, kind, "False")) is not None]
