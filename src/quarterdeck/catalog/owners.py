"""What no workload that is counted itself has made, told by the owner of a row (`kinds.controller`)."""

from __future__ import annotations


def made_by_none_of(*kinds: str) -> str:
    """SQL over the column `owner`: it is none of these kinds, or there is none. Static pods are owned by their node,
    and others by what an operator defines."""
    makers = ", ".join(f"'{kind}/'" for kind in kinds)
    return f"substr(owner, 1, instr(owner, '/')) NOT IN ({makers})"


POD_MAKERS = ("ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job")
POD_ALONE = made_by_none_of(*POD_MAKERS)
REPLICAS_ALONE = made_by_none_of("Deployment")
