"""Who may do what in one open cluster: its roles and bindings, read whole when somebody asks, and judged here."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from quarterdeck.app.object.reach import OK, Reach, Reaching
from quarterdeck.catalog.access.bindings import Binding
from quarterdeck.catalog.access.roles import RBAC, Role
from quarterdeck.catalog.kinds import Decoded
from quarterdeck.catalog.rbac.policy import MASTERS, Policy, account_of, groups_of, policy
from quarterdeck.model.access import AccessRequest, AccessSubject, AccessSubjects, RequestAccess, SubjectAccess
from quarterdeck.model.kinds import Resource
from quarterdeck.model.objects import ReadState
from quarterdeck.model.target import Key

T = TypeVar("T", bound=Decoded)

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
    """Asks the cluster: what is kept of roles is cut for tables. Raises RefusedError where it is not open."""

    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching

    async def of(self, key: Key, subject: AccessSubject, groups: tuple[str, ...]) -> SubjectAccess:
        """`groups`: those that it is in besides the ones that Kubernetes gives."""
        found, state = await _policy(self._reaching.reach(key))
        every = list(dict.fromkeys([*groups_of(subject), *groups]))
        unknown = [OTHERS]
        if subject.kind == "User" and account_of(subject) is None and not groups:
            unknown.append(_GROUPS)
        if MASTERS in every:
            unknown.append(_MASTERS)
        return SubjectAccess(key, subject, every, found.of(subject, every), unknown, state)

    async def who(self, key: Key, request: AccessRequest) -> RequestAccess:
        found, state = await _policy(self._reaching.reach(key))
        return RequestAccess(key, request, found.who(request), [OTHERS, _MASTERS], state)

    async def subjects(self, key: Key) -> AccessSubjects:
        reach = self._reaching.reach(key)
        bindings = await asyncio.gather(*(_all(reach, resource, Binding) for resource in _BINDINGS))
        named = {
            subject
            for bound in policy((), (b for found, _ in bindings for b in found)).bindings
            for subject in bound.subjects
        }
        return AccessSubjects(key, sorted(named), next((state for _, state in bindings if state != OK), OK))


async def _policy(reach: Reach) -> tuple[Policy, ReadState]:
    """What could be read, and the first that could not."""
    roles = [_all(reach, resource, Role) for resource in _ROLES]
    bindings = [_all(reach, resource, Binding) for resource in _BINDINGS]
    read_roles, read_bindings = await asyncio.gather(asyncio.gather(*roles), asyncio.gather(*bindings))
    states = [state for _, state in (*read_roles, *read_bindings) if state != OK]
    return (
        policy((one for found, _ in read_roles for one in found), (one for found, _ in read_bindings for one in found)),
        states[0] if states else OK,
    )


async def _all(reach: Reach, resource: Resource, decoder: type[T]) -> tuple[list[T], ReadState]:
    found: list[T] = []

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
