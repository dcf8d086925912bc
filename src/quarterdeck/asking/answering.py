"""One question, answered: the files are attached read-only, and each table that the question names is a view over them
with the columns that it needs."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from quarterdeck.asking.files import BROKEN, is_sound
from quarterdeck.asking.guard import FUNCTIONS, LONGEST, Authorizer, confine, harden
from quarterdeck.asking.planning import InvalidQuestionError, Planned, plan
from quarterdeck.asking.protocol import Answered, Ask, Describe, Described, Limits
from quarterdeck.asking.rows import Rows, gather
from quarterdeck.asking.survey import Arm, share, survey
from quarterdeck.asking.views import copied, viewed
from quarterdeck.model.asking import QueryColumn, QueryTable
from quarterdeck.stores.connect import DAMAGED

_LOOK_EVERY = 5_000
"""Steps of SQLite's between two looks at the clock."""
_BUSY_MS = 1_000
_OF_LIMITS = (apsw.InterruptError, apsw.NoMemError, apsw.FullError, apsw.TooBigError)
_OF_LIMITS_OR_DAMAGE = (*_OF_LIMITS, *DAMAGED)


class OverLimitError(Exception):
    """A sentence that says which limit was met."""


class _ChangedError(Exception):
    """The files are not as they were planned for."""


def answer(question: Ask, most_files: int = 1_000) -> Answered:
    """At most `most_files` are attached at once, and no more than SQLite takes. A file that proves damaged is left out,
    which is said, and the question asked again of the others. Raises InvalidQuestionError and OverLimitError."""
    with _within(question.limits):
        return _answer(question, most_files)


def _answer(question: Ask, most_files: int) -> Answered:
    deadline = time.monotonic() + question.limits.seconds
    spoiled: dict[str, str] = {}
    narrow = True
    while True:
        found = survey(question.sources, question.kinds, spoiled)
        planned = plan(question.sql, found.tables, narrow=narrow)
        arms = {name: found.arms(table) for name, (table, _) in planned.reads.items()}
        try:
            rows = _run(planned, arms, question.limits, deadline, most_files)
        except DAMAGED as error:
            damaged = _damaged(arms)
            if not damaged:
                raise InvalidQuestionError(f"Kept rows cannot be read: {error}.") from error
            spoiled |= dict.fromkeys(damaged, BROKEN)
        except _ChangedError as error:
            # A kind was given other columns meanwhile: once more, with whatever is there now.
            if not narrow:
                raise InvalidQuestionError(f"SQLite says: {error}.") from error
            narrow = False
        else:
            pairs = zip(planned.columns, rows.types, strict=True)
            columns = [c if c.type else QueryColumn(c.name, kind) for c, kind in pairs]
            shares = [share(source, found, arms) for source in question.sources]
            return Answered(columns, rows.json, rows.count, rows.truncated, shares)


def describe(question: Describe) -> Described:
    with _within(question.limits):
        found = survey(question.sources, question.kinds, {})
    tables = [
        QueryTable(
            table.name,
            table.qualified,
            [QueryColumn(field.name, field.type.value) for field in table.fields],
            len(found.arms(table)),
        )
        for table in found.tables.every
    ]
    return Described(tables, sorted(FUNCTIONS))


def _run(planned: Planned, arms: Mapping[str, Sequence[Arm]], limits: Limits, deadline: float, most_files: int) -> Rows:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
    with closing(apsw.Connection(":memory:", flags=flags)) as db:
        harden(db)
        db.set_busy_timeout(_BUSY_MS)
        db.set_progress_handler(lambda: time.monotonic() > deadline, _LOOK_EVERY)
        paths = {arm.source.path for of_all in arms.values() for arm in of_all}
        most = min(most_files, db.limit(apsw.SQLITE_LIMIT_ATTACHED))
        try:
            (viewed if len(paths) <= most else copied)(db, planned.reads, arms, most)
        except _OF_LIMITS_OR_DAMAGE:
            raise
        except apsw.Error as error:
            raise _ChangedError(str(error)) from error
        stored = {arm.kind.resource.path for of_all in arms.values() for arm in of_all}
        authorizer = Authorizer(planned.reads, stored)
        confine(db, authorizer)
        begun = False

        def begins(_cursor: apsw.Cursor, _statement: str, _bindings: object) -> bool:
            nonlocal begun
            begun = True
            return True

        cursor = db.cursor()
        cursor.exec_trace = begins
        try:
            return gather(cursor.execute(planned.sql), limits, len(planned.columns))
        except apsw.AuthError as error:
            raise InvalidQuestionError(authorizer.why(planned.sql)) from error
        except _OF_LIMITS_OR_DAMAGE:
            raise
        except apsw.Error as error:
            if begun:
                raise InvalidQuestionError(f"SQLite says: {error}.") from error
            raise _ChangedError(str(error)) from error


@contextmanager
def _within(limits: Limits) -> Generator[None]:
    try:
        yield
    except apsw.InterruptError as error:
        raise OverLimitError(
            f"The question takes longer than {limits.seconds:g} s. Ask for less: fewer clusters, or a narrower WHERE."
        ) from error
    except (apsw.NoMemError, apsw.FullError, MemoryError) as error:
        raise OverLimitError(
            f"The question needs more than {limits.memory // 1_000_000} MB. Ask for less: fewer rows to sort, join or "
            "gather at once."
        ) from error
    except apsw.TooBigError as error:
        raise OverLimitError(f"A value of the question is longer than {LONGEST // 1_000_000} MB.") from error
    except UnicodeDecodeError as error:
        raise InvalidQuestionError("A text of the answer is not UTF-8. Ask for its hex().") from error


def _damaged(arms: Mapping[str, Sequence[Arm]]) -> list[str]:
    every = {(arm.source.path, arm.kind.resource) for of_all in arms.values() for arm in of_all}
    return [path for path, resource in sorted(every) if not is_sound(Path(path), resource)]
