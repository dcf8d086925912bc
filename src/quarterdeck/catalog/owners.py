"""What no workload that is counted itself has made, told by the owner of a row (`kinds.controller`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Others:
    """Rows that none of these kinds made. Static pods are owned by their node, others by what an operator defines."""

    title: str
    makers: tuple[str, ...]

    @property
    def sql(self) -> str:
        """Over the column `owner`."""
        makers = ", ".join(f"'{kind}/'" for kind in self.makers)
        return f"substr(owner, 1, instr(owner, '/')) NOT IN ({makers})"

    @property
    def filter(self) -> str:
        """The same in the filter language."""
        return "-owner:" + ",".join(f"{kind}/*" for kind in self.makers)


OTHER_PODS = Others("Other pods", ("ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"))
OTHER_REPLICASETS = Others("Other replica sets", ("Deployment",))
