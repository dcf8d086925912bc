"""Workloads of the open clusters: how many do well, which do not, which are being rolled out."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.asked import Clusters, Limit, Namespaces, Words
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.workloads import WorkloadsAnswer, WorkloadsQuestion


@get("/api/v1/workloads", operation_id="getWorkloads", tags=["domains"], responses=problems(404))
async def get_workloads(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Clusters = None,
    namespace: Namespaces = None,
    kind: Annotated[
        list[str] | None, QueryParameter(max_items=16, description="`apps/v1/deployments`; none means all.")
    ] = None,
    health: Annotated[
        list[str] | None,
        QueryParameter(max_items=8, description="`error`, `warn`, `unknown` (none means these), `progressing`."),
    ] = None,
    q: Words = "",
    limit: Limit = 300,
) -> Response[WorkloadsAnswer | None]:
    """Counts of each kind by health, what is not as it should be with its reason and since when, and rollouts with
    their numbers. With the ETag of the answer before in If-None-Match: 304 while nothing is new."""
    views.ids_of(clusters or ())
    question = WorkloadsQuestion(
        tuple(clusters or ()), tuple(namespace or ()), tuple(kind or ()), tuple(health or ()), q, limit
    )
    found = await console.domains.workloads(question)
    return tagged(request, found, found.version)
