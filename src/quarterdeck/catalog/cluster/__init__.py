"""The cluster kinds besides nodes, namespaces and events: leases, priorities, and what extends the API."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.cluster.apiservices import APISERVICE_KIND
from quarterdeck.catalog.cluster.definitions import DEFINITION_KIND
from quarterdeck.catalog.cluster.leases import LEASE_KIND
from quarterdeck.catalog.cluster.priorityclasses import PRIORITYCLASS_KIND
from quarterdeck.catalog.cluster.webhooks import MUTATING_KIND, VALIDATING_KIND
from quarterdeck.catalog.kinds import KindSpec

KINDS: tuple[KindSpec[Any], ...] = (
    LEASE_KIND,
    PRIORITYCLASS_KIND,
    DEFINITION_KIND,
    APISERVICE_KIND,
    MUTATING_KIND,
    VALIDATING_KIND,
)
