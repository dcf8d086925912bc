"""The live windows of one connection: at most one message of each waits, whatever the browser does."""

from __future__ import annotations

from collections.abc import Callable

from quarterdeck.api.ports import WindowHandle, Windows
from quarterdeck.api.routes.resources import MOST_ROWS
from quarterdeck.api.wire import (
    OpenWindow,
    WindowChanged,
    WindowDelta,
    WindowFailed,
    WindowPage,
    WindowSnapshot,
    WindowSpec,
)
from quarterdeck.model.errors import InvalidRequestError, RequestError

MOST_WINDOWS = 32
MOST_CLUSTERS = 1024
WindowMessage = WindowSnapshot | WindowChanged | WindowFailed


class Slot:
    """The sink of one window. A delta that finds the one before unsent drops both: when the browser is ready, a whole
    page is asked for instead."""

    def __init__(self, window: int, wake: Callable[[], None]) -> None:
        self.handle: WindowHandle | None = None
        self._window = window
        self._wake = wake
        self._pending: WindowMessage | None = None
        self._behind = False
        self._awaits_page = True
        self._closed = False

    def page(self, page: WindowPage) -> None:
        self._awaits_page = self._behind = False
        self._offer(WindowSnapshot(self._window, page))

    def delta(self, delta: WindowDelta) -> None:
        if self._awaits_page or self._closed:
            return
        if self._pending is None:
            self._offer(WindowChanged(self._window, delta))
        else:
            self._pending, self._behind, self._awaits_page = None, True, True
            self._wake()

    def failed(self, message: str, position: int | None = None) -> None:
        self._behind = False
        self._offer(WindowFailed(self._window, message, position))

    def take(self) -> WindowMessage | None:
        """What to send now; asks for a page where deltas were dropped."""
        if self._behind and self.handle is not None:
            self._behind = False
            self.handle.refresh()
        message, self._pending = self._pending, None
        return message

    def close(self) -> None:
        self._closed = True
        self._pending = None
        if self.handle is not None:
            self.handle.close()

    def _offer(self, message: WindowMessage) -> None:
        if not self._closed:
            self._pending = message
            self._wake()


class Slots:
    """All windows of one connection, by the client's own numbers."""

    def __init__(self, windows: Windows, wake: Callable[[], None]) -> None:
        self._windows = windows
        self._wake = wake
        self._slots: dict[int, Slot] = {}

    def open(self, message: OpenWindow) -> WindowFailed | None:
        """Opens or replaces; what is wrong with the query is returned and leaves no window behind."""
        self.close(message.id)
        if len(self._slots) >= MOST_WINDOWS:
            return WindowFailed(message.id, f"At most {MOST_WINDOWS} windows can be open at once.")
        slot = Slot(message.id, self._wake)
        try:
            slot.handle = self._windows.open(_checked(message.spec), slot)
        except RequestError as error:
            slot.close()
            return WindowFailed(
                message.id, error.message, error.position if isinstance(error, InvalidRequestError) else None
            )
        self._slots[message.id] = slot
        return None

    def close(self, window: int) -> None:
        slot = self._slots.pop(window, None)
        if slot is not None:
            slot.close()

    def close_all(self) -> None:
        for window in tuple(self._slots):
            self.close(window)

    def take(self) -> list[WindowMessage]:
        return [message for slot in tuple(self._slots.values()) if (message := slot.take()) is not None]


def _checked(spec: WindowSpec) -> WindowSpec:
    if not 1 <= spec.limit <= MOST_ROWS:
        raise InvalidRequestError(f"A window shows 1 to {MOST_ROWS} rows.")
    if spec.offset < 0:
        raise InvalidRequestError("A window cannot begin before the first row.")
    if len(spec.clusters) > MOST_CLUSTERS:
        raise InvalidRequestError(f"A window spans at most {MOST_CLUSTERS} clusters.")
    if spec.resource.count("/") != 2:
        raise InvalidRequestError("Name the resource as group/version/resource, such as core/v1/pods.")
    return spec
