"""Asks the rules of one kind of one store, in one read, and makes findings of the answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from quarterdeck.catalog.attention.rule import Rule
from quarterdeck.model.attention import Finding
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Groups, GroupsQuery, Store

MOST_OF_A_RULE = 50
"""Findings of one rule in one kind of one cluster; how many more there are is said."""
_BASE = ("uid", "namespace", "name")


class Found(msgspec.Struct, frozen=True):
    """`more`: findings beyond MOST_OF_A_RULE."""

    findings: tuple[Finding, ...] = ()
    more: int = 0


def askable(rule: Rule, store: Store, resource: Resource) -> bool:
    """Rows of an older version of ours, or as a server prints them, may lack a column until they are listed again."""
    names = {column.name for column in store.columns(resource)}
    if not names.issuperset(rule.columns):
        return False
    return all(store.status(other).complete and store.columns(other) for other in rule.also)


async def read(
    store: Store, key: Key, resource: Resource, names: tuple[str, str], rules: Sequence[Rule]
) -> dict[str, Found]:
    """By the rule's id. `names`: the kind and its title. Raises what reading a store raises."""
    asked = [rule for rule in rules if askable(rule, store, resource)]
    if not asked:
        return {}
    answers = await store.groups(resource, [_query(rule) for rule in asked])
    return {rule.id: _found(rule, key, resource, names, groups) for rule, groups in zip(asked, answers, strict=True)}


def _query(rule: Rule) -> GroupsQuery:
    return GroupsQuery((*_BASE, *rule.columns), rule.where, rule.since, rule.by, limit=MOST_OF_A_RULE)


def _found(rule: Rule, key: Key, resource: Resource, kind: tuple[str, str], groups: Groups) -> Found:
    names = ("count", "since", *_BASE, *rule.columns)
    findings: list[Finding] = []
    for row in groups.rows:
        cells = dict(zip(names, row, strict=True))
        count, since = int(cells["count"] or 0), cells["since"]
        uid = str(cells["uid"])
        findings.append(
            Finding(
                id=f"{key}/{rule.id}/{uid}",
                cluster=key,
                rule=rule.id,
                title=rule.title,
                severity=rule.severity,
                resource=resource.path,
                kind=kind[0],
                kind_title=kind[1],
                namespace=str(cells["namespace"]),
                name=str(cells["name"]),
                uid=uid,
                since=int(since) if since else None,
                why=rule.why(cells),
                hint=rule.hint,
                count=count,
                owner=str(cells.get("owner") or ""),
            )
        )
    return Found(tuple(findings), groups.groups - len(findings))
