"""The process that answers: one question at a time from its standard input, until that ends. It has a memory of its
own, and ends itself where it does not come to an end."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import BinaryIO

import apsw
from msgspec.structs import replace

from quarterdeck.asking.answering import OverLimitError, answer, describe
from quarterdeck.asking.planning import InvalidQuestionError
from quarterdeck.asking.protocol import HEADER, READY, Answered, Ask, Failed, Limits, Question, Reply, framed, question

if sys.platform != "win32":
    import resource

_ROOM = 1_000_000_000
"""Bytes of addresses for the interpreter, the rows of an answer and what is mapped, beside SQLite's own."""
_FILES = 1_024
"""Each attached file has three descriptors."""
END_AFTER = 2.0
"""Seconds past the question's own, in case nobody is left who would end this process."""


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Until `source` ends."""
    sink.write(READY)
    sink.flush()
    while len(header := source.read(HEADER.size)) == HEADER.size:
        asked = question(source.read(HEADER.unpack(header)[0]))
        _bound(asked.limits)
        reply = _reply(asked)
        if isinstance(reply, Answered):
            sink.write(framed(replace(reply, rows=b"", size=len(reply.rows))))
            sink.write(reply.rows)
        else:
            sink.write(framed(reply))
        sink.flush()
        _end_after(0)
        gc.collect()


def _reply(asked: Question) -> Reply:
    try:
        return answer(asked) if isinstance(asked, Ask) else describe(asked)
    except InvalidQuestionError as error:
        return Failed("invalid", error.message, error.position)
    except (OverLimitError, MemoryError) as error:
        return Failed("limit", str(error) or "The question needs more memory than it may have.")


def _bound(limits: Limits) -> None:
    apsw.hard_heap_limit(limits.memory)
    _end_after(limits.seconds + END_AFTER)
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = limits.memory + _ROOM
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end_after(seconds: float) -> None:
    """The system's own timer: it ends what never comes back to Python. 0 stops it."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Messages go where standard output was; whatever prints by mistake goes to standard error."""
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < _FILES:
            resource.setrlimit(
                resource.RLIMIT_NOFILE, (_FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard), hard)
            )
    try:
        serve(sys.stdin.buffer, sink)
    except BrokenPipeError:
        return  # nobody is left to be told
