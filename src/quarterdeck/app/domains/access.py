"""Who may do what in the open clusters: their roles and bindings, read whole when somebody asks, and judged here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from quarterdeck.app.object.reach import OK, Reach, Reaching
from quarterdeck.catalog.access.bindings import Binding
from quarterdeck.catalog.access.roles import RBAC, Role
from quarterdeck.catalog.kinds import Decoded
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.rbac.policy import MASTERS, Policy, account_of, groups_of, policy
from quarterdeck.model.access import (
    AccessGrant,
    AccessPart,
    AccessRequest,
    AccessSubject,
    AccessSubjects,
    RequestAccess,
    SubjectAccess,
)
from quarterdeck.model.errors import RefusedError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.objects import ReadState
from quarterdeck.model.target import Key

T = TypeVar("T")
DecodedT = TypeVar("DecodedT", bound=Decoded)

PAGE = 1000
MOST = 50_000
"""Of one kind: more no cluster has, and no answer could show."""
_ROLES = (Resource(RBAC, "v1", "clusterroles"), Resource(RBAC, "v1", "roles"))
_BINDINGS = (Resource(RBAC, "v1", "clusterrolebindings"), Resource(RBAC, "v1", "rolebindings"))
OTHERS = (
    "Only roles and bindings are looked at: webhooks, node authorization and other authorizers of this cluster may "
    "allow more, and admission may refuse what is allowed."
)
_GROUPS = (
    "Which groups a user is in, only those who log him in know: name the groups to have what they bring counted too."
)
_MASTERS = f"Members of {MASTERS} may do everything, whatever roles say."


class Access:
    """Asks the clusters themselves, all at once: what is kept of roles is cut for tables. No cluster named means all
    that are open; one that cannot be read says why, and takes nothing from the others."""

    def __init__(self, members: Members, reaching: Reaching) -> None:
        self._members = members
        self._reaching = reaching

    async def of(
        self, clusters: Sequence[Key], subject: AccessSubject, groups: tuple[str, ...], limit: int
    ) -> SubjectAccess:
        """`groups`: those that it is in besides the ones that Kubernetes gives. `limit`: chains of one cluster."""
        every = list(dict.fromkeys([*groups_of(subject), *groups]))
        grants, parts = await self._judged(clusters, limit, lambda found: found.of(subject, every))
        unknown = [OTHERS]
        if subject.kind == "User" and account_of(subject) is None and not groups:
            unknown.append(_GROUPS)
        if MASTERS in every:
            unknown.append(_MASTERS)
        return SubjectAccess(subject, every, grants, unknown, parts)

    async def who(self, clusters: Sequence[Key], request: AccessRequest, limit: int) -> RequestAccess:
        grants, parts = await self._judged(clusters, limit, lambda found: found.who(request))
        return RequestAccess(request, grants, [OTHERS, _MASTERS], parts)

    async def subjects(self, clusters: Sequence[Key]) -> AccessSubjects:
        answers = await asyncio.gather(*(self._read(key, _named) for key in self._keys(clusters)))
        named = {one for found, _ in answers for one in found or ()}
        return AccessSubjects(sorted(named), [part for _, part in answers])

    async def _judged(
        self, clusters: Sequence[Key], limit: int, judge: Callable[[Policy], list[AccessGrant]]
    ) -> tuple[list[AccessGrant], list[AccessPart]]:
        """Chains of each cluster, in the clusters' order."""

        async def judged(reach: Reach) -> tuple[list[AccessGrant], ReadState]:
            found, state = await _policy(reach)
            # Of thousands of bindings this takes longer than the loop may stand.
            return await asyncio.to_thread(judge, found), state

        answers = await asyncio.gather(*(self._read(key, judged) for key in self._keys(clusters)))
        grants = [
            msgspec.structs.replace(grant, cluster=part.key)
            for found, part in answers
            for grant in (found or ())[:limit]
        ]
        return grants, [part for _, part in answers]

    def _keys(self, clusters: Sequence[Key]) -> list[Key]:
        return list(dict.fromkeys(clusters)) or [member.key for member in self._members]

    async def _read(
        self, key: Key, read: Callable[[Reach], Awaitable[tuple[list[T], ReadState]]]
    ) -> tuple[list[T] | None, AccessPart]:
        """What `read` makes of one cluster; None where it is not open, or not any more."""
        member = self._members.get(key)
        try:
            found, state = await read(self._reaching.reach(key))
        except RefusedError as error:
            return None, AccessPart(key, ReadState("failed", error.message))
        if self._members.get(key) is not member:
            return None, AccessPart(key, ReadState("failed", "This cluster was closed meanwhile."))
        return found, AccessPart(key, state, len(found))


async def _named(reach: Reach) -> tuple[list[AccessSubject], ReadState]:
    read = await asyncio.gather(*(_all(reach, resource, Binding) for resource in _BINDINGS))
    bindings = policy((), (one for found, _ in read for one in found)).bindings
    return list({one for bound in bindings for one in bound.subjects}), _worst(state for _, state in read)


async def _policy(reach: Reach) -> tuple[Policy, ReadState]:
    """What could be read, and the first that could not."""
    roles = [_all(reach, resource, Role) for resource in _ROLES]
    bindings = [_all(reach, resource, Binding) for resource in _BINDINGS]
    read_roles, read_bindings = await asyncio.gather(asyncio.gather(*roles), asyncio.gather(*bindings))
    return (
        policy((one for found, _ in read_roles for one in found), (one for found, _ in read_bindings for one in found)),
        _worst(state for _, state in (*read_roles, *read_bindings)),
    )


def _worst(states: Iterable[ReadState]) -> ReadState:
    """The first that is not fine."""
    return next((state for state in states if state != OK), OK)


async def _all(reach: Reach, resource: Resource, decoder: type[DecodedT]) -> tuple[list[DecodedT], ReadState]:
    found: list[DecodedT] = []

    async def read() -> bool:
        token = ""
        while True:
            page = await reach.client.list_page(resource, decoder, limit=PAGE, continue_token=token)
            found.extend(page.items)
            token = page.continue_token
            if not token or len(found) >= MOST:
                return True

    _, state = await reach.tried(read)
    return found, state
