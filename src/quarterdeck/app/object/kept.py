"""What the kept rows add: how related objects do, children of kinds that no list is planned for, pods of nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

from quarterdeck.app.object.reach import Reach
from quarterdeck.catalog.related.plan import Head, Plan
from quarterdeck.catalog.titles import title_of
from quarterdeck.model.kinds import PODS, Resource
from quarterdeck.model.objects import ReadState, RelatedGroup, RelatedObject
from quarterdeck.stores.protocol import PageQuery, Store, Value

MOST_KEPT = 200
_CELLS = ("uid", "namespace", "name", "created", "status", "ready", "health")
_ASKED = ("cpu_request", "cpu_limit", "memory_request", "memory_limit")
_SECONDS = 1.0
"""For rows of this machine, though the cluster has used up the time of the answer."""
_AT_ONCE = 500
"""UIDs of one read; SQLite takes 32,766 parameters."""


async def with_rows(reach: Reach, groups: Iterable[RelatedGroup]) -> list[RelatedGroup]:
    """The same groups; objects whose rows are kept have status and health."""
    wanted: dict[str, set[str]] = {}
    known = list(groups)
    for group in known:
        for one in group.objects:
            if one.resource and one.uid:
                wanted.setdefault(one.resource, set()).add(one.uid)
    reads = [
        reach.tried(lambda path=path, uids=uids: _rows_of(reach, Resource.parse(path), sorted(uids)), within=_SECONDS)
        for path, uids in wanted.items()
    ]
    rows = {str(row[0]): row for found, _ in await asyncio.gather(*reads) for row in found or ()}
    return [
        msgspec.structs.replace(group, objects=[_doing(one, rows.get(one.uid)) for one in group.objects])
        for group in known
    ]


async def children_kept(reach: Reach, plan: Plan) -> list[RelatedGroup]:
    """By the name of the owner that a row has: for owners of any kind, custom ones too."""
    store = reach.store
    if store is None or not plan.kind:
        return []
    owner, namespace = f"{plan.kind}/{plan.head.name}", plan.head.namespace or ""
    where, params = "owner = ?", [owner]
    if namespace:
        where, params = f"{where} AND namespace = ?", [*params, namespace]
    groups: list[RelatedGroup] = []
    for resource in store.resources():
        names = {column.name for column in store.columns(resource)}
        if "owner" not in names or not store.status(resource).rows:
            continue
        query = _page(where, tuple(params))
        found, state = await reach.tried(lambda resource=resource, query=query: store.page(resource, query))
        if found or state.state != "ok":
            groups.append(_group(reach, store, resource, found or [], state))
    return groups


async def node_pods(reach: Reach, head: Head) -> tuple[list[RelatedGroup], dict[str, float]]:
    """The pods of a node, and what those that have not ended ask for in sum, as `kubectl describe node` has it."""
    store = reach.store
    if store is None or not store.columns(PODS):
        return [], {}
    query = msgspec.structs.replace(_page("node = ?", (head.name,)), columns=(*_CELLS, *_ASKED))
    found, state = await reach.tried(lambda: store.page(PODS, query))
    sums, _ = await reach.tried(
        lambda: store.aggregate(
            PODS,
            ("count(*)", *(f"coalesce(sum({name}), 0)" for name in _ASKED)),
            "node = ? AND phase NOT IN ('Succeeded', 'Failed')",
            (head.name,),
        )
    )
    figures = _figures(("pods", *_ASKED), sums) if sums is not None else {}
    rows = found or []
    group = _group(reach, store, PODS, [row[: len(_CELLS)] for row in rows], _freshness(reach, PODS, state))
    each = [_figures(_ASKED, row[len(_CELLS) :]) for row in rows]
    objects = [msgspec.structs.replace(one, figures=asked) for one, asked in zip(group.objects, each, strict=False)]
    return [msgspec.structs.replace(group, objects=objects)], figures


def _figures(names: tuple[str, ...], values: Iterable[object]) -> dict[str, float]:
    known = zip(names, values, strict=True)
    return {name: float(value) for name, value in known if isinstance(value, int | float)}


def _freshness(reach: Reach, resource: Resource, state: ReadState) -> ReadState:
    kept = reach.store.status(resource) if reach.store is not None else None
    if state.state != "ok" or (kept is not None and kept.live and kept.complete):
        return state
    return ReadState("failed", "Their list is not complete, or from before.")


def _group(
    reach: Reach, store: Store, resource: Resource, found: list[tuple[Value, ...]], state: ReadState
) -> RelatedGroup:
    served = reach.served(resource.group, plural=resource.resource, version=resource.version)
    spec = reach.own.get(resource)
    kind = served.kind if served is not None else spec.kind if spec is not None else resource.resource
    title = spec.title if spec is not None else title_of(kind, resource.resource)
    objects = [
        _doing(
            RelatedObject(
                kind,
                str(row[2]),
                str(row[1] or ""),
                resource.path,
                str(row[0]),
                state="ok" if store.status(resource).live else "",
                created=int(row[3] or 0),
            ),
            row,
        )
        for row in found[:MOST_KEPT]
    ]
    return RelatedGroup(resource.resource, title, state, objects, len(found) > MOST_KEPT)


def _page(where: str, params: tuple[Value, ...]) -> PageQuery:
    # A printed kind has columns of its own: what it lacks reads as NULL.
    newest = (("created", True), ("name", False))
    return PageQuery(_CELLS, where, params, order=newest, limit=MOST_KEPT + 1, absent=_CELLS)


async def _rows_of(reach: Reach, resource: Resource, uids: list[str]) -> list[tuple[Value, ...]]:
    store = reach.store
    if store is None or not store.columns(resource):
        return []
    some = uids[:_AT_ONCE]
    marks = ", ".join("?" * len(some))
    query = PageQuery(_CELLS, f"uid IN ({marks})", tuple(some), limit=len(some), absent=_CELLS)
    return await store.page(resource, query)


def _doing(one: RelatedObject, row: tuple[Value, ...] | None) -> RelatedObject:
    if row is None:
        return one
    _, _, _, _, status, ready, health = row
    said = str(status if status is not None else ready if ready is not None else "")
    return msgspec.structs.replace(one, status=said, health=str(health or ""))
