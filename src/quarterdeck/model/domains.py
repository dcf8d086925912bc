"""What the named views over kinds have in common: how much of each cluster they were made of."""

from __future__ import annotations

import msgspec

from quarterdeck.model.attention import AttentionKind


class DomainPart(msgspec.Struct, frozen=True):
    """One cluster's share of an answer. `status` is the worst of the kinds that it is made of: ready, partial, stale,
    forbidden, failed, or the cluster's own (connecting, closed, ...). `gaps`: the kinds that are not as they are now,
    or not whole (limited: of some namespaces alone)."""

    key: str
    status: str
    message: str = ""
    gaps: list[AttentionKind] = []
