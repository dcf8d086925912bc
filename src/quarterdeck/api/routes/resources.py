"""Pages of rows, for scripts and for exports; what is on the screen comes by live windows over the stream."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import PathParameter, QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.wire import WindowPage, WindowSpec
from quarterdeck.model.kinds import Resource

MOST_ROWS = 1000
MOST_NAMESPACES = 256
MOST_SORTS = 8
Group = Annotated[
    str, PathParameter(pattern=r"^[a-z0-9.-]{1,253}$", description="API group, `core` for the empty one.")
]
Version = Annotated[str, PathParameter(pattern=r"^[a-z0-9]{1,63}$")]
ResourceName = Annotated[str, PathParameter(pattern=r"^[a-z0-9.-]{1,253}$", description="Plural, as in URLs: `pods`.")]


Filter = Annotated[
    str, QueryParameter(name="filter", description="docs/filter.md; its bounds are said in its own words.")
]
Namespaces = Annotated[
    list[str] | None, QueryParameter(max_items=MOST_NAMESPACES, description="Repeatable; none means all.")
]
Sort = Annotated[
    list[str] | None,
    QueryParameter(max_items=MOST_SORTS, description="`restarts` or `-restarts`; repeatable, the first wins."),
]
MatchesFirst = Annotated[
    bool, QueryParameter(description="Rows that do not match the filter come as well, after those that do.")
]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_ROWS)]
Cursor = Annotated[str | None, QueryParameter(max_length=4096, description="`next` of the page before.")]


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
    filter_: Filter = "",
    matches_first: MatchesFirst = False,
    namespace: Namespaces = None,
    sort: Sort = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> WindowPage:
    """Rows with their total, how complete and how stale they are. The cluster must be open, or have been."""
    views.id_of(key)
    path = _path(group, version, resource)
    spec = WindowSpec(
        clusters=[key],
        resource=path,
        filter=filter_,
        namespaces=namespace or [],
        sort=sort or [],
        limit=limit,
        matches_first=matches_first,
    )
    return await console.windows.page(spec, cursor)


@get(
    "/api/v1/resources/{group:str}/{version:str}/{resource:str}",
    operation_id="listMergedResources",
    tags=["resources"],
    responses=problems(404, 409),
)
async def list_merged_resources(
    console: ConsoleHere,
    views: ViewsHere,
    group: Group,
    version: Version,
    resource: ResourceName,
    cluster: Annotated[list[str], QueryParameter(min_items=1, max_items=1000, description="Keys; repeatable.")],
    filter_: Filter = "",
    matches_first: MatchesFirst = False,
    namespace: Namespaces = None,
    sort: Sort = None,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000, description="Not with a cursor.")] = 0,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> WindowPage:
    """Rows of several clusters in one order. `parts` says of each how complete and how stale its rows are."""
    for key in cluster:
        views.id_of(key)
    path = _path(group, version, resource)
    spec = WindowSpec(cluster, path, filter_, namespace or [], sort or [], offset, limit, matches_first)
    return await console.windows.page(spec, cursor)


def _path(group: str, version: str, resource: str) -> str:
    return Resource("" if group == "core" else group, version, resource).path
