"""A DNS name that never answers, as a lookup to be given to whoever looks names up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self


class HangingNames:
    """Call it in a thread, as the system's resolver is called: `names("host")` gives addresses or raises OSError.

    Names under `.hangs.test` block the calling thread until `release`, then fail as unknown; names under
    `.unknown.test` fail at once; `known` maps names to an address. Everything else goes to the system's resolver.
    Leaving the `with` block releases every lookup, so that no thread outlives a test.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})
        self._released = threading.Event()
        self._changed = threading.Condition()
        self.hanging = 0
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        if name in self._known:
            return [self._known[name]]
        if name.endswith(".hangs.test"):
            self._hang()
        if name.endswith(".test"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def _hang(self) -> None:
        with self._changed:
            self.hanging += 1
            self._changed.notify_all()
        self._released.wait()
        with self._changed:
            self.hanging -= 1
            self._changed.notify_all()

    def wait_until_hanging(self, count: int, *, within: float = 5) -> bool:
        """Blocks until so many lookups hang; False if they did not within the time. For a thread, not for a loop."""
        with self._changed:
            return self._changed.wait_for(lambda: self.hanging >= count, within)

    def release(self) -> None:
        """Lets every lookup that hangs fail now, and later ones at once."""
        self._released.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
