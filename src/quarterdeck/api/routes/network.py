"""The network of the open clusters: services by their endpoints, and what leads nowhere."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.asked import Clusters, Limit, Namespaces, Words
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.network import NetworkAnswer, NetworkSectionName


@get("/api/v1/network", operation_id="getNetwork", tags=["domains"], responses=problems(404))
async def get_network(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Clusters = None,
    namespace: Namespaces = None,
    section: Annotated[
        list[NetworkSectionName] | None, QueryParameter(max_items=6, description="Those whose rows are told.")
    ] = None,
    q: Words = "",
    limit: Limit = 300,
) -> Response[NetworkAnswer | None]:
    """Services with and without ready endpoints, load balancers that wait, ingresses and routes that lead to no
    service, hosts that are claimed twice, policies that select nothing, namespaces without one. With the ETag of the
    answer before in If-None-Match: 304 while nothing is new."""
    views.ids_of(clusters or ())
    question = SectionQuestion(tuple(clusters or ()), tuple(namespace or ()), tuple(section or ()), q, limit)
    found = await console.domains.network(question)
    return tagged(request, found, found.version)
