"""Network policies that select no pod, and namespaces with pods and without a policy."""

from __future__ import annotations

from quarterdeck.catalog.domains.asked import both, limit, scope
from quarterdeck.catalog.domains.network.found import Found
from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.filter_labels import is_labelled
from quarterdeck.catalog.filter_terms import Piece
from quarterdeck.catalog.kinds import UNKNOWN, WARN
from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.catalog.network.policies import NETWORKPOLICIES, NETWORKPOLICY_KIND
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.kinds import NAMESPACES, PODS
from quarterdeck.model.network import NetworkRow
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store
from quarterdeck.stores.schema import quote

MOST_POLICIES = 2000
AT_ONCE = 20
"""Policies in one read: one that selects nothing walks over all pods of its namespace."""


async def idle(store: Store, key: Key) -> list[NetworkRow] | None:
    """Policies that select no pod, of all namespaces; None where it is not known. Dear where there are many pods.
    Raises what reading a store raises."""
    if not known(store, NETWORKPOLICY_KIND, POD_KIND, whole=True):
        return None
    asked = SelectQuery(("uid", "namespace", "name", "pod_selector", "created"), limit=MOST_POLICIES)
    [policies] = await store.select(NETWORKPOLICIES, [asked])
    rows: list[NetworkRow] = []
    for start in range(0, len(policies), AT_ONCE):
        some = policies[start : start + AT_ONCE]
        found = await store.select(PODS, [_selected(str(row[1]), str(row[3])) for row in some])
        for (uid, namespace, name, selector, created), pods in zip(some, found, strict=True):
            if pods:
                continue
            why = f"No pod of {namespace} fits {selector}." if selector else f"There is no pod in {namespace}."
            rows.append(
                NetworkRow(
                    f"{key}/policies/{uid}", key, NETWORKPOLICIES.path, "NetworkPolicy", str(namespace), str(name),
                    str(uid), WARN, "Selects nothing", why, int(created or 0) or None,
                )
            )  # fmt: skip
    return rows


def _selected(namespace: str, selector: str) -> SelectQuery:
    labelled: Condition = is_labelled(Piece(selector, 0, len(selector))) if selector else ("", ())
    return SelectQuery(("1",), *both(("namespace = ?", (namespace,)), labelled), limit=1)


def fitting(rows: list[NetworkRow], asked: SectionQuestion) -> Found:
    """As found.scope, of rows that are there already."""
    words = asked.text.lower().split()
    fit = [
        row
        for row in rows
        if (not asked.namespaces or row.namespace in asked.namespaces)
        and all(word in f"{row.namespace}/{row.name}".lower() for word in words)
    ]
    return Found(fit[: limit(asked, "policies")], len(fit))


async def unruled(store: Store, key: Key, asked: SectionQuestion) -> Found | None:
    """Namespaces with pods and without a policy. Raises what reading a store raises."""
    if not known(store, NAMESPACE_KIND, NETWORKPOLICY_KIND, POD_KIND, whole=True):
        return None
    policies, pods = quote(NETWORKPOLICIES.path), quote(PODS.path)
    without = (
        f"NOT EXISTS (SELECT 1 FROM {policies} AS p WHERE p.namespace = t.name) "  # noqa: S608 - quoted
        f"AND EXISTS (SELECT 1 FROM {pods} AS p WHERE p.namespace = t.name)"
    )
    query = SelectQuery(
        ("t.uid", "t.name", "count(*) OVER ()"), *both(scope(asked, "t.name", "''"), (without, ())), order="t.name",
        limit=limit(asked, "namespaces") or 1,
    )  # fmt: skip
    [found] = await store.select(NAMESPACES, [query])
    rows = [
        NetworkRow(
            f"{key}/namespaces/{uid}", key, NAMESPACES.path, "Namespace", "", str(name), str(uid), UNKNOWN, "No policy",
            "Its pods may reach, and be reached by, whatever can route to them.",
        )
        for uid, name, _ in found
    ]  # fmt: skip
    return Found(rows[: limit(asked, "namespaces")], int(found[0][-1] or 0) if found else 0)
