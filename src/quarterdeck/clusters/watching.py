"""Whether a kind is watched or listed again and again: some cannot be watched, and some may not be."""

from __future__ import annotations

from collections.abc import Callable

from quarterdeck.model.errors import ClusterError, ForbiddenError, ServerError

POLL_SECONDS = 30.0
"""Between two lists of a kind that is not watched."""
REFUSED_SECONDS = 300.0
"""How long a watch that was forbidden is not asked for again: as long as a forbidden list."""


class Streaming:
    """Whether this server streams lists; shared by a cluster's reflectors, so that one of them learns it for all."""

    def __init__(self) -> None:
        self.offered = True


class Watching:
    """Of one kind. `polled`: it cannot be watched, and is listed again after so many seconds. `clock` in seconds."""

    def __init__(self, polled: float | None, clock: Callable[[], float]) -> None:
        self._polled = polled
        self._clock = clock
        self._refused_at: float | None = None

    @property
    def tried(self) -> bool:
        """Whether a watch is worth asking for now."""
        return self._polled is None and not self._refused

    @property
    def pause(self) -> float:
        """Seconds between two lists."""
        return self._polled if self._polled is not None else POLL_SECONDS

    @property
    def note(self) -> str:
        """For people; empty while it is watched."""
        if self.tried:
            return ""
        why = "it cannot be watched" if self._polled is not None else "you may list it, and not watch it"
        return f"Listed every {self.pause:g} s: {why}."

    def refused(self, error: ClusterError) -> bool:
        """Whether a watch failed because there is none for us: what may be listed is listed then. A 405 is how a server
        that only lists answers (metrics.k8s.io)."""
        if isinstance(error, ForbiddenError):
            self._refused_at = self._clock()
        elif isinstance(error, ServerError) and error.status == 405:
            self._polled = POLL_SECONDS
        else:
            return False
        return True

    def forget(self) -> None:
        """Rights may be others by now."""
        self._refused_at = None

    @property
    def _refused(self) -> bool:
        return self._refused_at is not None and self._clock() - self._refused_at < REFUSED_SECONDS
