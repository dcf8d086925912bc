"""All named views that are made of rows, put together; and the participant that says when another answer may be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from quarterdeck.app.domains.access import Access
from quarterdeck.app.domains.charts import Charts
from quarterdeck.app.domains.events import Events
from quarterdeck.app.domains.network import Network
from quarterdeck.app.domains.releases import Releases
from quarterdeck.app.domains.storage import Storage
from quarterdeck.app.domains.view import View
from quarterdeck.app.domains.workloads import Workloads
from quarterdeck.app.knowledge import Knowledge
from quarterdeck.app.looking import Want
from quarterdeck.app.object.reach import Reaching
from quarterdeck.catalog.domains.access.reading import RESOURCES as ACCESS
from quarterdeck.catalog.domains.follow import Followed
from quarterdeck.catalog.domains.network.reading import RESOURCES as NETWORK
from quarterdeck.catalog.domains.storage.reading import RESOURCES as STORAGE
from quarterdeck.catalog.domains.workloads import RESOURCES as WORKLOADS
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.members import Members
from quarterdeck.catalog.releases.rows import KEPT_IN
from quarterdeck.model.access import (
    AccessSubjects,
    NamesQuestion,
    RequestAccess,
    RequestQuestion,
    SubjectAccess,
    SubjectQuestion,
)
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.events import EventsAnswer, EventsQuestion
from quarterdeck.model.kinds import EVENTS, Resource
from quarterdeck.model.network import NetworkAnswer
from quarterdeck.model.releases import ReleasesAnswer, ReleaseView
from quarterdeck.model.storage import StorageAnswer
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import WorkloadsAnswer, WorkloadsQuestion

KINDS: Mapping[str, Iterable[Resource]] = {
    "events": (EVENTS,),
    "releases": KEPT_IN,
    "workloads": WORKLOADS,
    "network": NETWORK,
    "storage": STORAGE,
    "access": ACCESS,
}
"""What each view is made of."""


class Domains:
    """Satisfies api.domain_ports.Domains. `participants` are to take part in commits."""

    def __init__(
        self,
        members: Members,
        knowledge: Knowledge,
        own: Mapping[Resource, KindSpec[Any]],
        want: Want,
        reaching: Reaching,
        told: Callable[[Key], None],
    ) -> None:
        self._followed = Followed(KINDS, self._looked_at, told)
        self._views: dict[str, View] = {
            name: View(name, kinds, members, knowledge, own, want, self._followed.versions, self._followed.touch)
            for name, kinds in KINDS.items()
        }
        self._events = Events(self._views["events"], reaching)
        self._workloads = Workloads(self._views["workloads"])
        self._network = Network(self._views["network"])
        self._storage = Storage(self._views["storage"])
        self._charts = Charts(reaching, lambda key: self._followed.touch("releases", key))
        self._releases = Releases(self._views["releases"], self._charts, reaching)
        self._access = Access(self._views["access"])
        self.participants = (self._followed, self._charts)

    def _looked_at(self, view: str, key: Key) -> bool:
        return self._views[view].looked_at(key)

    async def close(self) -> None:
        for view in self._views.values():
            view.close()
        await self._charts.close()
        await self._followed.close()

    def versions(self, key: Key) -> Mapping[str, int]:
        return self._followed.versions(key)

    async def events(self, question: EventsQuestion) -> EventsAnswer:
        return await self._events.answer(question)

    async def workloads(self, question: WorkloadsQuestion) -> WorkloadsAnswer:
        return await self._workloads.answer(question)

    async def network(self, question: SectionQuestion) -> NetworkAnswer:
        return await self._network.answer(question)

    async def storage(self, question: SectionQuestion) -> StorageAnswer:
        return await self._storage.answer(question)

    async def releases(
        self, clusters: Sequence[Key], namespaces: Sequence[str], statuses: Sequence[str], text: str, limit: int
    ) -> ReleasesAnswer:
        return await self._releases.answer(clusters, namespaces, statuses, text, limit)

    async def release(self, key: Key, namespace: str, name: str, revision: int, *, reveal: bool) -> ReleaseView:
        return await self._releases.one(key, namespace, name, revision, reveal=reveal)

    async def access_of(self, question: SubjectQuestion) -> SubjectAccess:
        return await self._access.of(question)

    async def who_may(self, question: RequestQuestion) -> RequestAccess:
        return await self._access.who(question)

    async def subjects(self, question: NamesQuestion) -> AccessSubjects:
        return await self._access.subjects(question)
