"""What a question names: it is compiled against empty tables first, so that its mistakes are told before any file is
opened, and only the columns that it needs are read of the files."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import difflib
import re
from contextlib import closing

import apsw
import msgspec

from quarterdeck.asking.guard import Authorizer, confine, harden, only_select
from quarterdeck.asking.tables import AskedTable, Field, Tables
from quarterdeck.model.asking import QueryColumn
from quarterdeck.stores.schema import quote

_SILENT = re.compile(r"\s+|;|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$)", re.S)
"""What SQL may hold besides statements."""
_BY_ALL_COLUMNS = re.compile(r"\b(?:natural|using)\b", re.I)
"""Such joins mean columns that they do not name; SQLite tells neither these nor, where it reads no other, the table."""
_NO_TABLE = re.compile(r"no such table: (?:temp\.)?(.+)", re.S)


class InvalidQuestionError(Exception):
    """`position` is the 0-based character."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class Planned(msgspec.Struct, frozen=True):
    """`sql` is its one statement. `reads`: each name that the question calls a table by, with the columns it needs of
    it. A column whose values do not tell what they are has no type."""

    sql: str
    reads: dict[str, tuple[AskedTable, tuple[Field, ...]]]
    columns: tuple[QueryColumn, ...]


class _Seen:
    """The first statement, as SQLite took it apart; it is never run."""

    def __init__(self) -> None:
        self.statement = ""
        self.columns: tuple[QueryColumn, ...] = ()
        self.plain = False

    def __call__(self, cursor: apsw.Cursor, statement: str, _bindings: object) -> bool:
        described = cursor.description_full or ()
        self.statement = statement
        self.columns = tuple(QueryColumn(str(d[0]), str(d[1] or "").lower()) for d in described)
        self.plain = bool(described) and cursor.is_readonly and not cursor.is_explain
        return False


def plan(sql: str, tables: Tables, *, narrow: bool = True) -> Planned:
    """`narrow` False: every column of every table that it may mean. Raises InvalidQuestionError."""
    if not _SILENT.sub("", sql):
        raise InvalidQuestionError("Nothing was asked.")
    if "\0" in sql:
        raise InvalidQuestionError("A question holds no NUL character.", sql.index("\0"))
    with closing(apsw.Connection(":memory:")) as db:
        harden(db)
        for name, table in tables.by_name.items():
            # Without row ids, as the views that stand here later have none.
            typed = ", ".join(f"{quote(field.name)} {field.type.value}" for field in table.fields)
            db.execute(f"CREATE TEMP TABLE {quote(name)}({typed}, PRIMARY KEY(cluster)) WITHOUT ROWID")
        authorizer, seen = Authorizer(tables.by_name), _Seen()
        confine(db, authorizer)
        cursor = db.cursor()
        cursor.exec_trace = seen
        try:
            cursor.execute(sql)
        except apsw.ExecTraceAbort:
            pass
        except apsw.BindingsError as error:
            raise InvalidQuestionError("Write values into the question: nothing fills in ? or :names here.") from error
        except apsw.AuthError as error:
            raise InvalidQuestionError(authorizer.why(sql)) from error
        except apsw.TooBigError as error:
            raise InvalidQuestionError("The question is too long, or a text in it is.") from error
        except apsw.SQLError as error:
            if authorizer.refusal is not None:
                raise InvalidQuestionError(authorizer.why(sql)) from error
            raise InvalidQuestionError(_in_words(str(error), tables), _position(sql, error)) from error
    if not seen.plain:
        raise InvalidQuestionError(only_select(sql))
    if _SILENT.sub("", sql[len(seen.statement) :]):
        raise InvalidQuestionError("Ask one question at a time.", len(seen.statement))
    if narrow and not _BY_ALL_COLUMNS.search(sql):
        reads = {
            name: (table, tuple(field for field in table.fields if field.name in authorizer.read[name]))
            for name, table in tables.by_name.items()
            if name in authorizer.read
        }
    else:
        text = sql.lower()
        reads = {name: (table, table.fields) for name, table in tables.by_name.items() if name in text}
    return Planned(seen.statement, reads, seen.columns)


def _position(sql: str, error: apsw.Error) -> int | None:
    """SQLite counts bytes."""
    offset = int(getattr(error, "error_offset", -1))
    return len(sql.encode()[:offset].decode(errors="ignore")) if offset >= 0 else None


def _in_words(message: str, tables: Tables) -> str:
    missing = _NO_TABLE.fullmatch(message)
    if missing is None:
        return f"SQLite says: {message}."
    name = missing[1]
    if (several := tables.unclear.get(name.lower())) is not None:
        return f"{name} is of several kinds; in double quotes, name one of: {', '.join(several)}."
    near = difflib.get_close_matches(name.lower(), tables.by_name, 1)
    if near:
        return f"There is no table {name}. Is it {near[0]}?"
    return f"There is no table {name}. `quarterdeck query --tables` lists what there is."
