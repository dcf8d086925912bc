"""What SQLite may do for a question: read the tables that are meant for it, with the functions named here."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import re
from collections.abc import Callable, Collection

import apsw

_FUNCTIONS = (
    "-> ->> abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling char coalesce concat concat_ws cos cosh count "
    "cume_dist current_date current_time current_timestamp date datetime degrees dense_rank exp first_value floor "
    "format glob group_concat hex if ifnull iif instr json json_array json_array_insert json_array_length "
    "json_error_position json_extract json_group_array json_group_object json_insert json_object json_patch "
    "json_pretty json_quote json_remove json_replace json_set json_type json_valid jsonb jsonb_array "
    "jsonb_array_insert jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch "
    "jsonb_remove jsonb_replace jsonb_set julianday lag last_value lead length like likelihood likely ln log log10 "
    "log2 lower ltrim max median min mod nth_value ntile nullif octet_length percent_rank percentile percentile_cont "
    "percentile_disc pi pow power printf quote radians random randomblob rank replace round row_number rtrim sign sin "
    "sinh sqrt strftime string_agg substr substring subtype sum tan tanh time timediff total trim trunc typeof unhex "
    "unicode unistr unistr_quote unixepoch unlikely upper zeroblob"
)
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""Of SQLite's own: those that look at their arguments, and at the clock."""
FROM_JSON = frozenset({"json_each", "json_tree", "jsonb_each", "jsonb_tree"})
"""Functions that stand where tables do."""
_NEVER = ("sqlite_", "pragma_", "dbstat", "fts", "rtree")
"""What SQLite itself has under such names is not even counted."""
LONGEST = 10_000_000
"""Bytes of one value."""

_LIMITS = {
    apsw.SQLITE_LIMIT_LENGTH: LONGEST,
    apsw.SQLITE_LIMIT_SQL_LENGTH: 400_000,
    apsw.SQLITE_LIMIT_EXPR_DEPTH: 1_000,
    apsw.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    apsw.SQLITE_LIMIT_VDBE_OP: 2_000_000,
    apsw.SQLITE_LIMIT_FUNCTION_ARG: 127,
    apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    apsw.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    apsw.SQLITE_LIMIT_VARIABLE_NUMBER: 1,
    apsw.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_ACTIONS = {code: str(name) for name, code in apsw.mapping_authorizer_function.items() if isinstance(name, str)}

Authorize = Callable[[int, str | None, str | None, str | None, str | None], int]


def harden(db: apsw.Connection) -> None:
    """Before anything is read with it."""
    db.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    db.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    db.config(apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0)
    # A column that is not there is an error, not a word.
    db.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    db.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    db.pragma("temp_store", "memory")


def confine(db: apsw.Connection, authorize: Authorize) -> None:
    """From now on it runs what strangers write."""
    db.pragma("query_only", True)
    db.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)
    for limit, value in _LIMITS.items():
        db.limit(limit, value)
    db.authorizer = authorize


class Authorizer:
    """Allows what reads `tables`, by their name in temp or, within a view of ours, in the files; notes the first
    refusal and what is read of which table."""

    def __init__(self, tables: Collection[str], stored: Collection[str] = ()) -> None:
        self._tables = frozenset(tables)
        self._stored = frozenset(stored)
        self.read: dict[str, set[str]] = {}
        self.refusal: tuple[str, str] | None = None

    def __call__(self, action: int, a: str | None, b: str | None, _db: str | None, _view: str | None) -> int:
        if action in (apsw.SQLITE_SELECT, apsw.SQLITE_RECURSIVE):
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_FUNCTION and (b or "").lower() in FUNCTIONS:
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_READ and a is not None:
            if a in self._tables:
                self.read.setdefault(a, set()).add(b or "")
                return apsw.SQLITE_OK
            if a in FROM_JSON or a in self._stored:
                return apsw.SQLITE_OK
            if b == "" and not a.lower().startswith(_NEVER):
                return apsw.SQLITE_OK  # rows of a WITH are counted, which SQLite asks about by its name alone
        if self.refusal is None:
            self.refusal = (_ACTIONS.get(action, ""), (b if action == apsw.SQLITE_FUNCTION else a) or "")
        return apsw.SQLITE_DENY

    def why(self, sql: str) -> str:
        """The refusal in a sentence."""
        action, what = self.refusal or ("", "")
        if action == "SQLITE_READ":
            return f"{what} may not be read here. `quarterdeck query --tables` lists what may."
        if action == "SQLITE_FUNCTION":
            return f"The function {what}() may not be used here."
        return only_select(sql)


def only_select(sql: str) -> str:
    word = re.match(r"(?:\s|;|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))*(\w*)", sql, re.S)
    first = word[1].upper() if word is not None else ""
    if first in ("SELECT", "WITH", "VALUES", ""):
        return "Only SELECT is answered here: a question changes nothing."
    return f"Only SELECT is answered here, not {first}."
