"""Hosts that two ingresses claim: at the same path only one of them is served, and which is the controller's to say."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from quarterdeck.catalog.domains.asked import limit, scope
from quarterdeck.catalog.domains.network.found import Found
from quarterdeck.catalog.domains.rows import cut, known
from quarterdeck.catalog.kinds import OK, WARN
from quarterdeck.catalog.network.ingresses import INGRESS_KIND, INGRESSES
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.network import NetworkObject, NetworkRow
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import SelectQuery, Store, Value
from quarterdeck.stores.schema import quote

MOST_CLAIMS = 2000
AT_ONCE = 50
"""Hosts, between two turns of the loop."""
_SHARED = (
    f"SELECT r.value ->> 'host' FROM {quote(INGRESSES.path)} AS i, json_each(i.rules) AS r "  # noqa: S608 - quoted
    "WHERE r.value ->> 'host' <> '*' GROUP BY 1 HAVING count(DISTINCT i.uid) > 1"
)


async def read(store: Store, key: Key, asked: SectionQuestion) -> Found | None:
    """None where ingresses are not all known. Raises what reading a store raises."""
    if not known(store, INGRESS_KIND, whole=True):
        return None
    query = SelectQuery(
        ("j.value ->> 'host'", "j.value ->> 'path'", "t.class", "t.namespace", "t.name", "t.uid"),
        f"j.value ->> 'host' IN ({_SHARED})",
        order="1, t.namespace, t.name",
        limit=MOST_CLAIMS,
        joined="JOIN json_each(t.rules) AS j",
    )
    [claims] = await store.select(INGRESSES, [query])
    within = await _within(store, asked, claims)
    rows: list[NetworkRow] = []
    for place, (host, of_host) in enumerate(groupby(claims, lambda claim: str(claim[0]))):
        row = clash(key, host, of_host)
        if within is None or within & {one.uid for one in row.objects}:
            rows.append(row)
        if place % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
    rows.sort(key=lambda row: (row.health == OK, row.name))
    return Found(rows[: limit(asked, "hosts")], len(rows))


async def _within(store: Store, asked: SectionQuestion, claims: list[tuple[Value, ...]]) -> set[str] | None:
    """The ingresses that the question fits, so that a host shows all that claim it, wherever they are."""
    here = scope(asked)
    if not here[0] or not claims:
        return None
    [found] = await store.select(INGRESSES, [SelectQuery(("t.uid",), *here, limit=MOST_CLAIMS)])
    return {str(row[0]) for row in found}


def clash(key: Key, host: str, claims: Iterable[tuple[Value, ...]]) -> NetworkRow:
    """One host, of host, path, class, namespace, name and uid of all that claim it."""
    paths: dict[tuple[str, str], list[NetworkObject]] = defaultdict(list)
    for _, path, kind, namespace, name, uid in claims:
        one = NetworkObject(str(namespace), str(name), str(uid))
        if one not in paths[str(path), str(kind)]:
            paths[str(path), str(kind)].append(one)
    objects = tuple(dict.fromkeys(one for those in paths.values() for one in those))
    same = sorted({path for (path, _), those in paths.items() if len(those) > 1})
    names = " and ".join(f"{one.namespace}/{one.name}" for one in objects)
    claimed = f"{names} claim {', '.join(same)}: only one of them is served."
    return NetworkRow(
        f"{key}/hosts/{host}", key, INGRESSES.path, "Ingress", objects[0].namespace, host, objects[0].uid,
        WARN if same else OK, "Same path" if same else "Shared",
        cut(claimed if same else f"{names} have paths of it each."), objects=objects,
    )  # fmt: skip
