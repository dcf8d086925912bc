"""What the server and the process that answers say to each other over two pipes: a length, then a message."""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

from quarterdeck.model.asking import QueryColumn, QueryTable
from quarterdeck.model.kinds import Column

HEADER = struct.Struct(">I")
"""Bytes of the message that follows."""
READY = b"ready"
"""What the process says first."""


class Limits(msgspec.Struct, frozen=True):
    """`memory` and `size` in bytes: of SQLite, and of the rows of an answer as JSON."""

    seconds: float
    memory: int
    rows: int
    size: int


class Source(msgspec.Struct, frozen=True):
    """One cluster's file. `cluster` is what the column of that name holds. `live`: the kinds (by path) that something
    keeps current now, with when they were last known so."""

    cluster: str
    path: str
    live: dict[str, float | None] = {}


class Kind(msgspec.Struct, frozen=True):
    """A kind that can be asked for although no file may keep it yet. `resource` is a path as `core/v1/pods`."""

    resource: str
    columns: tuple[Column, ...]


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    sql: str
    sources: list[Source]
    kinds: list[Kind]
    limits: Limits


class Describe(msgspec.Struct, frozen=True, tag="describe"):
    sources: list[Source]
    kinds: list[Kind]
    limits: Limits


class KindShare(msgspec.Struct, frozen=True):
    """As model.asking.QueryKind; `resource` is the path of the version that was read, or would have been. `stale`: its
    rows are of before. `left_out` as in files.KeptKind."""

    table: str
    resource: str
    state: str
    stale: bool = False
    seen_at: float | None = None
    left_out: str = ""


class Share(msgspec.Struct, frozen=True):
    """What one source gave, in the order in which they were asked."""

    kinds: list[KindShare] = []
    failure: str = ""


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """`rows` is a JSON array of arrays, so that the server hands it on as it is. On the pipe its `size` bytes follow
    the message: megabytes in one piece would hold the server's loop."""

    columns: list[QueryColumn]
    rows: bytes
    count: int
    truncated: bool
    shares: list[Share]
    size: int = 0


class Described(msgspec.Struct, frozen=True, tag="described"):
    tables: list[QueryTable]
    functions: list[str]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """`invalid`: the question makes no sense, at `position` if that is known (0-based character). `limit`: it needs
    more than it may have."""

    why: Literal["invalid", "limit"]
    message: str
    position: int | None = None


Question = Ask | Describe
Reply = Answered | Described | Failed

_questions = msgspec.msgpack.Decoder(Question)
_replies = msgspec.msgpack.Decoder(Reply)


def framed(message: Question | Reply) -> bytes:
    body = msgspec.msgpack.encode(message)
    return HEADER.pack(len(body)) + body


def question(body: bytes) -> Question:
    return _questions.decode(body)


def reply(body: bytes) -> Reply:
    return _replies.decode(body)
