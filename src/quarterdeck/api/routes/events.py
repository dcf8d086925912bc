"""Events of the open clusters, those that are alike as one."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.asked import Clusters, Limit, Namespaces
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.events import EventOrder, EventsAnswer, EventsQuestion


@get("/api/v1/events", operation_id="getEvents", tags=["domains"], responses=problems(404))
async def get_events(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Clusters = None,
    namespace: Namespaces = None,
    type: Annotated[  # noqa: A002 - its name in Kubernetes
        list[str] | None, QueryParameter(max_items=16, description="`Warning`, `Normal`; none means all.")
    ] = None,
    reason: Annotated[list[str] | None, QueryParameter(max_items=64, description="`BackOff`; none means all.")] = None,
    q: Annotated[str, QueryParameter(description="In the filter language, over events.")] = "",
    order: Annotated[EventOrder, QueryParameter()] = "warnings",
    limit: Limit = 300,
) -> Response[EventsAnswer | None]:
    """Those that say the same of the same object are one: how often, since when, how many an hour. With the ETag of the
    answer before in If-None-Match: 304 while nothing is new."""
    views.ids_of(clusters or ())
    question = EventsQuestion(
        tuple(clusters or ()), tuple(namespace or ()), tuple(type or ()), tuple(reason or ()), q, order, limit
    )
    found = await console.domains.events(question)
    return tagged(request, found, found.version)
