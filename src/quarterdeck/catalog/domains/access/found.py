"""What one cluster gives, and how rows and questions name subjects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec

from quarterdeck.catalog.domains.asked import both
from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.model.access import AccessGrant, AccessRole, AccessSubject, SubjectKind
from quarterdeck.stores.protocol import Condition, Store

AT_ONCE = 200
"""Rows that are looked at between two turns of the loop: about a millisecond."""
MOST_SOUGHT = 12


class FoundAccess(msgspec.Struct, frozen=True):
    """The first of `total` chains, and the roles that they lead to."""

    grants: list[AccessGrant] = []
    roles: list[AccessRole] = []
    total: int = 0


class FoundNames(msgspec.Struct, frozen=True):
    subjects: list[AccessSubject] = []
    namespaces: list[str] = []


def whole(store: Store, spec: KindSpec[Any]) -> bool:
    """Whether what has no row is not there."""
    return known(store, spec, whole=True) and not store.status(spec.resource).left_out


def text_of(subject: AccessSubject) -> str:
    """As rows of bindings have it (catalog.access.bindings.listed)."""
    return "/".join(part for part in (subject.kind, subject.namespace, subject.name) if part)


def subject_of(text: str) -> AccessSubject:
    kind, _, name = text.partition("/")
    namespace = ""
    if kind == "ServiceAccount":
        namespace, _, name = name.partition("/")
    return AccessSubject(cast("SubjectKind", kind), name, namespace)


def one_of(sql: str, values: Iterable[str]) -> Condition:
    """However many they are: SQLite takes few parameters, and a JSON of any length."""
    return f"{sql} IN (SELECT value FROM json_each(?))", (  # noqa: S608 - ours
        msgspec.json.encode(list(values)).decode(),
    )


def bound_to(texts: Sequence[str]) -> Condition:
    """Subjects of bindings, `j.value`. Where few are sought, what has none of their words in it is not taken apart: of
    20,000 bindings that took most of the time."""
    sought = one_of("j.value", texts)
    if len(texts) > MOST_SOUGHT:
        return sought
    words = tuple(msgspec.json.encode(text).decode() for text in texts)
    return both((" OR ".join(["instr(t.subject_list, ?)"] * len(words)), words), sought)


def placed_in(places: Iterable[tuple[str, str]]) -> Condition:
    """Rows by namespace and name."""
    pairs = "SELECT value ->> 0, value ->> 1 FROM json_each(?)"
    return f"(t.namespace, t.name) IN ({pairs})", (msgspec.json.encode(list(places)).decode(),)
