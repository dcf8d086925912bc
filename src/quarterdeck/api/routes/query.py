"""Questions in SQL, over what is kept of all clusters."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ConsoleHere
from quarterdeck.api.wire import QueryAnswer, QueryQuestion, QuerySchema
from quarterdeck.model.errors import QuarterdeckError, RefusedError


class _LeftError(Exception):
    """The client is gone."""


@post("/api/v1/query", status_code=200, operation_id="query", tags=["query"], responses=problems(404, 409, 422, 502))
async def ask(console: ConsoleHere, request: Request[Any, Any, Any], data: JSONBody[QueryQuestion]) -> QueryAnswer:
    """Rows, and what each cluster gave: one that is closed is answered for by what it last said. A client that leaves
    ends its question."""
    answer: QueryAnswer | QuarterdeckError
    try:
        async with asyncio.TaskGroup() as group:
            leaving = group.create_task(_until_left(request))
            try:
                answer = await console.asking.ask(data)
            except QuarterdeckError as error:
                answer = error
            leaving.cancel()
    except* _LeftError:
        raise RefusedError("Whoever asked has left.") from None
    if isinstance(answer, QuarterdeckError):
        raise answer
    return answer


@get("/api/v1/query/schema", operation_id="querySchema", tags=["query"], responses=problems(409, 422, 502))
async def query_schema(console: ConsoleHere) -> QuerySchema:
    """Tables with their columns, and the functions that a question may use."""
    return await console.asking.schema()


async def _until_left(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    raise _LeftError
