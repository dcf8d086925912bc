"""The chain of owners, upwards: each is looked up, for one that is gone leaves its name behind."""

from __future__ import annotations

import msgspec

from quarterdeck.app.object.reach import OK, Reach
from quarterdeck.catalog.related.plan import Head, Headed, OwnerReference
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import ApiResource
from quarterdeck.model.objects import ReadState, RelatedGroup, RelatedObject

MOST_STEPS = 8
MOST_OWNERS = 20


async def owners_of(reach: Reach, head: Head) -> RelatedGroup:
    """Nearest first. An owner that cannot be read is told with why, and the chain ends there."""
    found: dict[str, RelatedObject] = {}
    worst, more = OK, False
    level: list[tuple[OwnerReference, str]] = [(one, head.namespace or "") for one in head.owners or ()]
    for depth in range(1, MOST_STEPS + 1):
        above: list[tuple[OwnerReference, str]] = []
        for reference, namespace in level:
            if reference.uid in found:
                continue
            if len(found) == MOST_OWNERS:
                more = True
                break
            owner, state, next_head = await _read(reach, reference, namespace, depth)
            found[reference.uid] = owner
            if state.state not in ("ok", "not_found"):
                worst = state
            if next_head is not None:
                above += [(one, next_head.namespace or "") for one in next_head.owners or ()]
        level = above
    return RelatedGroup("owners", "Owned by", worst, list(found.values()), more or bool(level))


async def _read(
    reach: Reach, reference: OwnerReference, namespace: str, depth: int
) -> tuple[RelatedObject, ReadState, Head | None]:
    version = reference.api_version.rpartition("/")[2]
    served = reach.served(reference.group, kind=reference.kind, version=version)
    if served is None:
        owner = RelatedObject(reference.kind, reference.name, namespace, uid=reference.uid, depth=depth)
        return owner, OK, None
    where = namespace if served.namespaced else ""
    head, state = await reach.tried(lambda: _head(reach, served, where, reference.name))
    if head is not None and head.uid != reference.uid:
        head, state = None, ReadState("not_found", "Another of this name is there now.")
    owner = RelatedObject(
        reference.kind,
        reference.name,
        where,
        served.resource.path,
        reference.uid,
        depth,
        state.state,
        created=(seconds(head.created) or 0) if head is not None else 0,
        note="controls it" if reference.controller else "",
    )
    return owner, state, head


async def _head(reach: Reach, served: ApiResource, namespace: str, name: str) -> Head:
    raw = await reach.client.get(served.resource, name, namespace=namespace, head=True)
    return msgspec.json.decode(raw, type=Headed).metadata
