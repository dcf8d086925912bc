"""Ways on from a half typed filter."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ConsoleHere
from quarterdeck.api.routes.resources import Filter
from quarterdeck.api.wire import WindowSpec
from quarterdeck.model.completion import CompletionAnswer

MOST_CLUSTERS = 1024
MOST_CURSOR = 100_000
"""More than an address holds: what is too long is for the filter language to say."""


@get("/api/v1/completions", operation_id="completeFilter", tags=["resources"], responses=problems())
async def complete_filter(
    console: ConsoleHere,
    resource: Annotated[str, QueryParameter(max_length=640, description="As `core/v1/pods`.")],
    cluster: Annotated[list[str], QueryParameter(max_items=MOST_CLUSTERS, description="Keys; repeatable.")],
    cursor: Annotated[int, QueryParameter(ge=0, le=MOST_CURSOR, description="Characters of the filter before it.")],
    filter_: Filter = "",
    namespace: Annotated[
        list[str] | None, QueryParameter(max_items=256, description="Repeatable; none means all.")
    ] = None,
) -> CompletionAnswer:
    """Fields, comparisons and values that fit at the cursor, values from the rows that are kept, commonest first."""
    spec = WindowSpec(clusters=cluster, resource=resource, filter=filter_, namespaces=namespace or [])
    return await console.completing.complete(spec, cursor)
