"""The selection: read it, change it by deltas, replace it, clear it. Answered at once, before any work."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Literal

from litestar import Controller, Response, delete, get, post, put
from litestar.params import HeaderParameter, JSONBody, QueryParameter

from quarterdeck.api.ports import Console
from quarterdeck.api.problems import PreconditionRequiredError, problems
from quarterdeck.api.routes.inject import ConsoleHere, ViewsHere
from quarterdeck.api.views import Views
from quarterdeck.api.wire import SelectionAnswer, SelectionChange, SelectionPut, SelectionView
from quarterdeck.model.errors import InvalidRequestError
from quarterdeck.selection.intents import ChangeSelection, ClearSelection, Origin, SetSelection
from quarterdeck.selection.protocol import Accepted

_ETAG = re.compile(r'\s*(W/)?"(\d{1,18})"\s*')
Wait = Annotated[
    Literal["settled"] | None,
    QueryParameter(description="`settled`: answer when all clusters of the change have settled."),
]
Timeout = Annotated[float, QueryParameter(ge=1, le=120, description="Seconds to wait at most.")]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description='The generation it is based on, as in ETag: `"17"`.')
]


class SelectionController(Controller):
    path = "/api/v1/selection"
    tags = ("selection",)

    @get(operation_id="getSelection", responses=problems())
    async def get_selection(self, views: ViewsHere) -> Response[SelectionView]:
        """The newest accepted selection; its generation is the ETag."""
        view = views.selection()
        return Response(view, headers={"ETag": f'"{view.generation}"'})

    @put(operation_id="putSelection", responses=problems(404, 409, 412, 428))
    async def put_selection(
        self,
        console: ConsoleHere,
        views: ViewsHere,
        data: JSONBody[SelectionPut],
        if_match: IfMatch = None,
        wait: Wait = None,
        timeout: Timeout = 30,
    ) -> Response[SelectionAnswer]:
        """Replaces the whole set. Needs If-Match: a page that is behind must not undo what another just did."""
        based_on = _based_on(if_match, console.selection.generation)
        intent = SetSelection(views.ids_of(data.selected), based_on)
        accepted = console.selection.submit(intent, _origin(data))
        return await _answer(console, views, accepted, wait, timeout)

    @delete(status_code=200, operation_id="clearSelection", responses=problems())
    async def clear_selection(
        self, console: ConsoleHere, views: ViewsHere, wait: Wait = None, timeout: Timeout = 30
    ) -> Response[SelectionAnswer]:
        """Closes everything."""
        return await _answer(console, views, console.selection.submit(ClearSelection()), wait, timeout)

    @post("/changes", status_code=200, operation_id="changeSelection", responses=problems(404, 409))
    async def change_selection(
        self,
        console: ConsoleHere,
        views: ViewsHere,
        data: JSONBody[SelectionChange],
        wait: Wait = None,
        timeout: Timeout = 30,
    ) -> Response[SelectionAnswer]:
        """Opens some and closes others; an unknown key refuses the whole request with nothing applied."""
        intent = ChangeSelection(views.ids_of(data.open), views.ids_of(data.close))
        accepted = console.selection.submit(intent, _origin(data))
        return await _answer(console, views, accepted, wait, timeout)


def _origin(data: SelectionPut | SelectionChange) -> Origin:
    return Origin(max(0.0, data.client_wait_ms), max(0, data.coalesced))


def _based_on(if_match: str | None, current: int) -> int:
    """The generation among the tags that is current, else the first. A weak tag never matches (RFC 9110, 13.1.1)."""
    if if_match is None or not if_match.strip():
        raise PreconditionRequiredError("Send If-Match with the generation that the new selection is based on.")
    found = [_ETAG.fullmatch(part) for part in if_match.split(",")]
    tags = [(int(match[2]), match[1] is None) for match in found if match is not None]
    if len(tags) != len(found):
        raise InvalidRequestError('If-Match must be a generation in quotes, as ETag gives it: "17".')
    if (current, True) in tags:
        return current
    return next((tag for tag, _ in tags if tag != current), -1)


async def _answer(
    console: Console, views: Views, accepted: Accepted, wait: Literal["settled"] | None, timeout: float
) -> Response[SelectionAnswer]:
    settled, record = None, None
    if wait is not None:
        try:
            async with asyncio.timeout(timeout):
                record = await console.selection.settled(accepted.generation)
            settled = True
        except TimeoutError:
            settled, record = False, console.selection.record(accepted.generation)
    answer = views.answer(accepted, settled, record)
    return Response(answer, headers={"ETag": f'"{accepted.generation}"'})
