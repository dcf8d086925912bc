"""How long each thing may take. Seconds. Settings fill it; the defaults are DESIGN's."""

from __future__ import annotations

import msgspec


class Deadlines(msgspec.Struct, frozen=True):
    """`open` bounds the whole job, so that retries within it cannot stretch it; a person's wait extends it once."""

    resolve: float = 5
    connect: float = 10
    authenticate: float = 15
    person: float = 180
    discover: float = 15
    list_silence: float = 30
    open: float = 60
    close: float = 2
    heartbeat: float = 5
    heartbeats_lost: int = 3
    backoff_first: float = 1
    backoff_most: float = 60
    missing_grace: float = 2
