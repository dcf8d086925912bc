"""Claims and volumes that do not get together."""

from __future__ import annotations

from quarterdeck.catalog.attention.rule import MINUTE, Cells, Rule, Severity, text
from quarterdeck.model.kinds import Resource

CLAIMS = Resource("", "v1", "persistentvolumeclaims")
VOLUMES = Resource("", "v1", "persistentvolumes")


def _unbound(cells: Cells) -> str:
    return text(cells, "message") or f"No volume is bound to it ({text(cells, 'status')})."


def _broken(cells: Cells) -> str:
    said = [found for name in ("reason", "message") if (found := text(cells, name))]
    return ": ".join(["The volume is Failed", *said])


RULES = (
    Rule(
        "claim-lost", "Claim lost its volume", Severity.CRITICAL, (CLAIMS,),
        where="status = 'Lost'", columns=("status", "message"), why=_unbound,
        hint="The volume that it was bound to is gone, and what was on it: restore it from a backup.",
    ),
    Rule(
        "claim-unbound", "Claim is not bound", Severity.WARNING, (CLAIMS,),
        where=f"status = 'Pending' AND created < unixepoch() - {5 * MINUTE}", columns=("status", "message"),
        why=_unbound, timely=True,
        hint="Its events say why; of a class that waits for the first consumer it waits for a pod that uses it.",
    ),
    Rule(
        "volume-failed", "Volume could not be reclaimed", Severity.WARNING, (VOLUMES,),
        where="status = 'Failed'", columns=("status", "reason", "message"), why=_broken,
        hint="Its driver could not delete it: look at its events, and at the storage itself.",
    ),
)  # fmt: skip
