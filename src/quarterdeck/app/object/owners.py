"""The chain of owners, upwards: each is looked up, for one that is gone leaves its name behind."""

from __future__ import annotations

import asyncio

import msgspec

from quarterdeck.app.object.reach import OK, Reach
from quarterdeck.catalog.related.plan import Head, Headed, OwnerReference
from quarterdeck.catalog.times import seconds
from quarterdeck.model.kinds import ApiResource
from quarterdeck.model.objects import ReadState, RelatedGroup, RelatedObject

MOST_STEPS = 8
MOST_OWNERS = 20


async def owners_of(reach: Reach, head: Head) -> RelatedGroup:
    """Nearest first. An owner that cannot be read is told with why, and its branch of the chain ends there."""
    climb = _Climb(reach)
    await climb.above(head, 1)
    found = sorted(climb.found.values(), key=lambda owner: owner.depth)
    return RelatedGroup("owners", "Owned by", climb.worst, found, climb.more)


class _Climb:
    """Branches are climbed beside each other: one that hangs leaves the others there."""

    def __init__(self, reach: Reach) -> None:
        self.found: dict[str, RelatedObject] = {}
        self.worst: ReadState = OK
        self.more = False
        self._reach = reach

    async def above(self, head: Head, depth: int) -> None:
        fresh = {one.uid: one for one in head.owners or () if one.uid not in self.found}
        room = list(fresh.values())[: MOST_OWNERS - len(self.found)] if depth <= MOST_STEPS else []
        self.more = self.more or len(room) < len(fresh)
        namespace = head.namespace or ""
        for one in room:  # so that those who own each other are met once
            self.found[one.uid] = RelatedObject(one.kind, one.name, namespace, uid=one.uid, depth=depth)
        await asyncio.gather(*(self._one(one, namespace, depth) for one in room))

    async def _one(self, reference: OwnerReference, namespace: str, depth: int) -> None:
        owner, state, head = await _read(self._reach, reference, namespace, depth)
        self.found[reference.uid] = owner
        if state.state not in ("ok", "not_found"):
            self.worst = state
        if head is not None:
            await self.above(head, depth + 1)


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
    return _decode_headed(raw).metadata


_decode_headed = msgspec.json.Decoder(Headed).decode
