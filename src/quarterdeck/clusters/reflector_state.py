"""The states of a reflector, as data: each carries only its own fields. Times are wall clock, seconds."""

from __future__ import annotations

import msgspec

from quarterdeck.model.states import Failure


class Starting(msgspec.Struct, frozen=True, tag="starting"):
    """The first request is on its way, or is about to be made again."""

    since: float


class Listing(msgspec.Struct, frozen=True, tag="listing"):
    """`objects` came so far; `remaining` as the server says, where it does. `streamed`: by WatchList, else by pages."""

    since: float
    streamed: bool
    objects: int = 0
    remaining: int | None = None


class Live(msgspec.Struct, frozen=True, tag="live"):
    """The list is complete and the watch is open (or is being rotated, which nobody needs to know). `note` for people:
    what the rows leave out, as "in 3 of 12 namespaces", and how they are kept current. `left_out`: the first of these
    alone."""

    since: float
    note: str = ""
    left_out: str = ""


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """List or watch failed; it is tried again at `retry_at`. `tries` failed in a row."""

    since: float
    failure: Failure
    retry_at: float
    tries: int = 1


class Forbidden(msgspec.Struct, frozen=True, tag="forbidden"):
    """The server knows us and will not let us list this kind; asked again rarely, and when woken."""

    since: float
    failure: Failure
    retry_at: float


class AuthWait(msgspec.Struct, frozen=True, tag="auth_wait"):
    """Credentials are missing or were refused: waits to be woken."""

    since: float
    failure: Failure


class Unserved(msgspec.Struct, frozen=True, tag="unserved"):
    """The server does not know this kind (any more): asked again rarely, and when woken."""

    since: float
    failure: Failure
    retry_at: float


ReflectorState = Starting | Listing | Live | Lost | Forbidden | AuthWait | Unserved


class ReflectorStats(msgspec.Struct, frozen=True):
    """For diagnostics. `events` since the start, without those of lists; `relists` after the first list, but those of
    a kind that is not watched, which are its way; `resumes`: watches opened again where they had stopped; `unreadable`:
    objects that no row could be made of."""

    events: int = 0
    events_per_s: float = 0
    objects: int = 0
    lists: int = 0
    relists: int = 0
    resumes: int = 0
    unreadable: int = 0
