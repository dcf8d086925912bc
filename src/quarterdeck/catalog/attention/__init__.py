"""What is wrong in a cluster: one rule for each way, in the order in which they matter."""

from __future__ import annotations

from quarterdeck.catalog.attention import callouts, certificates, leaving, nodes, pods, storage, workloads
from quarterdeck.catalog.attention.rule import Rule
from quarterdeck.model.kinds import Resource

RULES: tuple[Rule, ...] = (
    *nodes.RULES,
    *callouts.RULES,
    *certificates.RULES,
    *workloads.RULES,
    *storage.RULES,
    *pods.RULES,
    *leaving.RULES,
)
"""Of one severity the first come first."""


def kinds_read() -> tuple[Resource, ...]:
    """All that the rules look at, in the order of the rules."""
    found = [resource for rule in RULES for resource in (*rule.resources, *rule.also)]
    return tuple(dict.fromkeys(found))
