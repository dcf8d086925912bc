"""How clusters are doing, in figures."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.overview import ClusterOverview, FleetOverview
from quarterdeck.model.target import Key


@get("/api/v1/overview", operation_id="getFleetOverview", tags=["resources"], responses=problems())
async def get_fleet_overview(request: Request[Any, Any, State], console: ConsoleHere) -> Response[FleetOverview | None]:
    """All open clusters, and their sums. Looking has the kinds that are counted kept current for a minute: the first
    answer may be of a part of them. With the ETag of the answer before in If-None-Match: 304 while nothing is new."""
    found = console.overview.fleet()
    return tagged(request, found, found.version)


@get("/api/v1/overview/{key:str}", operation_id="getOverview", tags=["resources"], responses=problems(404))
async def get_overview(
    request: Request[Any, Any, State], console: ConsoleHere, views: ViewsHere, key: ClusterKey
) -> Response[ClusterOverview | None]:
    """One cluster. What is not known is null, with the reason beside it."""
    views.id_of(key)
    found = console.overview.cluster(Key(key))
    return tagged(request, found, console.overview.tag(found))
