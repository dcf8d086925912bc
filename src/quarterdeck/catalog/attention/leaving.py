"""What was asked to go and does not."""

from __future__ import annotations

from quarterdeck.catalog.attention.rule import MINUTE, Cells, Rule, Severity, text
from quarterdeck.model.kinds import NAMESPACES, PODS

_LATE = f"deleted < unixepoch() - {5 * MINUTE}"


def _kept(cells: Cells) -> str:
    finalizers = text(cells, "finalizers").replace(",", ", ")
    return f"Kept by {finalizers}." if finalizers else "It has no finalizers: its controller or kubelet is silent."


def _namespace(cells: Cells) -> str:
    return text(cells, "message") or "What is in it is still being deleted."


RULES = (
    Rule(
        "namespace-stuck", "Namespace does not go", Severity.WARNING, (NAMESPACES,),
        where=_LATE, columns=("deleted", "message"), why=_namespace, since="deleted", timely=True,
        hint="Objects in it have finalizers, or an API service does not answer: the message names them.",
    ),
    Rule(
        "pod-stuck", "Pod does not go", Severity.WARNING, (PODS,),
        where=_LATE, columns=("deleted", "finalizers", "node", "owner"), why=_kept, since="deleted", timely=True,
        by="CASE WHEN owner = '' THEN uid ELSE namespace || '/' || owner END",
        hint="Without a finalizer it waits for the kubelet of its node: is the node there?",
    ),
    Rule(
        "object-stuck", "Object does not go", Severity.WARNING, (), but=(NAMESPACES, PODS),
        where=_LATE, columns=("deleted", "finalizers"), why=_kept, since="deleted", timely=True,
        hint="Whoever put the finalizer there has to take it away: is that controller running?",
    ),
)  # fmt: skip
