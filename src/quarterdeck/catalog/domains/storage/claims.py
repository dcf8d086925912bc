"""Claims by phase and class; those that are not bound, with why; those that no pod uses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from quarterdeck.catalog.domains.asked import both, limit, scope
from quarterdeck.catalog.domains.rows import RANK, cut, known
from quarterdeck.catalog.domains.storage.found import Found, FoundClaims
from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.kinds import UNKNOWN
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.catalog.storage.claims import CLAIM_KIND
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND, STORAGECLASSES
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.kinds import EVENTS, PODS
from quarterdeck.model.storage import StorageRow
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store, Value
from quarterdeck.stores.schema import quote

Cells = Mapping[str, Value]
CLAIMS = CLAIM_KIND.resource
MOST_CLASSES, MOST_NAMESPACES = 200, 1000
_IN_USE = (
    "SELECT p.namespace || '/' || c.value "  # noqa: S608 - quoted
    f"""FROM {quote(PODS.path)} AS p, json_each('["' || replace(p.claims, ',', '","') || '"]') AS c """
    "WHERE p.claims <> ''"
)
_USED = f"(t.namespace || '/' || t.name) IN ({_IN_USE})"
_CLASS = f"LEFT JOIN {quote(STORAGECLASSES.path)} AS k ON k.namespace = '' AND k.name = t.storage_class"
_TOLD = (
    f"(SELECT e.message FROM {quote(EVENTS.path)} AS e "  # noqa: S608 - quoted
    "WHERE e.object_uid = t.uid AND e.type = 'Warning' ORDER BY e.last_seen DESC LIMIT 1)"
)
_CELLS: tuple[str, ...] = (
    "uid", "namespace", "name", "health", "status", "reason", "message", "since", "storage_class", "volume",
    "capacity", "requested", "class", "binding", "provisioner", "used", "event", "total",
)  # fmt: skip


async def read(store: Store, key: Key, asked: SectionQuestion) -> FoundClaims | None:
    """None where claims are not all known. Raises what reading a store raises."""
    if not known(store, CLAIM_KIND, whole=True):
        return None
    with_pods, here = known(store, POD_KIND, whole=True), scope(asked)
    of = {
        "unbound": "t.status IN ('Pending', 'Lost')",
        "bound": "t.status NOT IN ('Pending', 'Lost')",
        **({"unused": f"t.status = 'Bound' AND NOT {_USED}"} if with_pods else {}),
    }
    phases, classes, namespaces, *listed = await store.select(
        CLAIMS,
        [
            SelectQuery(("status", "count(*)"), *here, "status"),
            SelectQuery(
                ("storage_class", "count(*)", "total(requested)", "total(status = 'Pending')"), *here, "storage_class",
                limit=MOST_CLASSES,
            ),
            SelectQuery(("namespace",), by="namespace", order="namespace", limit=MOST_NAMESPACES),
            *(
                _rows(
                    store, both(here, (where, ())), limit(asked, name), with_pods=with_pods, waiting=name == "unbound"
                )
                for name, where in of.items()
            ),
        ],
    )  # fmt: skip
    sections: dict[str, Found] = {}
    for name, rows in zip(of, listed, strict=True):
        shown = [_row(key, name, _cells(row)) for row in rows[: limit(asked, name)]]
        sections[name] = Found(shown, int(rows[0][-1] or 0) if rows else 0)
        await asyncio.sleep(0)
    return FoundClaims(
        {str(row[0]): int(row[1] or 0) for row in phases},
        {str(row[0]): (int(row[1] or 0), int(row[2] or 0), int(row[3] or 0)) for row in classes},
        sections,
        [str(row[0]) for row in namespaces],
    )


def _rows(store: Store, where: Condition, most: int, *, with_pods: bool, waiting: bool) -> SelectQuery:
    """`waiting`: with what is said of those that wait alone, and is dear."""
    with_class, with_events = known(store, STORAGECLASS_KIND, whole=True), known(store, EVENT_KIND)
    of_class = ("k.uid IS NOT NULL", "k.binding_mode", "k.provisioner") if with_class else ("NULL", "NULL", "NULL")
    used = _USED if waiting and with_pods else "NULL"
    event = _TOLD if waiting and with_events else "NULL"
    own = ("uid", "namespace", "name", "health", "status", "reason", "message")
    order = f"{RANK.replace('health', 't.health')}, t.namespace, t.name"
    sql, params = where
    # Which they are is found out first: what is said of each is worked out for these alone.
    chosen = (
        f"JOIN (SELECT t._id AS id, count(*) OVER () AS every FROM {quote(CLAIMS.path)} AS t "  # noqa: S608 - quoted
        f"WHERE {sql} ORDER BY {order} LIMIT {most or 1}) AS x ON x.id = t._id"
    )
    return SelectQuery(
        (
            *(f"t.{name}" for name in own), "CASE WHEN t.status = 'Pending' THEN t.created ELSE t.since END",
            "t.storage_class", "t.volume", "t.capacity", "t.requested", *of_class, used, event, "x.every",
        ),
        "", params, order=order, limit=most or 1, joined=f"{chosen} {_CLASS if with_class else ''}",
    )  # fmt: skip


def _cells(row: tuple[Value, ...]) -> Cells:
    return dict(zip(_CELLS, row, strict=True))


def _row(key: Key, section: str, cells: Cells) -> StorageRow:
    unused = section == "unused"
    bound = f"Its volume is {cells['volume']}." if cells["volume"] else ""
    said = "No pod that runs, or is to run, mounts it." if unused else why(cells) or bound
    capacity, requested = cells["capacity"], cells["requested"]
    return StorageRow(
        f"{key}/{section}/{cells['uid']}", key, CLAIMS.path, "PersistentVolumeClaim", str(cells["namespace"]),
        str(cells["name"]), str(cells["uid"]), UNKNOWN if unused else str(cells["health"]),
        "Unused" if unused else str(cells["status"]), said, None if unused else _number(cells["since"]) or None,
        storage_class=str(cells["storage_class"] or ""), bound_to=str(cells["volume"] or ""),
        capacity=_number(capacity), requested=_number(requested),
    )  # fmt: skip


def why(cells: Cells) -> str:
    """What the row says of itself; of one that waits, what its class, its pods and its events say."""
    said, named = str(cells["message"] or cells["reason"] or ""), str(cells["storage_class"] or "")
    if cells["status"] != "Pending":
        return cut(said)
    if named and cells["class"] == 0:
        said = f"Its class {named} does not exist."
    elif cells["reason"] == "WaitsForPod" and cells["binding"] == "WaitForFirstConsumer" and cells["used"] is not None:
        until = "until that pod is scheduled" if cells["used"] else "for a first pod that uses it"
        said = f"{'A pod uses it, and it waits' if cells['used'] else 'It waits'} {until}: class {named} binds then."
    elif cells["reason"] == "WaitsForPod" and cells["binding"] == "Immediate":
        said = f"Nobody has asked {cells['provisioner']} for a volume yet, though class {named} binds at once."
    return cut(" ".join(one for one in (said, str(cells["event"] or "")) if one))


def _number(value: Value) -> int | None:
    return int(value) if value is not None else None
