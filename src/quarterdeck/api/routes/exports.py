"""Files of rows: asked for, fetched, followed and cancelled."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, SkipValidation
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from quarterdeck.api.exports.desk import ExportDesk
from quarterdeck.api.exports.file import ExportFile
from quarterdeck.api.guard import DOWNLOADS_PATH
from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ViewsHere
from quarterdeck.api.routes.resources import MOST_NAMESPACES, MOST_SORTS
from quarterdeck.api.wire import ExportQuestion, ExportView
from quarterdeck.model.errors import InvalidRequestError

MOST_CLUSTERS = 1024
MOST_PICKED = 50_000
"""More are picked by a filter. Taking that many apart holds the loop for some 4 ms."""
_MOST_BODY_BYTES = 4_000_000
ExportsHere = NamedDependency[SkipValidation[ExportDesk]]
ExportId = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{16}$")]
Ticket = Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9_-]{43}$", description="From ExportView.url.")]


class ExportsController(Controller):
    path = "/api/v1/exports"
    tags = ("exports",)

    @post(
        operation_id="export",
        request_max_body_size=_MOST_BODY_BYTES,
        responses=problems(404, 409),
    )
    async def begin(self, exports: ExportsHere, views: ViewsHere, data: JSONBody[ExportQuestion]) -> ExportView:
        """Takes hold of every row of the question as they are now, and says where the file is fetched: once, within
        30 s, without a bearer token. What it lacks is in `parts`, and in the file itself."""
        _check(data)
        for key in data.clusters:
            views.id_of(key)
        return await exports.begin(data)

    @get("/{export_id:str}", operation_id="getExport", responses=problems(404))
    async def get_one(self, exports: ExportsHere, export_id: ExportId) -> ExportView:
        """How far it is, also for a while after it ended."""
        return exports.file(export_id).view()

    @delete("/{export_id:str}", operation_id="cancelExport", responses=problems(404))
    async def cancel(self, exports: ExportsHere, export_id: ExportId) -> None:
        """What was sent of it ends without its end. One that has ended stays as it ended."""
        exports.file(export_id).cancel()


class Download(ASGIResponse):
    """The file, and whether all of it was sent is up to it."""

    _should_set_content_length = False

    def __init__(self, file: ExportFile) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{file.file}"'}
        super().__init__(headers=headers, media_type=file.media_type, status_code=200)
        self._file = file

    async def send_body(self, send: Send, receive: Receive) -> None:
        await self._file.send(send, receive)


@get(
    f"{DOWNLOADS_PATH}{{ticket:str}}",
    operation_id="downloadExport",
    tags=["exports"],
    responses=problems(404)
    | {200: ResponseSpec(bytes, generate_examples=False, media_type="*/*", description="The file.")},  # pyright: ignore[reportArgumentType] - a plain string is allowed
)
async def download_export(exports: ExportsHere, ticket: Ticket) -> Download:
    """CSV or JSON, row by row; its name says what it is of and when. The ticket takes the place of a token, for a
    browser's own download sends none. A file that could not be finished ends with a broken connection."""
    return Download(exports.redeem(ticket))


def _check(question: ExportQuestion) -> None:
    """The bounds that an address has where a window is asked by one."""
    if not 1 <= len(question.clusters) <= MOST_CLUSTERS:
        raise InvalidRequestError(f"An export spans 1 to {MOST_CLUSTERS} clusters.")
    if len(question.namespaces) > MOST_NAMESPACES or len(question.sort) > MOST_SORTS:
        raise InvalidRequestError(
            f"An export takes at most {MOST_NAMESPACES} namespaces and {MOST_SORTS} columns to sort by."
        )
    if len(question.only or ()) + len(question.excluding) > MOST_PICKED:
        raise InvalidRequestError(
            f"At most {MOST_PICKED:,} rows can be picked one by one. Narrow the filter and select all that match."
        )
