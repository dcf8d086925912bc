"""What one store's file keeps. Blocking: for the process that answers, and for threads."""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import msgspec

from quarterdeck.model.kinds import Column, Resource
from quarterdeck.stores.connect import DAMAGED, for_reading
from quarterdeck.stores.schema import quote, version

_KINDS = "SELECT json_group_array(json_array(resource, columns, complete, synced_at, left_out)) FROM kinds"
_kinds = msgspec.json.Decoder(list[tuple[str, str, int, float | None, str]])
_columns = msgspec.json.Decoder(tuple[Column, ...])

OTHER_VERSION = "Its rows were kept by another version of Quarterdeck; opening it reads them again."
BROKEN = "Its kept rows are damaged; opening it reads them again."
GONE = "Its kept rows cannot be opened."


class UnreadableError(Exception):
    """A sentence that says why nothing can be read of this file."""


class KeptKind(msgspec.Struct, frozen=True):
    """`complete`: a list has once come to its end. `synced_at`: when its rows were last known current. `left_out`, for
    people: what that list did not bring of all there are."""

    resource: Resource
    columns: tuple[Column, ...]
    complete: bool
    synced_at: float | None
    left_out: str = ""


def kept_kinds(path: Path) -> list[KeptKind]:
    """Raises UnreadableError."""
    try:
        with closing(for_reading(path)) as db:
            if db.pragma("user_version") != version():
                raise UnreadableError(OTHER_VERSION)
            text = str(db.execute(_KINDS).get)
        return [
            KeptKind(Resource.parse(path), _columns.decode(columns), bool(complete), synced_at, left_out)
            for path, columns, complete, synced_at, left_out in _kinds.decode(text)
        ]
    except apsw.CantOpenError as error:
        raise UnreadableError(GONE) from error
    except (*DAMAGED, apsw.SQLError, ValueError) as error:  # msgspec.DecodeError is a ValueError
        raise UnreadableError(BROKEN) from error
    except apsw.NoMemError:
        raise
    except apsw.Error as error:
        raise UnreadableError(f"{GONE[:-1]}: {error}.") from error


def cluster_of(path: Path) -> str | None:
    """The ID of the cluster whose rows these are, as the file has it."""
    try:
        with closing(for_reading(path)) as db:
            found = db.execute("SELECT value FROM meta WHERE name = 'cluster'").get
    except apsw.Error:
        return None
    return str(found) if found else None


def is_sound(path: Path, resource: Resource) -> bool:
    """Whether a kind's table and indexes are whole; walks all of them."""
    try:
        with closing(for_reading(path)) as db:
            return db.execute(f"PRAGMA quick_check({quote(resource.path)})").get == "ok"
    except (*DAMAGED, apsw.SQLError):
        return False
