"""Sees kubeconfigs change, however they are written, and loads them again.

Folders are watched, never files: an atomic rename leaves a watch on a file looking at what was there before. What the
system does not tell (network file systems, too many watches) a slow look at each file finds.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Final

import structlog
from watchfiles._rust_notify import RustNotify

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.kubeconfig.contexts import Contexts
from quarterdeck.kubeconfig.files import Signature, signature_of
from quarterdeck.kubeconfig.loading import BLANK_GRACE_S, Loader
from quarterdeck.kubeconfig.locate import absolute, files_in

log = structlog.get_logger(__name__)

LOOK_S: Final = 5.0
"""How often files are looked at, whatever the system tells."""
_DEBOUNCE_MS: Final = 50
_STEP_MS: Final = 50
_CLOSE_S: Final = 2.0


class Watcher:
    """Calls `changed` on the loop with each `Contexts` that differs from the one before.

    `start` returns the first ones and does not call it for them. `reload` after a consent, or when a person asks.
    `close` ends its thread. A mistake in `changed` is logged and ends nothing.
    """

    def __init__(self, loader: Loader, changed: Callable[[Contexts], None], *, look_s: float = LOOK_S) -> None:
        self._loader = loader
        self._changed = changed
        self._look_s = look_s
        self._bag = TaskBag("kubeconfig watcher")
        self._wanted = asyncio.Event()
        self._contexts = Contexts()
        self._notices: _Notices | None = None
        self._seen: dict[str, Signature | None] = {}

    @property
    def contexts(self) -> Contexts:
        """The newest."""
        return self._contexts

    async def start(self) -> Contexts:
        # Watched before they are read: a change in between is seen.
        await self._watch_folders()
        self._contexts = await self._loader.load_async()
        self._seen = await asyncio.to_thread(self._signatures)
        self._bag.spawn(self._reload_on_demand(), "reload")
        self._bag.spawn(self._look(), "look")
        return self._contexts

    def reload(self) -> None:
        """Loads again soon."""
        self._wanted.set()

    async def close(self) -> None:
        await self._bag.close(_CLOSE_S)
        notices, self._notices = self._notices, None
        if notices is not None:
            await asyncio.to_thread(notices.end)

    async def _reload_on_demand(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._watch_folders()
            contexts = await self._loader.load_async()
            if self._loader.unsettled:
                asyncio.get_running_loop().call_later(BLANK_GRACE_S + 0.05, self._wanted.set)
            if contexts == self._contexts:
                continue
            self._contexts = contexts
            try:
                self._changed(contexts)
            except Exception:
                log.exception("telling of changed kubeconfigs failed")

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._look_s)
            seen = await asyncio.to_thread(self._signatures)
            if seen != self._seen:
                self._seen = seen
                self._wanted.set()

    def _signatures(self) -> dict[str, Signature | None]:
        """Of kubeconfigs, of what is in the folders, and of the CA files that targets were made with."""
        places = self._loader.places
        paths = {absolute(path) for path in places.merged}
        for folder in places.folders:
            paths.update(files_in(folder))
        paths.update(self._loader.referenced)
        return {path: signature_of(path) for path in paths}

    async def _watch_folders(self) -> None:
        """Watches what there is to be watched now; new folders appear, and links lead elsewhere."""
        folders = await asyncio.to_thread(self._folders)
        if self._notices is not None:
            if self._notices.folders == folders and self._notices.alive:
                return
            await asyncio.to_thread(self._notices.end)
            self._notices = None
        loop = asyncio.get_running_loop()
        # Kept before it begins, so that `close` can end it whenever it comes.
        self._notices = _Notices(folders, loop, self._wanted.set)
        await asyncio.to_thread(self._notices.begin)

    def _folders(self) -> frozenset[str]:
        """The folder of each file and of what it is a link to; of a missing folder, the next above that is there."""
        places = self._loader.places
        found = {_existing(folder) for folder in places.folders}
        for path in (*map(absolute, places.merged), *self._loader.referenced):
            found.add(_existing(os.path.dirname(path)))  # noqa: PTH120 - strings in, strings out
            real = os.path.realpath(path)
            if real != path:
                found.add(_existing(os.path.dirname(real)))  # noqa: PTH120
        return frozenset(found)


def _existing(folder: str) -> str:
    while not os.path.isdir(folder):  # noqa: PTH112
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            break
        folder = above
    return folder


class _Notices:
    """A thread that waits for the system to tell of changes in folders."""

    def __init__(self, folders: frozenset[str], loop: asyncio.AbstractEventLoop, tell: Callable[[], None]) -> None:
        self.folders = folders
        self._loop = loop
        self._tell = tell
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Blocking. Watches already when it returns. Where the system refuses, the slow look remains."""
        try:
            notify = RustNotify(sorted(self.folders), False, False, 0, False, True)
        except (OSError, RuntimeError) as error:
            log.warning("kubeconfig folders cannot be watched", error=str(error))
            return
        self._thread = threading.Thread(target=self._run, args=(notify,), name="kubeconfig-watch", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread is None or self._thread.is_alive()

    def _run(self, notify: RustNotify) -> None:
        try:
            while not self._stop.is_set():
                found = notify.watch(_DEBOUNCE_MS, _STEP_MS, 10_000, self._stop)
                if isinstance(found, set) and not self._stop.is_set():
                    self._loop.call_soon_threadsafe(self._tell)
        except RuntimeError:
            # The loop has closed, or the watch broke: the slow look remains.
            return
        finally:
            notify.close()

    def end(self) -> None:
        """Blocking, 50 ms or so."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_S)
