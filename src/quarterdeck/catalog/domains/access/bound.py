"""Chains from subjects to roles: what bindings say, in their order, those of the whole cluster first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from quarterdeck.catalog.access.bindings import CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND
from quarterdeck.catalog.access.serviceaccounts import SERVICEACCOUNT_KIND
from quarterdeck.catalog.domains.access.found import AT_ONCE, placed_in, subject_of, whole
from quarterdeck.catalog.domains.rows import known
from quarterdeck.model.access import AccessGrant
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store, Value

EACH = "JOIN json_each(t.subject_list) AS j"
_VALUES = ("t.namespace", "t.name", "t.role", "j.value", "count(*) OVER ()")


async def chains(
    store: Store, key: Key, of_cluster: Condition, of_namespaces: Condition | None, limit: int
) -> tuple[list[AccessGrant], int]:
    """The first of them, and how many there are. What fits is asked of cluster role bindings, and of role bindings
    unless None: over the row, `t`, and one of its subjects, `j.value`. Raises what reading a store raises."""
    grants: list[AccessGrant] = []
    total = 0
    for spec, where in ((CLUSTERROLEBINDING_KIND, of_cluster), (ROLEBINDING_KIND, of_namespaces)):
        if where is None or not known(store, spec):
            continue
        room = limit - len(grants)
        query = SelectQuery(_VALUES, *where, order="t.namespace, t.name, j.key", limit=max(room, 1), joined=EACH)
        [rows] = await store.select(spec.resource, [query])
        total += int(rows[0][-1] or 0) if rows else 0
        grants += await _grants(key, spec.kind, rows[:room])
    return await _with_lost(store, grants), total


async def _grants(key: Key, kind: str, rows: Sequence[tuple[Value, ...]]) -> list[AccessGrant]:
    found: list[AccessGrant] = []
    for start in range(0, len(rows), AT_ONCE):
        for namespace, name, role, subject, _ in rows[start : start + AT_ONCE]:
            role_kind, _, role_name = str(role).partition("/")
            named = subject_of(str(subject))
            found.append(AccessGrant(key, named, kind, str(name), str(namespace), role_kind, role_name))
        await asyncio.sleep(0)
    return found


async def _with_lost(store: Store, grants: list[AccessGrant]) -> list[AccessGrant]:
    """Says of service accounts that they are not there, where it is known which are."""
    accounts = {one.subject for one in grants if one.subject.kind == "ServiceAccount"}
    if not accounts or not whole(store, SERVICEACCOUNT_KIND):
        return grants
    where = placed_in((one.namespace, one.name) for one in accounts)
    query = SelectQuery(("t.namespace", "t.name"), *where, limit=len(accounts))
    [there] = await store.select(SERVICEACCOUNT_KIND.resource, [query])
    places = {(str(namespace), str(name)) for namespace, name in there}
    lost = {one for one in accounts if (one.namespace, one.name) not in places}
    return [msgspec.structs.replace(one, lost=True) if one.subject in lost else one for one in grants]
