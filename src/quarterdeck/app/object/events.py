"""The events of one object: of the rows that are kept current, else asked for."""

from __future__ import annotations

from quarterdeck.app.object.reach import OK, Reach
from quarterdeck.catalog.event_groups import CELLS, cells_of, grouped
from quarterdeck.catalog.events import Event, project
from quarterdeck.clusters.reflector_state import Live
from quarterdeck.model.kinds import EVENTS, NODES
from quarterdeck.model.objects import ObjectEvents, ObjectRef, ReadState
from quarterdeck.stores.protocol import PageQuery, Value

MOST_EVENTS = 500


async def events_of(reach: Reach, ref: ObjectRef) -> ObjectEvents:
    """By `ref.uid`; without one nothing is known of it, and nothing is said. A node's own agent writes the node's name
    where its UID belongs (kubectl describes a node by both)."""
    uids = (ref.uid, ref.name) if ref.resource == NODES else (ref.uid,)
    uids = tuple(uid for uid in dict.fromkeys(uids) if uid)
    if not uids:
        return ObjectEvents(reach.key, ReadState("not_found", "Its UID is not known."))
    live = _live(reach)
    if live or reach.runtime is None:
        rows, state = await reach.tried(lambda: _kept(reach, uids))
        if rows is None:
            return ObjectEvents(reach.key, state)
        if not live:
            state = ReadState("failed", "The cluster is not connected now: these are from before.")
    else:
        rows, state = await _asked(reach, ref, uids)
    return ObjectEvents(reach.key, state, grouped(rows[:MOST_EVENTS]), live, len(rows) > MOST_EVENTS)


def _live(reach: Reach) -> bool:
    """Whether the rows are all that there is now: those of some namespaces alone are not."""
    if reach.store is None or reach.runtime is None:
        return False
    kept = reach.store.status(EVENTS)
    state = reach.runtime.state_of(EVENTS)
    return kept.live and kept.complete and isinstance(state, Live) and not state.note


async def _kept(reach: Reach, uids: tuple[str, ...]) -> list[tuple[Value, ...]]:
    if reach.store is None or not reach.store.columns(EVENTS):
        return []
    marks = ", ".join("?" * len(uids))
    query = PageQuery(CELLS, f"object_uid IN ({marks})", uids, order=(("last_seen", True),), limit=MOST_EVENTS + 1)
    return await reach.store.page(EVENTS, query)


async def _asked(reach: Reach, ref: ObjectRef, uids: tuple[str, ...]) -> tuple[list[tuple[Value, ...]], ReadState]:
    found: list[tuple[Value, ...]] = []
    for uid in uids:
        rows, state = await reach.tried(lambda uid=uid: _list(reach, ref.namespace, uid))
        if rows is None:
            return found, state
        found += rows
    return sorted(found, key=lambda row: -int(row[-1] or 0)), OK


async def _list(reach: Reach, namespace: str, uid: str) -> list[tuple[Value, ...]]:
    params = {"fieldSelector": f"involvedObject.uid={uid}"}
    page = await reach.client.list_page(EVENTS, Event, namespace=namespace, limit=MOST_EVENTS + 1, params=params)
    return [cells_of(project(event)) for event in page.items]
