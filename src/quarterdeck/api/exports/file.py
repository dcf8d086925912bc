"""One file that is being written, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import structlog
from litestar.types import Receive, Send

from quarterdeck.api.exports.writing import Writer
from quarterdeck.api.ports import ExportRows
from quarterdeck.api.wire import ExportState, ExportView
from quarterdeck.model.errors import ClusterError, RequestError

SECONDS = 900.0
"""For a whole file, from when it is fetched: the logs of its stores grow until then."""
PIECE_SECONDS = 60.0
"""For a browser to take the next rows; a person may have paused it."""
_log = structlog.get_logger("quarterdeck.api")


class ExportFile:
    """Holds its rows from when it is made until it has come to an end, whatever end; `ended` is told then, once."""

    def __init__(
        self,
        name: str,
        file: str,
        rows: ExportRows,
        writer: Writer,
        complete: bool,
        ended: Callable[[ExportFile], None],
    ) -> None:
        self.name = name
        self.file = file
        self.media_type = writer.media_type
        self._rows = rows
        self._writer = writer
        self._complete = complete
        self._ended = ended
        self._state = ExportState.WAITING
        self._message = ""
        self._written = 0
        self._stop: Callable[[], object] | None = None

    def view(self) -> ExportView:
        return ExportView(
            self.name,
            self._state,
            self.file,
            self._rows.rows,
            self._written,
            self._complete,
            list(self._rows.parts),
            self._message,
        )

    @property
    def is_open(self) -> bool:
        """Whether it may still come to its end."""
        return self._state in (ExportState.WAITING, ExportState.WRITING)

    def cancel(self) -> None:
        self._set_state(ExportState.CANCELLED)

    def fail(self, message: str) -> None:
        self._set_state(ExportState.FAILED, message)

    async def send(self, send: Send, receive: Receive) -> None:
        """The body of an answer that has begun, once. Where it fails or is cancelled it returns without the body's end,
        and the server breaks the connection: nobody takes half a file for a whole one."""
        self._set_state(ExportState.WRITING)
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(self._write(send))
                leaving = group.create_task(self._until_left(receive))
                self._stop = writing.cancel
                await asyncio.wait({writing})
                leaving.cancel()
        finally:
            self.fail("The console was stopped.")  # of no effect on one that has ended

    async def _write(self, send: Send) -> None:
        try:
            async with asyncio.timeout(SECONDS), aclosing(self._rows.batches()) as batches:
                await _put(send, self._writer.head())
                async for batch in batches:
                    await _put(send, self._writer.rows(batch))
                    self._written += len(batch)
                    # What comes of one batch is a turn of the loop of its own.
                    await asyncio.sleep(0)
                await _put(send, self._writer.tail(), more=False)
        except TimeoutError:
            self.fail(f"It was not taken in time: {PIECE_SECONDS:.0f} s for a piece, {SECONDS / 60:.0f} min in all.")
        except (RequestError, ClusterError) as error:
            self.fail(error.message)
        except Exception:
            self.fail("Something went wrong in Quarterdeck.")
            raise
        else:
            self._set_state(ExportState.DONE)

    async def _until_left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.cancel()

    def _set_state(self, state: ExportState, message: str = "") -> None:
        if not self.is_open:
            return
        self._state, self._message = state, message
        if state is ExportState.WRITING:
            return
        _log.info("an export ended", file=self.file, state=state.value, rows=self._written, why=message)
        self._rows.release()
        if state is not ExportState.DONE and self._stop is not None:
            self._stop()
        self._ended(self)


async def _put(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(PIECE_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": more})
