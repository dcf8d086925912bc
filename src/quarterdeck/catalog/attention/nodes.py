"""Nodes that do not answer or run short of something."""

from __future__ import annotations

from quarterdeck.catalog.attention.rule import Cells, Rule, Severity, said, text
from quarterdeck.model.kinds import NODES


def _pressed(cells: Cells) -> str:
    found = text(cells, "pressure").replace(",", ", ")
    return f"{found}: {text(cells, 'message')}" if cells["message"] else found


RULES = (
    Rule(
        "node-not-ready", "Node is not ready", Severity.CRITICAL, (NODES,),
        where="health IN ('error', 'unknown')",
        columns=("status", "message", "health", "since"),
        why=said("message", otherwise="Its kubelet has said nothing yet."), since="coalesce(since, created)",
        hint="Check the machine, its kubelet and its network; pods on it are moved away after five minutes.",
    ),
    Rule(
        "node-pressure", "Node under pressure", Severity.WARNING, (NODES,),
        where="pressure <> '' AND health <> 'error'",
        columns=("pressure", "message", "health", "since"), why=_pressed, since="coalesce(since, created)",
        hint="Its kubelet evicts pods until it has room again: free what it runs short of, or move pods away.",
    ),
)  # fmt: skip
