"""Who may do what in the open clusters, of the rows of their roles, bindings and service accounts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from quarterdeck.app.domains.rested import Rested
from quarterdeck.app.domains.view import View
from quarterdeck.catalog.domains.access import reading
from quarterdeck.catalog.domains.access.found import FoundAccess, FoundNames
from quarterdeck.catalog.rbac.subjects import MASTERS, account_of, groups_of
from quarterdeck.model.access import (
    AccessGrant,
    AccessPart,
    AccessRole,
    AccessSubjects,
    NamesQuestion,
    RequestAccess,
    RequestQuestion,
    SubjectAccess,
    SubjectQuestion,
)
from quarterdeck.model.domains import DomainPart
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

OTHERS = (
    "Only roles and bindings are looked at: webhooks, node authorization and other authorizers of this cluster may "
    "allow more, and admission may refuse what is allowed."
)
_GROUPS = (
    "Which groups a user is in, only those who log him in know: name the groups to have what they bring counted too."
)
_MASTERS = f"Members of {MASTERS} may do everything, whatever roles say."
Question = SubjectQuestion | RequestQuestion


class Access:
    """Reads rows that are kept; asks no cluster. No cluster named means all that are open; one that cannot be read says
    why, and takes nothing from the others."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._found: Rested[FoundAccess] = Rested()
        self._names: Rested[FoundNames] = Rested()

    async def of(self, question: SubjectQuestion) -> SubjectAccess:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await self._read(keys, question, lambda store, key: reading.of_subject(store, key, question))
        subject = question.subject
        every = list(dict.fromkeys([*groups_of(subject), *question.groups]))
        unknown = [OTHERS]
        if subject.kind == "User" and account_of(subject) is None and not question.groups:
            unknown.append(_GROUPS)
        if MASTERS in every:
            unknown.append(_MASTERS)
        return SubjectAccess(
            version=self.view.numbered(version, keys, self._found, question),
            subject=subject,
            groups=every,
            grants=_grants(answers),
            roles=_roles(answers),
            unknown=unknown,
            whole=all(part.status == "ready" for _, part in answers),
            parts=[_counted(found, part) for found, part in answers],
        )

    async def who(self, question: RequestQuestion) -> RequestAccess:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)
        answers = await self._read(keys, question, lambda store, key: reading.of_request(store, key, question))
        return RequestAccess(
            version=self.view.numbered(version, keys, self._found, question),
            request=question.request,
            grants=_grants(answers),
            roles=_roles(answers),
            unknown=[OTHERS, _MASTERS],
            whole=all(part.status == "ready" for _, part in answers),
            parts=[_counted(found, part) for found, part in answers],
        )

    async def subjects(self, question: NamesQuestion) -> AccessSubjects:
        keys = self.view.look([Key(key) for key in question.clusters])
        version = self.view.version(keys)

        async def read(key: Key) -> tuple[FoundNames | None, DomainPart]:
            return await self.view.rested(key, self._names, question, lambda store: reading.names(store, question))

        answers = await asyncio.gather(*(read(key) for key in keys))
        found = [one for one, _ in answers if one is not None]
        return AccessSubjects(
            version=self.view.numbered(version, keys, self._names, question),
            subjects=sorted({subject for one in found for subject in one.subjects})[: question.limit],
            namespaces=sorted({name for one in found for name in one.namespaces}),
            parts=[part for _, part in answers],
        )

    async def _read(
        self, keys: Iterable[Key], question: Question, read: Callable[[Store, Key], Awaitable[FoundAccess]]
    ) -> Sequence[tuple[FoundAccess, DomainPart]]:
        """Of each cluster in the clusters' order; nothing where it cannot be read."""

        async def one(key: Key) -> tuple[FoundAccess, DomainPart]:
            found, part = await self.view.rested(key, self._found, question, lambda store: read(store, key))
            return found or FoundAccess(), part

        return await asyncio.gather(*(one(key) for key in keys))


def _grants(answers: Iterable[tuple[FoundAccess, DomainPart]]) -> list[AccessGrant]:
    return [grant for found, _ in answers for grant in found.grants]


def _roles(answers: Iterable[tuple[FoundAccess, DomainPart]]) -> list[AccessRole]:
    return [role for found, _ in answers for role in found.roles]


def _counted(found: FoundAccess, part: DomainPart) -> AccessPart:
    return AccessPart(part.key, part.status, part.message, part.gaps, part.kinds, found.total)
