"""What each section of the network gives for one cluster, and the SQL that several of them share."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.domains import sections
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICES
from quarterdeck.catalog.network.services import SERVICES
from quarterdeck.model.network import NetworkRow, ServiceFigures
from quarterdeck.stores.schema import quote

_SLICES = quote(ENDPOINTSLICES.path)
# A service with addresses of both families has its endpoints twice.
ENDPOINTS = (
    "(SELECT n, s, max(r) AS ready, max(e) AS every FROM ("  # noqa: S608 - quoted
    "SELECT namespace AS n, service AS s, sum(ready_count) AS r, "
    f"sum(endpoint_count - terminating_count) AS e FROM {_SLICES} WHERE service <> '' "
    "GROUP BY namespace, service, address_type) GROUP BY n, s)"
)
"""Of each service (namespace n, name s) how many of `every` endpoint that stays are `ready`."""
SERVICE = quote(SERVICES.path)


Found = sections.Found[NetworkRow]


class FoundNetwork(msgspec.Struct, frozen=True):
    """Of one cluster. `sections`: those that are known there."""

    services: ServiceFigures = ServiceFigures()
    sections: dict[str, Found] = {}
    namespaces: list[str] = []
