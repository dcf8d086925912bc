"""What is wrong, over all open clusters."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
from quarterdeck.api.routes.tagged import tagged
from quarterdeck.model.attention import AttentionAnswer, Severity
from quarterdeck.model.target import Key

MOST_FINDINGS = 1000


@get("/api/v1/attention", operation_id="getAttention", tags=["resources"], responses=problems(404))
async def get_attention(
    request: Request[Any, Any, State],
    console: ConsoleHere,
    views: ViewsHere,
    clusters: Annotated[
        list[str] | None, QueryParameter(max_items=256, description="Keys; none means all that are open.")
    ] = None,
    severity: Annotated[list[Severity] | None, QueryParameter(max_items=3)] = None,
    resource: Annotated[
        list[str] | None, QueryParameter(max_items=64, description="`core/v1/pods`; repeatable, none means all.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_FINDINGS)] = 300,
    look: Annotated[bool, QueryParameter(description="Off: only what is read anyway, and nothing for it.")] = True,
) -> Response[AttentionAnswer | None]:
    """Worst first, with what was not looked at. Looking has the kinds that the rules read kept current for a minute:
    the first answer may be of a part of them. With the ETag of the answer before in If-None-Match: 304 while nothing
    is new."""
    keys = [Key(key) for key in clusters or ()]
    views.ids_of(keys)
    answer = console.attention.answer(keys, severity or (), resource or (), limit, look=look)
    return tagged(request, answer, answer.version)
