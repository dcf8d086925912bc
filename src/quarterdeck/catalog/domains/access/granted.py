"""Roles that bindings lead to: all of their rules, or those that allow a request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from quarterdeck.catalog.access.roles import CLUSTERROLE_KIND, ROLE_KIND
from quarterdeck.catalog.domains.access.found import AT_ONCE, placed_in, whole
from quarterdeck.catalog.domains.asked import both
from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.rbac.matching import allows
from quarterdeck.catalog.rules import EVERY, Rule
from quarterdeck.model.access import AccessRequest, AccessRole, AccessRule
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store, Value

Place = tuple[str, str]
"""Namespace, empty for cluster roles, and name."""
MOST = 50_000
"""Of one kind: more no cluster has, and no answer could show."""
_rules = msgspec.json.Decoder(list[Rule])
_VALUES = ("t.namespace", "t.name", "t.policy_rules")


async def of_places(store: Store, key: Key, spec: KindSpec[Any], places: Iterable[Place]) -> list[AccessRole]:
    """These roles with all of their rules, and those that are not there. Raises what reading a store raises."""
    wanted = sorted(set(places))
    found: list[AccessRole] = []
    if wanted and known(store, spec):
        query = SelectQuery(_VALUES, *placed_in(wanted), order="t.namespace, t.name", limit=len(wanted))
        [rows] = await store.select(spec.resource, [query])
        found = await _roles(key, spec, rows, None)
    there = {(role.namespace, role.name) for role in found}
    standing = "missing" if whole(store, spec) else "unread"
    rest = [AccessRole(key, spec.kind, *place, [], standing) for place in wanted if place not in there]
    return [*found, *rest]


async def allowing(store: Store, key: Key, request: AccessRequest) -> list[AccessRole]:
    """The roles with a rule that allows it, with those rules: cluster roles, and roles of its namespace. What is of no
    namespace, a URL too, is granted by cluster roles alone."""
    found: list[AccessRole] = []
    for spec in (CLUSTERROLE_KIND, ROLE_KIND):
        local = spec is ROLE_KIND
        if (local and (request.url or not request.namespace)) or not known(store, spec):
            continue
        here: Condition = ("t.namespace = ?", (request.namespace,)) if local else ("", ())
        where = both(here, _named(request.verb), _named(request.url or request.resource))
        query = SelectQuery(_VALUES, *where, order="t.namespace, t.name", limit=MOST)
        [rows] = await store.select(spec.resource, [query])
        found += await _roles(key, spec, rows, request)
    return found


def _named(word: str) -> Condition:
    """Rules without the word and without a star need not be looked at."""
    begun = msgspec.json.encode(word).decode()[:-1]
    return "instr(t.policy_rules, ?) OR instr(t.policy_rules, ?)", (begun, EVERY)


async def _roles(
    key: Key, spec: KindSpec[Any], rows: Sequence[tuple[Value, ...]], request: AccessRequest | None
) -> list[AccessRole]:
    """None: every role, with all of its rules."""
    found: list[AccessRole] = []
    for start in range(0, len(rows), AT_ONCE):
        for namespace, name, text in rows[start : start + AT_ONCE]:
            rules = _rules.decode(str(text))
            fit = rules if request is None else [rule for rule in rules if allows(rule, request)]
            if fit or request is None:
                found.append(AccessRole(key, spec.kind, str(namespace), str(name), [_told(rule) for rule in fit]))
        await asyncio.sleep(0)
    return found


def _told(rule: Rule) -> AccessRule:
    return AccessRule(rule.verbs or [], rule.groups or [], rule.resources or [], rule.names or [], rule.urls or [])
