"""Objects by a few letters, over all open clusters."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ConsoleHere
from quarterdeck.model.search import SearchAnswer

MOST_HITS = 200


@get("/api/v1/search", operation_id="searchObjects", tags=["resources"], responses=problems())
async def search_objects(
    console: ConsoleHere,
    q: Annotated[
        str,
        QueryParameter(
            max_length=256,
            description="Words, all of which must fit: parts of a name, a namespace, a kind, a cluster; `app=web`, an "
            "address or an image.",
        ),
    ],
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_HITS)] = 30,
) -> SearchAnswer:
    """Best first, with what was looked into in each cluster: kinds that are followed as they are, all others by the
    names and labels that were read of them last."""
    return await console.search.find(q, limit)
