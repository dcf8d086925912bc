"""Conditions as CRDs, API services and the Gateway API have them (metav1.Condition)."""

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


def holds(found: Conditions, kind: str) -> bool:
    one = condition(found, kind)
    return one is not None and one.status == "True"


def broken(found: Conditions, kinds: Iterable[str]) -> list[Condition]:
    """Those of `kinds` that say False."""
    return [c for kind in kinds if (c := condition(found, kind)) is not None and c.status == "False"]
