"""Helm's releases: which there are, and what one of them holds."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import PathParameter, QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.asked import Clusters, Namespaces
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.releases import ReleasesAnswer, ReleaseView
from quarterdeck.model.target import Key

MOST_RELEASES = 2000
ReleaseName = Annotated[str, PathParameter(pattern=r"^[a-z0-9.-]{1,53}$", description="helm gives no longer names.")]
NamespaceName = Annotated[str, PathParameter(pattern=r"^[a-z0-9-]{1,63}$")]
RevisionNumber = Annotated[int, QueryParameter(ge=0, le=2**31, description="0 is the newest.")]
_ONE = "/api/v1/releases/{key:str}/{namespace:str}/{name:str}"


@get("/api/v1/releases", operation_id="listReleases", tags=["domains"], responses=problems(404))
async def list_releases(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Clusters = None,
    namespace: Namespaces = None,
    status: Annotated[
        list[str] | None, QueryParameter(max_items=16, description="`deployed`, `failed`; none means all.")
    ] = None,
    q: Annotated[str, QueryParameter(max_length=256, description="Words in the names of release and chart.")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_RELEASES)] = 500,
) -> Response[ReleasesAnswer | None]:
    """Each with its newest revision. Charts stand in the Secrets, which are read behind the first answer, a few at a
    time. With the ETag of the answer before in If-None-Match: 304 while nothing is new."""
    views.ids_of(clusters or ())
    keys = [Key(key) for key in clusters or ()]
    found = await console.domains.releases(keys, namespace or (), status or (), q, limit)
    return tagged(request, found, found.version)


@get(_ONE, operation_id="getRelease", tags=["domains"], responses=problems(404, 409))
async def get_release(
    console: ConsoleHere,
    views: ViewsHere,
    key: ClusterKey,
    namespace: NamespaceName,
    name: ReleaseName,
    revision: RevisionNumber = 0,
) -> ReleaseView:
    """One revision: the values that the user gave, the manifest and the notes. What is secret in them is left out."""
    views.id_of(key)
    return await console.domains.release(Key(key), namespace, name, revision, reveal=False)


@post(_ONE + "/reveal", status_code=200, operation_id="revealRelease", tags=["domains"], responses=problems(404, 409))
async def reveal_release(
    console: ConsoleHere,
    views: ViewsHere,
    key: ClusterKey,
    namespace: NamespaceName,
    name: ReleaseName,
    revision: RevisionNumber = 0,
) -> Response[ReleaseView]:
    """The same with what is secret. It is neither kept nor logged here, and no browser may keep it."""
    views.id_of(key)
    found = await console.domains.release(Key(key), namespace, name, revision, reveal=True)
    return Response(found, headers={"Cache-Control": "no-store"})
