"""Storage of the open clusters: claims, volumes and classes, and what does not get together."""

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
from quarterdeck.model.storage import StorageAnswer, StorageSectionName


@get("/api/v1/storage", operation_id="getStorage", tags=["domains"], responses=problems(404))
async def get_storage(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Clusters = None,
    namespace: Namespaces = None,
    section: Annotated[
        list[StorageSectionName] | None, QueryParameter(max_items=5, description="Those whose rows are told.")
    ] = None,
    q: Words = "",
    limit: Limit = 300,
) -> Response[StorageAnswer | None]:
    """Claims and volumes by phase, capacity by class; claims that are not bound with why, volumes that are left behind,
    claims that no pod uses, no default class or several. With the ETag of the answer before in If-None-Match: 304 while
    nothing is new."""
    views.ids_of(clusters or ())
    question = SectionQuestion(tuple(clusters or ()), tuple(namespace or ()), tuple(section or ()), q, limit)
    found = await console.domains.storage(question)
    return tagged(request, found, found.version)
