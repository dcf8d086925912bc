"""What an object is related to: its plan carried out, each part within the answer's deadline and with its own state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from quarterdeck.app.object.kept import children_kept, node_pods, with_rows
from quarterdeck.app.object.owners import owners_of
from quarterdeck.app.object.reach import OK, Reach
from quarterdeck.catalog.related.plan import Head, Link, Listed, Lookup, Plan, Whole
from quarterdeck.catalog.related.planning import plan_of
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import NODES, Resource
from quarterdeck.model.objects import ObjectRef, ReadState, RelatedGroup, RelatedObject, RelatedView

MOST_FOUND = 200
"""Of one list, as they are shown."""
_PAGE = 500
_MOST_PAGES = 8
"""Beyond 4,000 objects of a namespace the rest is said to be more."""


async def related_of(reach: Reach, ref: ObjectRef) -> RelatedView:
    """Of an object that cannot be read: what the kept rows say alone."""
    plan, state = await reach.tried(lambda: _plan(reach, ref))
    if plan is None:
        kind = next((spec.kind for resource, spec in reach.own.items() if resource == ref.resource), "")
        plan = Plan(Head(name=ref.name, namespace=ref.namespace or None, uid=ref.uid), kind)
        groups = await children_kept(reach, plan)
        return RelatedView(reach.key, state, groups)
    owners, lists, children, (pods, figures) = await asyncio.gather(
        owners_of(reach, plan.head),
        _lists(reach, plan.lookups),
        children_kept(reach, plan),
        node_pods(reach, plan.head) if ref.resource == NODES else _nothing(),
    )
    # Lists know owners by UID, and rows by name alone: these are for kinds that no list is planned for, or that failed.
    listed = {group.name for group in (*lists, *pods) if group.state.state == "ok"}
    kept = {group.name: group for group in children if group.name not in listed}
    lists = [_filled(group, kept.pop(group.name, None)) for group in lists]
    links = _links(reach, plan.links)
    groups = [owners, links, *lists, *kept.values(), *pods]
    groups = [group for group in groups if group.objects or group.state.state != "ok"]
    return RelatedView(reach.key, state, await with_rows(reach, groups), figures)


def _filled(group: RelatedGroup, kept: RelatedGroup | None) -> RelatedGroup:
    """A list that failed, with what the rows know, by the owner's name, instead."""
    return group if kept is None else msgspec.structs.replace(group, objects=kept.objects, more=kept.more)


async def _plan(reach: Reach, ref: ObjectRef) -> Plan:
    raw = await reach.client.get(ref.resource, ref.name, namespace=ref.namespace)
    return await asyncio.to_thread(plan_of, ref.resource, raw)


async def _nothing() -> tuple[list[RelatedGroup], dict[str, float]]:
    return [], {}


def _links(reach: Reach, links: Sequence[Link]) -> RelatedGroup:
    """Named by the object itself; nobody looks whether they are there before they are opened."""
    objects: list[RelatedObject] = []
    for link in links[:MOST_FOUND]:
        served = reach.served(link.group, kind=link.kind, version=link.version) if link.plural else None
        path = served.resource.path if served is not None else ""
        if served is None and link.plural and not reach.told:
            path = Resource(link.group, link.version, link.plural).path
        namespace = link.namespace if served is None or served.namespaced else ""
        objects.append(RelatedObject(link.kind, link.name, namespace, path, note=link.note))
    return RelatedGroup("uses", "Uses", OK, objects, len(links) > MOST_FOUND)


async def _lists(reach: Reach, lookups: Sequence[Lookup]) -> list[RelatedGroup]:
    found = await asyncio.gather(*(reach.tried(lambda one=one: _list(reach, one)) for one in lookups))
    owners = {
        lookup.name: {item.metadata.uid for item in listed[0]}
        for lookup, (listed, _) in zip(lookups, found, strict=True)
        if listed is not None
    }
    groups: list[RelatedGroup] = []
    for lookup, (listed, state) in zip(lookups, found, strict=True):
        items, more = listed if listed is not None else ([], False)
        if lookup.under in owners:
            uids = owners[lookup.under]
            items = [item for item in items if any(owner.uid in uids for owner in item.metadata.owners or ())]
        # A kind that is not served has no objects.
        told = OK if state.state == "not_found" else state
        groups.append(_group(reach, lookup, items, told, more))
    return groups


async def _list(reach: Reach, lookup: Lookup) -> tuple[list[Listed | Whole], bool]:
    params = {name: text for name, text in (("labelSelector", lookup.labels), ("fieldSelector", lookup.fields)) if text}
    found: list[Listed | Whole] = []
    token = ""
    decoder: type[Listed | Whole] = Whole if lookup.whole else Listed
    wanted = lookup.resource
    served = reach.served(wanted.group, plural=wanted.resource, version=wanted.version)
    resource = served.resource if served is not None else wanted  # older servers have another version of it
    for _ in range(_MOST_PAGES):
        page = await reach.client.list_page(
            resource, decoder, namespace=lookup.namespace, limit=_PAGE, continue_token=token, params=params
        )
        found += [item for item in page.items if lookup.keeps(item)]
        token = page.continue_token
        if not token:
            return found, False
    return found, True


def _group(reach: Reach, lookup: Lookup, items: Sequence[Listed | Whole], state: ReadState, more: bool) -> RelatedGroup:
    served = reach.served(lookup.resource.group, plural=lookup.resource.resource, version=lookup.resource.version)
    path = (served.resource if served is not None else lookup.resource).path
    newest = sorted(items, key=lambda item: (-(seconds(item.metadata.created) or 0), item.metadata.name))
    objects = [
        RelatedObject(
            lookup.kind,
            item.metadata.name,
            item.metadata.namespace or "",
            path,
            item.metadata.uid,
            state="ok",
            created=seconds(item.metadata.created) or 0,
            note=lookup.says(item) if isinstance(item, Whole) else "",
        )
        for item in newest[:MOST_FOUND]
    ]
    return RelatedGroup(lookup.name, lookup.title, state, objects, more or len(items) > MOST_FOUND)
