"""Ingresses and HTTP routes that lead to a service that is missing, or that has no ready endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quarterdeck.catalog.domains.asked import both, limit, scope
from quarterdeck.catalog.domains.network.found import ENDPOINTS, SERVICE, Found
from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.kinds import ERROR, KindSpec
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICE_KIND
from quarterdeck.catalog.network.httproutes import HTTPROUTE_KIND
from quarterdeck.catalog.network.ingresses import INGRESS_KIND
from quarterdeck.catalog.network.services import SERVICE_KIND
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.network import NetworkRow
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import SelectQuery, Store, Value


@dataclass(frozen=True)
class Leading:
    """A kind that leads to services. SQL over its rows: `each` of its ways, an array as JSON; over one of them, `j`,
    the `place` that it is for, and what it leads to, `said` as web:80, or as Kind/name for what is no service."""

    spec: KindSpec[Any]
    each: str
    place: str
    said: str


LEADING = (
    Leading(
        INGRESS_KIND,
        "json_insert(t.rules, '$[#]', "
        "json_object('host', 'everything else', 'path', '', 'backend', t.default_backend))",
        "(j.value ->> 'host') || (j.value ->> 'path')",
        "(j.value ->> 'backend')",
    ),
    Leading(
        HTTPROUTE_KIND,
        """'["' || replace(t.backends, ',', '","') || '"]'""",
        "coalesce(nullif(t.hostnames, ''), '*')",
        "(j.value || iif(instr(j.value, ':'), '', ':'))",
    ),
)
_NOWHERE = "s.uid IS NULL OR (s.type <> 'ExternalName' AND coalesce(e.ready, 0) = 0)"


async def read(store: Store, key: Key, asked: SectionQuestion) -> Found | None:
    """None where it is not known which services there are. Raises what reading a store raises."""
    if not known(store, SERVICE_KIND, ENDPOINTSLICE_KIND, INGRESS_KIND, whole=True):
        return None
    rows: list[NetworkRow] = []
    total = 0
    for leading in LEADING:
        if not known(store, leading.spec, whole=True):
            continue  # Few clusters serve routes.
        [found] = await store.select(leading.spec.resource, [_query(leading, asked)])
        total += int(found[0][-1] or 0) if found else 0
        rows += [_row(leading.spec, key, row) for row in found[: limit(asked, "backends")]]
    return Found(rows, total)


def _query(leading: Leading, asked: SectionQuestion) -> SelectQuery:
    said = f"substr({leading.said}, 1, instr({leading.said}, ':') - 1)"
    # Beside another namespace a route writes that, and before another kind its kind, which begins with a capital.
    namespace = f"iif(instr({said}, '/'), substr({said}, 1, instr({said}, '/') - 1), t.namespace)"
    name = f"substr({said}, instr({said}, '/') + 1)"
    to_service = f"instr({leading.said}, ':') > 1 AND substr({leading.said}, 1, 1) NOT BETWEEN 'A' AND 'Z'"
    values = (
        "t.uid", "t.namespace", "t.name", namespace, name, "max(s.uid IS NULL)", "max(e.every)",
        f"min({leading.place})", f"count(DISTINCT {leading.place})", "count(*) OVER ()",
    )  # fmt: skip
    return SelectQuery(
        values,
        *both(scope(asked), (to_service, ()), (_NOWHERE, ())),
        f"t.uid, {namespace}, {name}",
        "max(s.uid IS NULL) DESC, t.namespace, t.name",
        limit(asked, "backends") or 1,
        f"JOIN json_each({leading.each}) AS j "
        f"LEFT JOIN {SERVICE} AS s ON s.namespace = {namespace} AND s.name = {name} "
        f"LEFT JOIN {ENDPOINTS} AS e ON e.n = s.namespace AND e.s = s.name",
    )


def _row(spec: KindSpec[Any], key: Key, row: tuple[Value, ...]) -> NetworkRow:
    uid, namespace, name, other, service = map(str, row[:5])
    missing, every, place, places = bool(row[5]), int(row[6] or 0), str(row[7]), int(row[8] or 0)
    return NetworkRow(
        f"{key}/backends/{uid}/{other}/{service}", key, spec.resource.path, spec.kind, namespace, name, uid, ERROR,
        "Service missing" if missing else "No ready endpoint",
        why(service if other == namespace else f"{other}/{service}", place, places, missing, every),
        ready=0, endpoints=every,
    )  # fmt: skip


def why(service: str, place: str, places: int, missing: bool, every: int) -> str:
    where = f"{place} leads" if places == 1 else f"{place} and {places - 1} more lead"
    if missing:
        return f"{where} to the service {service}, which is not there."
    short = "no endpoints" if every == 0 else f"{every} endpoint{'s' if every > 1 else ''}, none of them ready"
    return f"{where} to the service {service}, which has {short}."
