"""Services by their endpoints, those without enough of them, and load balancers that wait for an address."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.catalog.domains.asked import both, limit, scope
from quarterdeck.catalog.domains.network.found import ENDPOINTS, Found
from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.kinds import ERROR, UNKNOWN, WARN
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICE_KIND
from quarterdeck.catalog.network.services import PENDING, SERVICE_KIND, SERVICES
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.network import NetworkRow, ServiceFigures
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store, Value

MOST_NAMESPACES = 1000
_JOINED = f"LEFT JOIN {ENDPOINTS} AS e ON e.n = t.namespace AND e.s = t.name"
_STATE = (
    "CASE WHEN t.type = 'ExternalName' THEN 'external' WHEN coalesce(e.every, 0) = 0 THEN 'none' "
    "WHEN e.ready = 0 THEN 'not_ready' WHEN e.ready < e.every THEN 'partly' ELSE 'ready' END"
)
_RANK = f"instr('not_ready none partly', {_STATE})"
_PENDING: Condition = ("t.external_ip = ?", (PENDING,))
_WORDS = {"not_ready": "Not ready", "none": "No endpoints", "partly": "Partly ready"}


async def read(store: Store, key: Key, asked: SectionQuestion) -> tuple[ServiceFigures, Mapping[str, Found], list[str]]:
    """Figures, sections and namespaces. Raises what reading a store raises."""
    if not known(store, SERVICE_KIND, whole=True):
        return ServiceFigures(), {}, []
    with_endpoints = known(store, ENDPOINTSLICE_KIND, whole=True)
    here = scope(asked)
    queries = [
        SelectQuery(("count(*)", "total(t.external_ip = '<pending>')"), *here),
        SelectQuery(("namespace",), by="namespace", order="namespace", limit=MOST_NAMESPACES),
        SelectQuery(
            ("t.uid", "t.namespace", "t.name", "t.created", "count(*) OVER ()"),
            *both(here, _PENDING), order="t.created DESC", limit=limit(asked, "balancers") or 1,
        ),
    ]  # fmt: skip
    if with_endpoints:
        lacking: Condition = (f"{_STATE} IN ('not_ready', 'none', 'partly')", ())
        queries += [
            SelectQuery((_STATE, "count(*)"), *here, _STATE, joined=_JOINED),
            SelectQuery(
                ("t.uid", "t.namespace", "t.name", _STATE, "t.selector", "e.ready", "e.every", "count(*) OVER ()"),
                *both(here, lacking), order=f"{_RANK}, t.namespace, t.name", limit=limit(asked, "services") or 1,
                joined=_JOINED,
            ),
        ]  # fmt: skip
    [[total, pending]], namespaces, balancers, *states = await store.select(SERVICES, queries)
    of = {str(row[0]): int(row[1] or 0) for row in states[0]} if states else {}
    sections = {"balancers": _found([_balancer(key, row) for row in balancers], balancers, limit(asked, "balancers"))}
    if states:
        listed = [_service(key, row) for row in states[1]]
        sections["services"] = _found(listed, states[1], limit(asked, "services"))
    figures = ServiceFigures(
        1, int(total or 0), of.get("ready", 0), of.get("partly", 0), of.get("not_ready", 0), of.get("none", 0),
        of.get("external", 0), int(pending or 0),
    )  # fmt: skip
    return figures, sections, [str(row[0]) for row in namespaces]


def _found(listed: list[NetworkRow], rows: list[tuple[Value, ...]], most: int) -> Found:
    """How many there are stands last in each."""
    return Found(listed[:most], int(rows[0][-1] or 0) if rows else 0)


def _balancer(key: Key, row: tuple[Value, ...]) -> NetworkRow:
    uid, namespace, name = map(str, row[:3])
    why = "No load balancer has given it an address yet: the cluster may have none, or could not make one."
    return NetworkRow(
        f"{key}/balancers/{uid}", key, SERVICES.path, "Service", namespace, name, uid, WARN, "Pending", why,
        int(row[3] or 0) or None,
    )  # fmt: skip


def _service(key: Key, row: tuple[Value, ...]) -> NetworkRow:
    uid, namespace, name, state, selector = map(str, row[:5])
    ready, every = int(row[5] or 0), int(row[6] or 0)
    health = ERROR if state == "not_ready" else WARN if state == "partly" or selector else UNKNOWN
    return NetworkRow(
        f"{key}/services/{uid}", key, SERVICES.path, "Service", namespace, name, uid, health, _WORDS[state],
        why(state, selector, ready, every), ready=ready, endpoints=every,
    )  # fmt: skip


def why(state: str, selector: str, ready: int, every: int) -> str:
    match state:
        case "not_ready":
            return f"Not one of its {every} endpoints is ready." if every > 1 else "Its only endpoint is not ready."
        case "partly":
            return f"{ready} of its {every} endpoints are ready."
        case _ if selector:
            return f"No pod with an address fits {selector}."
        case _:
            return "It has no selector, and nobody has written endpoints for it."
