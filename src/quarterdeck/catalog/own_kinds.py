"""All kinds with a projection of ours."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.access import KINDS as ACCESS
from quarterdeck.catalog.cluster import KINDS as CLUSTER
from quarterdeck.catalog.config import KINDS as CONFIG
from quarterdeck.catalog.core import core_kinds
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.network import KINDS as NETWORK
from quarterdeck.catalog.storage import KINDS as STORAGE
from quarterdeck.catalog.usage.metrics import NODE_METRICS_KIND, POD_METRICS_KIND
from quarterdeck.catalog.workloads import KINDS as WORKLOADS
from quarterdeck.model.kinds import Resource

OWN: tuple[tuple[KindSpec[Any], ...], ...] = (
    core_kinds(),
    WORKLOADS,
    NETWORK,
    CONFIG,
    STORAGE,
    ACCESS,
    CLUSTER,
    (NODE_METRICS_KIND, POD_METRICS_KIND),
)


def own_kinds() -> dict[Resource, KindSpec[Any]]:
    """By resource; the core kinds first."""
    return {kind.resource: kind for kinds in OWN for kind in kinds}
