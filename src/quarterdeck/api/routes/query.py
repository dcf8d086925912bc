"""Questions in SQL, over what is kept of all clusters; and those that a person keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from litestar import Controller, Request, delete, get, post, put
from litestar.params import JSONBody, PathParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ConsoleHere
from quarterdeck.api.wire import (
    QueryAnswer,
    QueryChanged,
    QueryPut,
    QueryQuestion,
    QuerySchema,
    QueryWatch,
    SavedQueries,
    SavedQuery,
)
from quarterdeck.model.errors import QuarterdeckError, RefusedError

T = TypeVar("T")
QueryId = Annotated[str, PathParameter(pattern="^[A-Za-z0-9-]{1,64}$", description="chosen by whoever saves it first")]


class _LeftError(Exception):
    """The client is gone."""


@post("/api/v1/query", status_code=200, operation_id="query", tags=["query"], responses=problems(404, 409, 422, 502))
async def ask(console: ConsoleHere, request: Request[Any, Any, Any], data: JSONBody[QueryQuestion]) -> QueryAnswer:
    """Rows, and what each cluster gave: one that is closed is answered for by what it last said. A client that leaves
    ends its question."""
    return await _while_there(request, console.asking.ask(data))


@post("/api/v1/query/changes", status_code=200, operation_id="queryChanges", tags=["query"], responses=problems())
async def query_changes(
    console: ConsoleHere, request: Request[Any, Any, Any], data: JSONBody[QueryWatch]
) -> QueryChanged:
    """Waits, for 20 s at most, for rows of these kinds to be written after the mark; keeps them current meanwhile."""
    return await _while_there(request, console.asking.changed(data))


@get("/api/v1/query/schema", operation_id="querySchema", tags=["query"], responses=problems(409, 422, 502))
async def query_schema(console: ConsoleHere) -> QuerySchema:
    """Tables with their columns, and the functions that a question may use."""
    return await console.asking.schema()


class SavedQueriesController(Controller):
    path = "/api/v1/query/saved"
    tags = ("query",)

    @get(operation_id="savedQueries", responses=problems(409))
    async def saved_queries(self, console: ConsoleHere) -> SavedQueries:
        """By name."""
        return await console.query_shelf.all()

    @put("/{query_id:str}", operation_id="saveQuery", responses=problems(409))
    async def save_query(self, console: ConsoleHere, query_id: QueryId, data: JSONBody[QueryPut]) -> SavedQuery:
        """Keeps a question, new or in place of the one of this ID: so it is renamed, and brought back when deleted."""
        return await console.query_shelf.put(query_id, data)

    @delete("/{query_id:str}", operation_id="deleteQuery", responses=problems(409))
    async def delete_query(self, console: ConsoleHere, query_id: QueryId) -> None:
        """One that is not there is deleted already."""
        await console.query_shelf.delete(query_id)


async def _while_there(request: Request[Any, Any, Any], work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives, or raises of ours; cancelled when the client leaves."""
    found: T | QuarterdeckError
    try:
        async with asyncio.TaskGroup() as group:
            leaving = group.create_task(_until_left(request))
            try:
                found = await work
            except QuarterdeckError as error:
                found = error
            leaving.cancel()
    except* _LeftError:
        raise RefusedError("Whoever asked has left.") from None
    if isinstance(found, QuarterdeckError):
        raise found
    return found


async def _until_left(request: Request[Any, Any, Any]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    raise _LeftError
