"""One page of one cluster's rows, for scripts; the page uses live windows over the stream."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import PathParameter, QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.wire import WindowPage, WindowSpec
from quarterdeck.model.kinds import Resource

MOST_ROWS = 1000
Group = Annotated[
    str, PathParameter(pattern=r"^[a-z0-9.-]{1,253}$", description="API group, `core` for the empty one.")
]
Version = Annotated[str, PathParameter(pattern=r"^[a-z0-9]{1,63}$")]
ResourceName = Annotated[str, PathParameter(pattern=r"^[a-z0-9.-]{1,253}$", description="Plural, as in URLs: `pods`.")]


@get(
    "/api/v1/clusters/{key:str}/resources/{group:str}/{version:str}/{resource:str}",
    operation_id="listResources",
    tags=["resources"],
    responses=problems(404, 409),
)
async def list_resources(
    console: ConsoleHere,
    views: ViewsHere,
    key: ClusterKey,
    group: Group,
    version: Version,
    resource: ResourceName,
    filter_: Annotated[str, QueryParameter(name="filter", max_length=1024)] = "",
    namespace: Annotated[
        list[str] | None, QueryParameter(max_items=256, description="Repeatable; none means all.")
    ] = None,
    sort: Annotated[
        list[str] | None,
        QueryParameter(max_items=8, description="`restarts` or `-restarts`; repeatable, the first wins."),
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ROWS)] = 200,
    cursor: Annotated[str | None, QueryParameter(max_length=4096, description="`next` of the page before.")] = None,
) -> WindowPage:
    """Rows with their total, how complete and how stale they are. The cluster must be open, or have been."""
    views.id_of(key)
    path = Resource("" if group == "core" else group, version, resource).path
    spec = WindowSpec(
        clusters=[key], resource=path, filter=filter_, namespaces=namespace or [], sort=sort or [], limit=limit
    )
    return await console.windows.page(spec, cursor)
